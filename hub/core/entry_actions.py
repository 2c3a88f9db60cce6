"""What editors do to many entries at once: verify again, add and remove tags, each after a look."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from hub.core import fields, tending
from hub.core.models import Entry, Event

MOST_AT_ONCE = 200


class ReverifyForm(forms.Form):
    on = fields.Day(
        label="Verified on",
        required=True,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day on which somebody ran the code and read the text again.",
    )
    verified_with = fields.Names(
        most=8,
        longest=60,
        label="Verified with",
        help_text="Python 3.13.1, Flask 3.1.2; left empty, the versions stay as they are.",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"on": timezone.now().date()}, label_suffix="")

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.now().date():
            raise forms.ValidationError("That day has not come yet.")
        return on

    def act(self, entry: Entry, user: User) -> Event:
        data = self.cleaned_data
        return tending.reverify(entry, user, on=data["on"], verified_with=data["verified_with"])


class RetagForm(forms.Form):
    add = fields.Names(most=8, are_tags=True, label="Add tags", help_text="Separated by commas.")
    remove = fields.Names(
        most=8, are_tags=True, label="Remove tags", help_text="In any spelling, or by an alias."
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned["add"] or cleaned["remove"]):
            self.add_error(None, "Name a tag to add or to remove.")
        return cleaned

    def act(self, entry: Entry, user: User) -> Event:
        return tending.retag(entry, user, add=self.cleaned_data["add"], remove=self.cleaned_data["remove"])


class TendingActions:
    """Mixin of an entry's admin: the two actions. ``may`` tells whether a person may publish an entry."""

    admin_site: Any
    opts: Any
    may_publish: Callable[[HttpRequest, Entry | None], bool]

    def has_publish_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        """Who is offered the actions at all; each entry is asked about once more."""
        return self.may_publish(request, None)

    @admin.action(description="Verified again …", permissions=["publish"])
    def reverify(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._ask(request, queryset, ReverifyForm, "Verified again")

    @admin.action(description="Add or remove tags …", permissions=["publish"])
    def retag(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._ask(request, queryset, RetagForm, "Add or remove tags")

    def _ask(self, request: HttpRequest, queryset: Any, form_class: Any, title: str) -> HttpResponse | None:
        """First the form with what was chosen, then the deed; versions are those that the form showed."""
        user = request.user
        if not (isinstance(user, User) and self.may_publish(request, None)):
            raise PermissionDenied
        is_sent = request.POST.get("step") == "do"
        form = form_class(request.POST if is_sent else None)
        if is_sent and form.is_valid():
            outcome = tending.each(
                _versions(request),
                lambda entry: form.act(entry, user),
                lambda entry: self.may_publish(request, entry),
            )
            _tell(request, outcome, title)
            return HttpResponseRedirect(request.get_full_path())
        entries = list(
            Entry.objects.filter(pk__in=queryset.order_by().values("pk")).order_by("public_id")[
                : MOST_AT_ONCE + 1
            ]
        )
        if len(entries) > MOST_AT_ONCE:
            messages.error(request, f"At most {MOST_AT_ONCE} entries at once: narrow the list first.")
            return None
        read = _versions(request)
        for entry in entries:  # what was read first counts, when the form comes back with an error
            entry.version = read.get(entry.pk, entry.version)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "form": form,
            "entries": entries,
            "action": request.POST.get("action", ""),
            "opts": self.opts,
            "back_url": request.get_full_path(),
        }
        status = 422 if is_sent else 200
        return TemplateResponse(request, "admin/core/entry_action.html", context, status=status)


def _versions(request: HttpRequest) -> dict[int, int]:
    """Id and version of each chosen entry as the form showed them: ``read=17:3``."""
    found = {}
    for text in request.POST.getlist("read")[:MOST_AT_ONCE]:
        pk, _, version = text.partition(":")
        if pk.isdecimal() and version.isdecimal() and len(text) < 30:
            found[int(pk)] = int(version)
    return found


def _tell(request: HttpRequest, outcome: tending.Outcome, title: str) -> None:
    number = len(outcome.done)
    if number:
        messages.success(request, f"{title}: {number} entr{'y' if number == 1 else 'ies'}.")
    reasons: dict[str, list[str]] = {}
    for public_id, reason in outcome.skipped:
        reasons.setdefault(reason, []).append(public_id)
    for reason, ids in reasons.items():
        messages.warning(request, f"Left as before: {', '.join(ids)} ({reason.rstrip('.')}).")
    if not number and not outcome.skipped:
        messages.warning(request, "Nothing was chosen.")
