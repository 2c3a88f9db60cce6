"""The pages behind a submission's link: look, confirm, revise, bring together, withdraw, reopen.

The token is the only authority. GET and HEAD change nothing: mail scanners open every link.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import workflow
from contributions.actors import Contributor
from contributions.erasing import erase_person
from contributions.forms import RevisionForm, revision_form
from contributions.linking import renew_link
from contributions.models import State, Submission
from contributions.previewing import preview_of
from contributions.resolving import encounter
from contributions.telling import DONE, comments, status_context
from contributions.tokens import path_of, submission_of
from contributions.views.limits import NEW_LINKS, reached_by_a_try, too_many
from contributions.workflow import Conflict, Refused, allowed_actions
from hub.core import catalogue, prose
from hub.core.links import BadToken
from hub.core.public_post import public_post, secret_page

View = Callable[[HttpRequest, Submission], HttpResponse]
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def token_page(view: View) -> Callable[..., HttpResponseBase]:
    """Guard a page behind a link: the token opens it, and neither caches nor referrers learn of it."""

    @secret_page
    @public_post
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        if request.method == "POST" and (limit := reached_by_a_try(request)):
            return too_many(request, limit)
        try:
            return view(request, submission_of(token))
        except BadToken:
            context = {"submission": None, "noindex": True, "no_referrer": True}
            return render(request, "contributions/confirm.html", context, status=404)

    return guarded


@token_page
@require_safe
def status(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Where it stands, whose turn it is, what was said."""
    return _status_page(request, submission, DONE.get(request.GET.get("done", ""), ""))


@token_page
@form_methods
def confirm(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Prove the address with a button."""
    if request.method == "POST" and submission.state == State.UNCONFIRMED:
        return _perform(request, submission, "confirm", "confirmed")
    context = {
        "submission": submission if submission.state != State.EXPIRED else None,
        "is_done": submission.state != State.UNCONFIRMED,
        "status_url": path_of(submission),
        "noindex": True,
        "no_referrer": True,
    }
    return render(request, "contributions/confirm.html", context)


@token_page
@form_methods
def revise(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Write the next text; what was typed is never lost, whatever happened meanwhile."""
    if not _can(submission, "revise"):
        return _status_page(request, submission, "It can't be revised now.", status=409)
    kind, head = catalogue.get(submission.kind), submission.revisions.get(number=submission.head)
    base = kind.current(head.payload, head.schema)
    form = revision_form(kind)(
        request.POST if request.method == "POST" else None, base=base, number=head.number
    )
    context: dict[str, Any] = {"heading": "Revise your contribution", "cancel_url": path_of(submission)}
    code = 200
    if request.method == "POST":
        if request.POST.get("action") in {"preview", "live"}:
            context["preview"] = preview_of(form)
            if request.POST["action"] == "live":
                return render(request, "contributions/_preview.html", context)
        elif form.is_valid():
            if done := _revised(submission, form):
                return done
            code = 409
        else:
            code = 422
    context.update(
        form=form, fieldsets=form.fieldsets(), trap=None, target=submission.target,
        comments=comments(submission), can_preview=True, submit_label="Send the new text",
        noindex=True, no_referrer=True,
    )  # fmt: skip
    return render(request, "contributions/submission_form.html", context, status=code)


@token_page
@form_methods
def merge(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Decide what a text says where the entry changed in the same place."""
    if not _can(submission, "resolve"):
        return _status_page(request, submission, "There is nothing to bring together.", status=409)
    meeting = encounter(submission)
    form = meeting.form(request.POST if request.method == "POST" else None)
    code = 200
    if request.method == "POST":
        if form.is_valid():
            data = {"payload": form.payload, "base_revision": meeting.current, "revision": submission.head}
            return _perform(request, submission, "resolve", "resolved", **data)
        code = 422
    context = {
        "target": submission.target, "form": form, "conflicts": meeting.rows(form), "trap": None,
        "noindex": True, "no_referrer": True,
    }  # fmt: skip
    return render(request, "contributions/conflict.html", context, status=code)


@token_page
@require_POST
def withdraw(request: HttpRequest, submission: Submission) -> HttpResponse:
    return _perform(request, submission, "withdraw", "withdrawn")


@token_page
@require_POST
def reopen(request: HttpRequest, submission: Submission) -> HttpResponse:
    return _perform(
        request,
        submission,
        "reopen",
        "reopened",
        reason=prose.normalise(request.POST.get("reason", "")[:2000]),
    )


@token_page
@require_POST
def new_link(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Turn the link off that led here, and go on with a new one."""
    if submission.state == State.UNCONFIRMED:
        return _status_page(request, submission, "Confirm it first.", status=409)
    if not NEW_LINKS.hit(str(submission.pk)):
        return too_many(request, NEW_LINKS)
    try:
        renew_link(submission)
    except Conflict as conflict:
        context = {"submission": None, "message": str(conflict), "noindex": True, "no_referrer": True}
        return render(request, "contributions/confirm.html", context, status=conflict.status)
    return HttpResponseRedirect(f"{path_of(submission)}?done=new-link")


@token_page
@form_methods
def erase(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Be forgotten, in all that this address ever sent; asks first."""
    if request.method == "POST":
        try:
            erase_person(submission, Contributor(submission.pk))
        except (Refused, Conflict) as refusal:
            return _status_page(request, submission, str(refusal), status=refusal.status)
        return HttpResponseRedirect(reverse("contributions:erased"))
    context = {
        "submission": submission,
        "status_url": path_of(submission),
        "noindex": True,
        "no_referrer": True,
    }
    return render(request, "contributions/erase.html", context)


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Afterwards: nothing is left to show."""
    return render(request, "contributions/erased.html", {"noindex": True})


def _can(submission: Submission, action: str) -> bool:
    return any(row.action == action for row in allowed_actions(submission, Contributor(submission.pk)))


def _perform(
    request: HttpRequest, submission: Submission, action: str, done: str, **data: Any
) -> HttpResponse:
    """Do it and show the status; where it is refused, the status page says why."""
    try:
        workflow.perform(submission, action, Contributor(submission.pk), **data)
    except (Refused, Conflict) as refusal:
        submission.refresh_from_db()
        return _status_page(request, submission, str(refusal), status=refusal.status)
    return HttpResponseRedirect(f"{path_of(submission)}?done={done}")


def _revised(submission: Submission, form: RevisionForm) -> HttpResponse | None:
    """Hand in the next text; None, with the reason on the form, where it was refused."""
    try:
        workflow.perform(
            submission, "revise", Contributor(submission.pk), revision=form.cleaned_data["head"],
            payload=form.payload(), note=form.cleaned_data["your_note"],
        )  # fmt: skip
    except (Refused, Conflict) as refusal:
        form.add_error(None, str(refusal))
        return None
    return HttpResponseRedirect(f"{path_of(submission)}?done=revised")


def _status_page(
    request: HttpRequest, submission: Submission, message: str, status: int = 200
) -> HttpResponse:
    context = {**status_context(submission), "message": message}
    return render(request, "contributions/status.html", context, status=status)
