"""The page on which an editor makes and ends the keys of own scripts."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hub.accounts.models import MOST, AccessKey
from hub.core.public_post import secret_page


class KeyForm(forms.Form):
    name = forms.CharField(max_length=60, label="What is it for?", help_text="Import from the wiki, say.")


@staff_member_required(login_url="account_login")
@reauthentication_required(allow_get=True)
@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List one's keys, make one, end one. A new key is shown once: in the answer that made it."""
    user = request.user
    assert user.is_authenticated
    mine = AccessKey.objects.filter(user=user)
    if request.method == "POST" and (ended := request.POST.get("end", "")):
        if ended.isdecimal() and len(ended) < 19 and mine.filter(pk=int(ended)).delete()[0]:
            messages.success(request, "The key is ended: it opens nothing any more.")
        return HttpResponseRedirect(reverse("account_keys"))
    form = KeyForm(request.POST if request.method == "POST" else None)
    made = ""
    if request.method == "POST" and form.is_valid():
        if mine.count() >= MOST:
            form.add_error(None, f"You have {MOST} keys. End one that nothing uses.")
        else:
            try:
                with transaction.atomic():
                    made = AccessKey.issue(user, form.cleaned_data["name"])
                form = KeyForm()
            except IntegrityError:
                form.add_error("name", "You have a key of this name.")
    context = {"form": form, "keys": mine, "made": made}
    return render(request, "accounts/keys.html", context, status=422 if form.errors else 200)
