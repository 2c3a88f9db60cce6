"""The doors in: choose a kind, write an entry, correct one. No account, no cookie."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from contributions.forms import ProposalForm, proposal_form
from contributions.previewing import payload_so_far, rendered_preview
from contributions.resembling import entries_like
from contributions.submitting import Proposal, submit
from contributions.telling import response_words
from contributions.views.limits import reached_by, reached_by_a_try, too_many
from hub.core import catalogue
from hub.core.fields import PUBLIC_ID
from hub.core.models import Entry
from hub.core.public_post import public_post

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What one can bring, a door a kind."""
    kinds = catalogue.kinds()
    context = {
        "doors": [
            {
                "kind": kind.name,
                "label": _with_article(kind.label).capitalize(),
                "blurb": kind.blurb,
                "url": reverse("contributions:new", args=[kind.path]),
            }
            for kind in kinds
        ],
        "mail_address": settings.CONTRIBUTIONS_EMAIL,
        "response_words": response_words(kinds[0].name) if kinds else "",
    }
    return render(request, "contributions/contribute.html", context)


@public_post
@form_methods
def new(request: HttpRequest, kind_path: str) -> HttpResponse:
    """Write a new entry; ``?title=`` brings the words of a search that found nothing.

    A post with ``action=begin`` is no contribution yet: it hands over what another page has found out.
    """
    try:
        kind = catalogue.by_path(kind_path)
    except LookupError:
        raise Http404 from None
    title = " ".join(request.GET.get("title", "").replace("\x00", " ").split())[:200]
    is_begun = request.method == "POST" and request.POST.get("action") == "begin"
    initial = {"title": title, **(kind.begun(request.POST.dict()) if is_begun else {})}
    form = proposal_form(kind)(
        request.POST if request.method == "POST" and not is_begun else None, initial=initial
    )
    return _answer(
        request,
        form,
        {"heading": f"Contribute {_with_article(kind.label)}", "cancel_url": reverse("contributions:start")},
    )


@public_post
@form_methods
def correct(request: HttpRequest, public_id: str) -> HttpResponse:
    """Suggest a correction of a public entry, beginning from the revision that the form showed."""
    if not PUBLIC_ID.fullmatch(public_id.upper()):
        raise Http404
    entry = get_object_or_404(
        Entry.objects.public().select_related("technology", "current_revision"), public_id=public_id.upper()
    )
    revision = entry.current_revision
    if (number := request.POST.get("base", "")) and number.isdecimal() and len(number) < 9:
        revision = entry.revisions.filter(number=int(number)).first() or revision
    kind = catalogue.get(entry.kind)
    form = proposal_form(kind)(request.POST if request.method == "POST" else None, revision=revision)
    context = {"heading": "Suggest a correction", "target": entry, "cancel_url": entry.get_absolute_url()}
    return _answer(request, form, context)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """After sending: the same page for everybody, whatever became of it."""
    context = {"step": "check_mail", "reference": "", "status_url": None, "noindex": True}
    return render(request, "contributions/submission_sent.html", context)


def _with_article(label: str) -> str:
    """``an error``, ``a question``."""
    return f"{'an' if label[0] in 'AEIOU' else 'a'} {label.lower()}"


def _answer(request: HttpRequest, form: ProposalForm, context: dict[str, Any]) -> HttpResponse:
    status = 200
    if request.method == "POST":
        if limit := reached_by_a_try(request):
            return too_many(request, limit)
        action = request.POST.get("action")
        if action in {"preview", "live"}:
            payload = payload_so_far(form)
            context["preview"] = rendered_preview(payload) if payload.data else None
            context["similar"] = [] if form.revision else entries_like(payload)
            if action == "live":
                return render(request, "contributions/_preview.html", context)
        elif action == "begin":
            pass  # the form is shown with what was handed over
        elif form.is_valid():
            return _send(request, form, context.get("target"))
        else:
            status = 422
    context.update(form=form, fieldsets=form.fieldsets(), trap=form.trap, noindex=True)
    context.update(can_preview=True, submit_label="Send it in")
    return render(request, "contributions/submission_form.html", context, status=status)


def _send(request: HttpRequest, form: ProposalForm, target: Entry | None) -> HttpResponse:
    cleaned = form.cleaned_data
    if not form.is_trapped:
        if limit := reached_by(request, form.kind, cleaned["your_email"]):
            return too_many(request, limit)
        submit(
            Proposal(
                form.payload(),
                cleaned["your_email"],
                name=cleaned["your_name"],
                link=cleaned["your_link"],
                note=cleaned["your_note"],
                target=target,
                base=form.revision,
                key=form.key,
            )
        )
    return HttpResponseRedirect(reverse("contributions:sent"))
