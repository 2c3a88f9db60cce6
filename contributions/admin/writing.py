"""Texts written in admin: an editor's own draft, an edit of a public entry, the merge of two changes."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from contributions import submitting, workflow
from contributions.actors import Staff
from contributions.admin.requests import signed_in
from contributions.admin.review import page_url
from contributions.forms import kind_fieldsets
from contributions.models import OPEN, Submission
from contributions.moves import Conflict, Refused
from contributions.permissions import REVIEW, may
from contributions.previewing import preview_of
from contributions.resolving import encounter
from hub.core import catalogue
from hub.core.catalogue import Kind
from hub.core.fields import PUBLIC_ID
from hub.core.models import Entry, Revision
from hub.core.payload import Payload, PayloadForm

FORM_TEMPLATE = "admin/contributions/submission/text_form.html"
HIDDEN = ("base", "key", "version", "revision")


class WritingPages:
    """Mixin of SubmissionAdmin: the pages with the kind's whole form."""

    admin_site: Any
    one: Any

    def add_view(
        self, request: HttpRequest, _form_url: str = "", _extra: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write a new entry (``?kind=``) or edit a public one (``?entry=``), as a draft of one's own."""
        user = signed_in(request)
        entry = _entry(request.GET.get("entry", ""))
        kind = _kind(request.GET.get("kind", ""), entry, user)
        if kind is None:
            return self._choose(request, user)
        if entry and (mine := _own_edit(entry, user)):
            messages.info(request, f"You have an open edit of {entry.public_id}: this one.")
            return HttpResponseRedirect(page_url(mine, "change"))
        revision = _base(request, entry)
        base = kind.current(revision.payload, revision.schema) if revision else None
        written = kind.form(_data(request), base=base, own_id=entry.public_id if entry else "")
        form = _with_hidden(written, base=revision.number if revision else 0)
        is_sent = request.method == "POST" and not _is_preview(request)
        if is_sent and form.is_valid() and (done := self._drafted(request, form, entry, revision)):
            return done
        heading = f"Edit {entry.public_id}" if entry else f"New {kind.label.lower()}"
        buttons = [("save", "Save as draft"), ("submit", "Send to review"), ("publish_at_once", "Publish")]
        return self._text_page(request, form, heading, buttons, asks_override=True)

    def begin(self, request: HttpRequest, kind_name: str) -> HttpResponse:
        """Make a draft of what another page of admin knows; the kind says which fields that fills in.

        The draft need not be complete: what is missing keeps it from being published, not from being kept.
        """
        user = signed_in(request)
        kind = _kind(kind_name, None, user)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        data = kind.begun(request.POST.dict()) if kind else {}
        if kind is None or not data:
            messages.error(request, "There is nothing left to begin with: somebody may have written it.")
            return HttpResponseRedirect(reverse("admin:contributions_submission_changelist"))
        payload = Payload(kind.name, data, kind.schema)
        key = f"begun {timezone.now().date()} {payload.content_hash}"
        return HttpResponseRedirect(page_url(submitting.draft(payload, user, key=key), "text"))

    def text(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The next text of a submission: one's own, or one that is being reviewed."""
        submission = self.one(request, pk)
        user = signed_in(request)
        allowed = [row.action for row in workflow.allowed_actions(submission, Staff(user))]
        action = next((name for name in ("revise", "edit") if name in allowed), None)
        if action is None:
            messages.error(request, "Its text can't be changed by you now.")
            return HttpResponseRedirect(page_url(submission, "change"))
        kind, head = catalogue.get(submission.kind), submission.revision()
        form = _with_hidden(
            kind.form(
                _data(request),
                base=kind.current(head.payload, head.schema),
                own_id=submission.target.public_id if submission.target else "",
            ),
            version=submission.version, revision=submission.head,
        )  # fmt: skip
        if request.method == "POST" and not _is_preview(request) and form.is_valid():
            try:
                read = {name: form.cleaned_data[name] for name in ("version", "revision", "note")}
                workflow.perform(submission, action, Staff(user), payload=form.payload(), **read)
                return HttpResponseRedirect(page_url(submission, "change"))
            except (Refused, Conflict) as refusal:
                form.add_error(None, str(refusal))
        return self._text_page(
            request, form, f"Text of {submission.reference}", [("save", "Save the new text")]
        )

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Bring a suggested edit and its entry together."""
        submission = self.one(request, pk)
        user = signed_in(request)
        if not any(row.action == "resolve" for row in workflow.allowed_actions(submission, Staff(user))):
            messages.info(request, "There is nothing to bring together.")
            return HttpResponseRedirect(page_url(submission, "change"))
        meeting = encounter(submission)
        form = meeting.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                workflow.perform(
                    submission, "resolve", Staff(user), revision=submission.head, payload=form.payload,
                    base_revision=meeting.current,
                )  # fmt: skip
                return HttpResponseRedirect(page_url(submission, "change"))
            except (Refused, Conflict) as refusal:
                form.add_error(None, str(refusal))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Two changes met in {submission.reference}",
            "target": submission.target,
            "form": form,
            "conflicts": meeting.rows(form),
            "back_url": page_url(submission, "change"),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(
            request, "admin/contributions/submission/merge_form.html", context, status=status
        )

    def _drafted(
        self, request: HttpRequest, form: PayloadForm, entry: Entry | None, revision: Revision | None
    ) -> HttpResponse | None:
        """Keep the draft, then do what the button says; None, with the reason on the form, where refused."""
        user, cleaned = signed_in(request), form.cleaned_data
        try:
            submission = submitting.draft(
                form.payload(), user, target=entry, base=revision, note=cleaned["note"], key=cleaned["key"]
            )
        except (submitting.NothingChanged, Refused) as error:
            form.add_error(None, str(error))
            return None
        action = request.POST.get("action", "")
        if action in {"submit", "publish_at_once"}:
            try:
                workflow.perform(
                    submission, action, Staff(user), version=submission.version, revision=submission.head,
                    override_reason=cleaned["override_reason"],
                )  # fmt: skip
            except (Refused, Conflict) as refusal:
                messages.error(request, f"It is kept as a draft. {refusal}")
        return HttpResponseRedirect(page_url(submission, "change"))

    def _choose(self, request: HttpRequest, user: User) -> HttpResponse:
        kinds = [kind for kind in catalogue.kinds() if may(user, REVIEW, kind.name)]
        if not kinds:
            raise Http404
        url = reverse("admin:contributions_submission_add")
        if len(kinds) == 1:
            return HttpResponseRedirect(f"{url}?kind={kinds[0].name}")
        context = {
            **self.admin_site.each_context(request),
            "title": "What do you write?",
            "doors": [
                {"label": kind.label, "blurb": kind.blurb, "url": f"{url}?kind={kind.name}"} for kind in kinds
            ],
        }
        return TemplateResponse(request, "admin/contributions/submission/choose_kind.html", context)

    def _text_page(
        self,
        request: HttpRequest,
        form: PayloadForm,
        title: str,
        buttons: list[tuple[str, str]],
        *,
        asks_override: bool = False,
    ) -> HttpResponse:
        extra = ["note", *(["override_reason"] if asks_override else [])]
        if not asks_override:
            del form.fields["override_reason"]
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "form": form,
            "fieldsets": [
                *kind_fieldsets(form, leave_out=[*HIDDEN, *extra]),
                {"legend": "For the record", "help": "", "fields": [form[name] for name in extra]},
            ],
            "preview": preview_of(form) if _is_preview(request) else None,
            "buttons": buttons,
        }
        status = 422 if form.errors and not _is_preview(request) else 200
        return TemplateResponse(request, FORM_TEMPLATE, context, status=status)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_preview(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("action") == "preview"


def _entry(public_id: str) -> Entry | None:
    if not public_id:
        return None
    if not PUBLIC_ID.fullmatch(public_id.upper()):
        raise Http404
    entries = Entry.objects.public().select_related("current_revision")
    entry: Entry | None = entries.filter(public_id=public_id.upper()).first()
    if entry is None:
        raise Http404
    return entry


def _kind(name: str, entry: Entry | None, user: User) -> Kind | None:
    """The kind to write, if this person may; None where it must be chosen first."""
    name = entry.kind if entry else name
    if not name:
        return None
    if not may(user, REVIEW, name):
        raise Http404
    try:
        return catalogue.get(name)
    except LookupError:
        raise Http404 from None


def _own_edit(entry: Entry, user: User) -> Submission | None:
    return Submission.objects.filter(target=entry, contributor=user, state__in=OPEN).first()


def _base(request: HttpRequest, entry: Entry | None) -> Revision | None:
    """The revision that the form showed; the current one when it is shown now."""
    if entry is None:
        return None
    number = request.POST.get("base", "")
    shown = (
        entry.revisions.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
    )
    return shown or entry.current_revision


def _with_hidden(form: PayloadForm, **values: int) -> PayloadForm:
    """Add what the page carries beside the kind's fields: what was read, a key against doubles, a note."""
    for name, value in values.items():
        form.fields[name] = forms.IntegerField(widget=forms.HiddenInput, initial=value, required=False)
    form.fields["key"] = forms.CharField(
        widget=forms.HiddenInput, initial=secrets.token_urlsafe(16), max_length=64, required=False
    )
    form.fields["note"] = forms.CharField(label="What changed, and why", max_length=300, required=False)
    form.fields["override_reason"] = forms.CharField(
        label="Why nobody else reviews it",
        max_length=1000,
        required=False,
        help_text="Needed to publish own work at once; it is kept and listed for all leads.",
    )
    return form
