"""The desk of testimonials and enquiries: read, and decided on by verbs; nobody's words are edited."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from contributions import letters
from contributions.admin.requests import number_in, signed_in
from contributions.models import AnyLetter, Enquiry, Testimonial
from hub.core.announcing import AnnouncingAdmin
from hub.core.models import Event
from hub.core.publishing import Conflict


class LetterAdmin(admin.ModelAdmin[Any]):
    """Base of both desks. ``verbs``: state → what its button says, in the order of the buttons."""

    verbs: ClassVar[dict[str, str]]
    change_form_template = "admin/contributions/letter.html"
    list_per_page = 50
    list_filter: ClassVar[tuple[str, ...]] = ("state",)
    list_select_related = ("decided_by",)
    ordering = ("-created_at", "-pk")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"contributions.change_{self.opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        name = f"contributions_{self.opts.model_name}_decide"
        view = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:pk>/decide/", view, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        letter: AnyLetter | None = self.get_object(request, object_id)
        context: dict[str, Any] = {"letter": letter}
        if letter and self.has_decide_permission(request):
            context["decide_url"] = self._url("decide", letter)
            context["decisions"] = [
                {"state": state, "label": label}
                for state, label in self.verbs.items()
                if letter.state in letter.moves[state]
            ]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One decision, on the version that the page showed."""
        user = signed_in(request)
        if not self.has_decide_permission(request):
            raise PermissionDenied("You may not decide on these.")
        letter = get_object_or_404(self.model, pk=pk)
        state = request.POST.get("state", "")
        if state not in self.verbs:
            messages.error(request, "There is no such decision.")
        else:
            try:
                letters.decide(letter, state, user, number_in(request, "version") or 0)
            except Conflict as conflict:
                messages.error(request, str(conflict))
            else:
                self.log_change(request, letter, f"{self.verbs[state]}.")
                messages.success(request, f"{letter}: {letter.get_state_display().lower()}.")
        return HttpResponseRedirect(self._url("change", letter))

    def decide_many(self, request: HttpRequest, rows: QuerySet[Any], state: str) -> None:
        """One transaction each; the message counts what was done and why the rest was left."""
        user, done = signed_in(request), 0
        for letter in rows:
            try:
                letters.decide(letter, state, user, letter.version)
            except Conflict as conflict:
                messages.warning(request, f"{letter}: left alone. {conflict}")
            else:
                self.log_change(request, letter, f"{self.verbs[state]}.")
                done += 1
        messages.success(request, f"{done} decided.")

    def _url(self, page: str, letter: Any) -> str:
        return reverse(f"admin:contributions_{self.opts.model_name}_{page}", args=[letter.pk])


@admin.register(Testimonial)
class TestimonialAdmin(LetterAdmin, AnnouncingAdmin):
    """Testimonials: approve puts one on the wall, decline takes it down or keeps it away."""

    act = Event.Act.TESTIMONIAL
    verbs = {"approved": "Approve", "declined": "Decline"}
    list_display = ("name", "about", "text", "state", "created_at", "decided_by")
    fields = (
        "text", "name", "about", "entry", "consent_version", "state",
        "created_at", "decided_at", "decided_by",
    )  # fmt: skip
    search_fields = ("name", "text")
    actions = ("approve", "decline")

    @admin.action(permissions=["decide"], description="Approve: show on the wall")
    def approve(self, request: HttpRequest, rows: QuerySet[Testimonial]) -> None:
        self.decide_many(request, rows, Testimonial.State.APPROVED)

    @admin.action(permissions=["decide"], description="Decline, or take down")
    def decline(self, request: HttpRequest, rows: QuerySet[Testimonial]) -> None:
        self.decide_many(request, rows, Testimonial.State.DECLINED)


@admin.register(Enquiry)
class EnquiryAdmin(LetterAdmin):
    """Enquiries: answered from one's own mailbox, marked here."""

    verbs = {"answered": "Mark as answered", "spam": "Spam", "open": "Open again"}
    list_display = ("name", "kind", "message", "state", "created_at", "decided_by")
    list_filter = ("state", "kind")
    fields = (
        "kind", "message", "name", "email", "signals", "state", "created_at", "decided_at", "decided_by",
    )  # fmt: skip
    search_fields = ("name", "email", "message")
    actions = ("answer", "spam")

    @admin.action(permissions=["decide"], description="Mark as answered")
    def answer(self, request: HttpRequest, rows: QuerySet[Enquiry]) -> None:
        self.decide_many(request, rows, Enquiry.State.ANSWERED)

    @admin.action(permissions=["decide"], description="Spam")
    def spam(self, request: HttpRequest, rows: QuerySet[Enquiry]) -> None:
        self.decide_many(request, rows, Enquiry.State.SPAM)
