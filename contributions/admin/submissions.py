"""The queue, the review page, and the pages of its actions. No page here writes a state itself."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from contributions import commenting, workflow
from contributions.actors import Staff
from contributions.admin.bulk import BulkActions, read_mark
from contributions.admin.forms import ActionForm, CommentForm, typed_with_reply
from contributions.admin.queue import (
    HolderFilter,
    KindFilter,
    OverdueFilter,
    WaitingFilter,
    age_words,
    due_words,
    holder_words,
)
from contributions.admin.reports import reports
from contributions.admin.requests import number_in, signed_in
from contributions.admin.review import PAGES, buttons, page_url, review_context
from contributions.admin.writing import WritingPages
from contributions.erasing import erase_person
from contributions.models import MOST_URGENT, Comment, Submission, SubmissionRevision
from contributions.moves import Conflict, Refused
from contributions.permissions import REVIEW, kinds_seen_by, may
from contributions.workflow import Offer
from hub.core import catalogue

ALL_ROWS = mark_safe('<input type="checkbox" id="action-toggle" aria-label="Choose every row">')


@admin.register(Submission)
class SubmissionAdmin(BulkActions, WritingPages, admin.ModelAdmin[Submission]):
    """What waits, and for each submission one page to read it and decide."""

    list_display = ["proposal", "due", "state_pill"]
    list_filter = [WaitingFilter, KindFilter, HolderFilter, OverdueFilter]
    list_select_related = ["claimed_by", "target"]
    search_fields = ["reference", "title", "target__public_id"]
    search_help_text = "Reference, words of the title, or the id of the entry"
    list_per_page = 50
    show_full_result_count = False

    # --- who sees what -------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return Submission.objects.visible_to(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(kinds_seen_by(request.user))

    def has_view_permission(self, request: HttpRequest, submission: Submission | None = None) -> bool:
        kinds = kinds_seen_by(request.user)
        return submission.kind in kinds if submission else bool(kinds)

    def has_change_permission(self, request: HttpRequest, submission: Submission | None = None) -> bool:
        return self.has_view_permission(request, submission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return any(may(request.user, REVIEW, kind.name) for kind in catalogue.kinds())

    def has_delete_permission(self, _request: HttpRequest, _submission: Submission | None = None) -> bool:
        return False

    # --- the queue -----------------------------------------------------------------------------------

    def get_ordering(self, request: HttpRequest) -> Any:
        """Most urgent first; the newest first where nothing is due any more."""
        return ["-pk"] if request.GET.get("waiting") in {"published", "closed"} else list(MOST_URGENT)

    @admin.display(
        description=mark_safe('<input type="checkbox" id="action-toggle" aria-label="Choose all">')
    )
    def action_checkbox(self, obj: Submission) -> SafeString:
        """The row's box, and beside it the version that the row shows."""
        return format_html(
            '<input type="checkbox" class="action-select" name="{}" value="{}" aria-label="Choose {}">'
            '<input type="hidden" name="read" value="{}">',
            ACTION_CHECKBOX_NAME, obj.pk, obj.reference, read_mark(obj),
        )  # fmt: skip

    @admin.display(description="Contribution", ordering="title")
    def proposal(self, submission: Submission) -> str:
        about = ""
        if submission.target is not None:
            about = f" · correction to {submission.target.public_id}"
            if submission.is_open and submission.base_revision_id != submission.target.current_revision_id:
                about += " · the entry has moved"
        title = submission.title or "(deleted)"
        return format_html(
            '{} <span class="strip-text">{} · {}{}</span>',
            title,
            submission.reference,
            submission.kind_label,
            about,
        )

    @admin.display(description="Due", ordering="due_at")
    def due(self, submission: Submission) -> str:
        now = timezone.now()
        is_overdue = submission.due_at is not None and submission.due_at < now
        return format_html(
            '<span class="{}">{}</span><span class="below">{}</span>',
            "overdue" if is_overdue else "",
            due_words(submission, now) or "–",
            age_words(submission, now),
        )

    @admin.display(description="State", ordering="state")
    def state_pill(self, submission: Submission) -> str:
        template = '<span class="state-pill state-{}">{}</span><span class="below">{}</span>'
        return format_html(template, submission.state, submission.state_label, holder_words(submission))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Review queue", **(extra_context or {})})

    def reports(self, request: HttpRequest) -> HttpResponse:
        """How the review goes, for the kinds that this person looks after."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        context = {
            **self.admin_site.each_context(request),
            "title": "How the review goes",
            **reports(signed_in(request)),
        }
        return TemplateResponse(request, "admin/contributions/submission/reports.html", context)

    # --- the review page -----------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            pattern: URLPattern = path(f"<int:pk>/{route}", guarded, name=f"contributions_submission_{name}")
            return pattern

        begin: URLPattern = path(
            "begin/<slug:kind_name>/",
            self.admin_site.admin_view(self.begin),
            name="contributions_submission_begin",
        )
        report: URLPattern = path(
            "reports/", self.admin_site.admin_view(self.reports), name="contributions_submission_reports"
        )
        return [
            begin,
            report,
            page("act/<slug:action>/", self.act, "act"),
            page("comment/", self.comment, "comment"),
            page("comment/<int:comment>/resolve/", self.resolve, "resolve"),
            page("ticks/", self.ticks, "ticks"),
            page("text/", self.text, "text"),
            page("merge/", self.merge, "merge"),
            page("erase/", self.erase, "erase"),
            *super().get_urls(),
        ]

    def one(self, request: HttpRequest, pk: str | int) -> Submission:
        """The submission, if this person may see it; else it does not exist."""
        found = self.get_queryset(request).select_related(
            "target__technology", "target__current_revision", "base_revision", "claimed_by", "contributor",
            "published_revision__entry__technology",
        )  # fmt: skip
        submission = found.filter(pk=pk).first() if str(pk).isdecimal() and len(str(pk)) < 19 else None
        if submission is None:
            raise Http404
        return submission

    def change_view(
        self, request: HttpRequest, object_id: str, _form_url: str = "", _extra: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one submission. Nothing is posted here: each action has an address of its own."""
        submission = self.one(request, object_id)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self.page(request, submission)

    def history_view(
        self, request: HttpRequest, object_id: str, _extra: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(page_url(self.one(request, object_id), "change") + "#history")

    def page(
        self, request: HttpRequest, submission: Submission, status: int = 200, **over: Any
    ) -> HttpResponse:
        user = signed_in(request)
        wanted = request.GET.get("text", "")
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else submission.head
        try:
            context = review_context(submission, user, number)
        except SubmissionRevision.DoesNotExist:
            if submission.revisions.exists():
                raise Http404 from None
            messages.info(request, f"{submission.reference} was deleted with its contributor's data.")
            return HttpResponseRedirect(reverse("admin:contributions_submission_changelist"))
        context = {**self.admin_site.each_context(request), "title": submission.reference, **context, **over}
        return TemplateResponse(
            request, "admin/contributions/submission/change_form.html", context, status=status
        )

    # --- its actions ---------------------------------------------------------------------------------

    def act(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """One action of the workflow, by POST."""
        submission = self.one(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(page_url(submission, "change"))
        user = signed_in(request)
        offer = next(
            (one for one in workflow.offers(submission, Staff(user)) if one.transition.action == action), None
        )
        if "insert" in request.POST and offer and action not in PAGES:
            return self.with_reply(request, submission, offer)
        form = ActionForm(offer, submission.kind, request.POST) if offer and action not in PAGES else None
        if form is not None and not form.is_valid():
            return self.page(request, submission, 400, actions=buttons(submission, user, form, action))
        data = dict(form.cleaned_data) if form else {}
        if action == "approve":  # the checklist may be ticked and the text approved by one press
            data["checklist"] = _ticked(request)
        try:
            now = workflow.perform(
                submission, action, Staff(user), version=number_in(request, "version"),
                revision=number_in(request, "revision"), **data,
            )  # fmt: skip
        except (Refused, Conflict) as refusal:
            return self.refused(request, pk, refusal, form, action)
        messages.success(request, f"{now.reference} is now “{now.state_label}”.")
        return HttpResponseRedirect(page_url(submission, "change"))

    def with_reply(self, request: HttpRequest, submission: Submission, offer: Offer) -> HttpResponse:
        """The page again with a saved reply in the form of an action; nothing is done yet."""
        words_field = ActionForm(offer, submission.kind).words_field
        form = ActionForm(offer, submission.kind, initial=typed_with_reply(request.POST, words_field))
        shown = buttons(submission, signed_in(request), form, offer.transition.action)
        return self.page(request, submission, actions=shown)

    def refused(
        self, request: HttpRequest, pk: int, refusal: Refused | Conflict, form: ActionForm | None, action: str
    ) -> HttpResponse:
        """The page as it is now, with the reason; what was typed stays in the form, or is repeated."""
        submission, user = self.one(request, pk), signed_in(request)
        messages.error(request, str(refusal))
        for name, texts in getattr(refusal, "errors", {}).items():
            if form is not None and name in form.fields:
                form.add_error(name, list(texts))
        shown = buttons(submission, user, form, action)
        typed = [request.POST.get(name, "").strip() for name in ("reason", "comment", "override_reason")]
        if form is None or all(button.form is not form for button in shown):
            for words in filter(None, typed):
                messages.warning(request, f"You had written: {words[:4000]}")
        return self.page(request, submission, refusal.status, actions=shown)

    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a contributor out of everything that they sent; asks first."""
        submission, user = self.one(request, pk), signed_in(request)
        if not any(row.action == "erase" for row in workflow.allowed_actions(submission, Staff(user))):
            raise PermissionDenied
        if request.method == "POST":
            try:
                number = erase_person(submission, Staff(user))
            except (Refused, Conflict) as refusal:
                return self.refused(request, pk, refusal, None, "erase")
            messages.success(request, f"The contributor is erased from {number} contributions.")
            return HttpResponseRedirect(reverse("admin:contributions_submission_changelist"))
        same = Submission.objects.filter(address_hash=submission.address_hash)
        context = {
            **self.admin_site.each_context(request),
            "title": "Erase the contributor",
            "submission": submission,
            "number": same.count() if submission.address_hash else 1,
            "back_url": page_url(submission, "change"),
        }
        return TemplateResponse(request, "admin/contributions/submission/erase_form.html", context)

    def comment(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave a remark on a text."""
        submission = self.one(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(page_url(submission, "change"))
        if "insert" in request.POST:
            form = CommentForm(submission.kind, initial=typed_with_reply(request.POST, "text"))
            return self.page(request, submission, comment_form=form)
        form = CommentForm(submission.kind, request.POST)
        if not form.is_valid():
            return self.page(request, submission, 400, comment_form=form)
        number = number_in(request, "revision") or submission.head
        text = submission.revisions.select_related("submission").filter(number=number).first()
        if text is None:
            raise Http404
        words = form.cleaned_data.pop("text")
        return self._and_back(
            request, submission, commenting.add_comment, text, signed_in(request), words, **form.cleaned_data
        )

    def resolve(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        """Mark a remark as done."""
        submission = self.one(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(page_url(submission, "change"))
        remark = (
            Comment.objects.select_related("revision__submission")
            .filter(pk=comment, revision__submission=submission)
            .first()
        )
        if remark is None:
            raise Http404
        return self._and_back(request, submission, commenting.resolve_comment, remark, signed_in(request))

    def ticks(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save the checklist of a text."""
        submission = self.one(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(page_url(submission, "change"))
        number = number_in(request, "revision") or submission.head
        text = submission.revisions.filter(number=number).first()
        if text is None:
            raise Http404
        ids = _ticked(request)
        return self._and_back(request, submission, commenting.save_ticks, text, signed_in(request), ids)

    def _and_back(
        self, request: HttpRequest, submission: Submission, verb: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            verb(*args, **kwargs)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return self.page(request, self.one(request, submission.pk), refusal.status)
        return HttpResponseRedirect(page_url(submission, "change"))


def _ticked(request: HttpRequest) -> list[int]:
    """The ids of the checklist's items that were posted as ticked."""
    return [int(value) for value in request.POST.getlist("tick") if value.isdecimal() and len(value) < 19]
