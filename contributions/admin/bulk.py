"""The queue's actions on many submissions: one transaction each, with the version that its row showed.

Every one goes through ``workflow.perform`` with all its guards; what is refused stays as it is, and the
result names each reason. Actions that close something, or ask for words, are asked about once more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from contributions import workflow
from contributions.actors import Staff
from contributions.admin.forms import ActionForm
from contributions.admin.requests import signed_in
from contributions.models import Submission
from contributions.moves import Conflict, Refused
from contributions.workflow import Offer

MOST_AT_ONCE = 200
# In the order in which work goes. A second value: what the button of the page that asks says.
ACTIONS: dict[str, tuple[str, str]] = {
    "claim": ("Claim", ""),
    "release": ("Release", ""),
    "approve": ("Approve (those claimed by you, with a ticked checklist)", ""),
    "publish": ("Publish …", "Publish them"),
    "reject": ("Do not accept …", "Do not accept them"),
    "duplicate": ("Close as duplicate …", "Close them as duplicates"),
    "spam": ("Close as spam …", "Close them as spam"),
}
Read = dict[int, tuple[int, int]]  # id → (version, number of the text) that the row showed


@dataclass
class Outcome:
    """What became of each: ``skipped`` maps a reason to the references that were left as they were."""

    done: list[str] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=dict)

    def skip(self, reference: str, reason: str) -> None:
        self.skipped.setdefault(reason.rstrip("."), []).append(reference)


def read_mark(submission: Submission) -> str:
    """What a row's hidden field holds: ``17:3:1`` for the version 3 and the text 1 of submission 17."""
    return f"{submission.pk}:{submission.version}:{submission.head}"


def read_in(request: HttpRequest) -> Read:
    """The versions and texts that the posted rows showed; anything else is left out."""
    found: Read = {}
    for mark in request.POST.getlist("read")[:MOST_AT_ONCE]:
        parts = mark.split(":")
        if len(parts) == 3 and len(mark) < 40 and all(part.isdecimal() for part in parts):
            pk, version, revision = map(int, parts)
            found[pk] = (version, revision)
    return found


def each(
    submissions: list[Submission], action: str, user: User, read: Read, data: Mapping[str, Any]
) -> Outcome:
    """Take one action on each submission, in a transaction of its own."""
    outcome = Outcome()
    for submission in submissions:
        if submission.pk not in read:
            outcome.skip(submission.reference, "its row was not on the page that you read")
            continue
        version, revision = read[submission.pk]
        try:
            workflow.perform(submission, action, Staff(user), version=version, revision=revision, **data)
        except (Refused, Conflict) as refusal:
            outcome.skip(submission.reference, str(refusal))
        else:
            outcome.done.append(submission.reference)
    return outcome


def tell(request: HttpRequest, action: str, outcome: Outcome) -> None:
    """The result as messages: how many were done, and each reason for what was left."""
    label = _label(action)
    if outcome.done:
        messages.success(request, f"{label}: {len(outcome.done)} done.")
    for reason, references in outcome.skipped.items():
        messages.warning(request, f"{len(references)} left as before: {', '.join(references)}. {reason}.")
    if not outcome.done and not outcome.skipped:
        messages.warning(request, f"{label}: nothing was chosen.")


def _label(action: str) -> str:
    return next(row.label for row in workflow.TABLE if row.action == action)


def _form(action: str, data: Any = None) -> ActionForm:
    row = next(row for row in workflow.TABLE if row.action == action)
    return ActionForm(Offer(row), "", data)


class BulkActions:
    """Mixin of SubmissionAdmin: the actions of the queue's list."""

    admin_site: Any
    get_queryset: Callable[[HttpRequest], QuerySet[Submission]]

    def get_actions(self, request: HttpRequest) -> Any:
        """One an entry of ACTIONS; each submission is asked about by the workflow itself."""
        return {name: (_runner(name), name, words) for name, (words, _) in ACTIONS.items()}

    def run_on_many(self, request: HttpRequest, action: str) -> HttpResponse | None:
        """Do it, or ask first; None leads back to the list with the result."""
        user, read = signed_in(request), read_in(request)
        chosen = [
            int(text)
            for text in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)[: MOST_AT_ONCE + 1]
            if text.isdecimal() and len(text) < 19
        ]
        if len(chosen) > MOST_AT_ONCE:
            messages.error(request, f"At most {MOST_AT_ONCE} at once: choose fewer.")
            return None
        # The list's own filters don't count here: who has left them meanwhile is told why.
        found = self.get_queryset(request).filter(pk__in=chosen)
        submissions = list(found.select_related("target").most_urgent())  # type: ignore[attr-defined]
        asks = ACTIONS[action][1]
        form = _form(action, request.POST if request.POST.get("step") == "do" else None) if asks else None
        if form is not None and not (form.is_bound and form.is_valid()):
            return self._ask(request, action, form, submissions, read)
        data = form.cleaned_data if form is not None else {}
        tell(request, action, each(submissions, action, user, read, data))
        return HttpResponseRedirect(request.get_full_path())

    def _ask(
        self, request: HttpRequest, action: str, form: ActionForm, submissions: list[Submission], read: Read
    ) -> HttpResponse:
        """The page that asks, with what was chosen and the versions that its rows showed."""
        rows = []
        for submission in submissions:
            version, revision = read.get(submission.pk, (0, 0))
            is_moved = (version, revision) != (submission.version, submission.head)
            rows.append(
                {
                    "submission": submission,
                    "read": f"{submission.pk}:{version}:{revision}",
                    "is_moved": is_moved,
                }
            )
        context = {
            **self.admin_site.each_context(request),
            "title": _label(action),
            "form": form,
            "rows": rows,
            "action": action,
            "button": ACTIONS[action][1],
            "tone": "main" if action == "publish" else "danger",
            "back_url": request.get_full_path(),
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/contributions/submission/bulk.html", context, status=status)


def _runner(name: str) -> Callable[..., HttpResponse | None]:
    def run(admin: BulkActions, request: HttpRequest, _rows: QuerySet[Submission]) -> HttpResponse | None:
        return admin.run_on_many(request, name)

    return run
