"""Admin over the entries of one kind: a list to look things up in, with doors to edit and to archive.

Nothing is saved here: an edit is a submission like everybody's, archiving is a verb.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from hub.core import catalogue, publishing
from hub.core.differences import payload_changes
from hub.core.entry_actions import TendingActions
from hub.core.entry_list import BoundedPaginator, DueFilter, LevelFilter, TechnologyFilter, TopicFilter
from hub.core.exporting import as_csv, as_json
from hub.core.fields import PUBLIC_ID
from hub.core.models import REVIEW_AFTER, Entry, Revision
from hub.core.payload import InvalidPayload, in_present_terms
from hub.core.read_only import ReadOnly

MOST_REVISIONS = 50  # that the page of an entry lists


class ArchiveForm(forms.Form):
    """What archiving asks: why, and what takes the entry's place."""

    note = forms.CharField(
        max_length=300, label="Reason", help_text="Shown in the history and on the changes page."
    )
    successor = forms.CharField(
        max_length=32,
        required=False,
        help_text="The id of the entry that takes its place; its address will name it.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, entry: Entry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry

    def clean_successor(self) -> Entry | None:
        public_id = self.cleaned_data["successor"].strip().upper()
        if not public_id:
            return None
        if not PUBLIC_ID.fullmatch(public_id) or public_id == self.entry.public_id:
            raise forms.ValidationError("Give the id of another entry.")
        found = Entry.objects.public().filter(public_id=public_id).first()
        if found is None:
            raise forms.ValidationError(f"No public entry has the id {public_id}.")
        return found  # type: ignore[no-any-return]


class RevertForm(forms.Form):
    """What going back asks: why, and which version was read."""

    note = forms.CharField(max_length=300, required=False, label="Reason", help_text="Shown in the history.")
    version = forms.IntegerField(widget=forms.HiddenInput)


class EntryAdmin(ReadOnly, TendingActions, admin.ModelAdmin[Any]):
    """Base of each kind's admin. Seen by whoever may review the kind; tended by whoever may publish it."""

    kind: ClassVar[str]
    list_display: tuple[str, ...] = (
        "public_id",
        "title",
        "technology",
        "level",
        "difficulty",
        "status",
        "verified",
        "readers_say",
        "updated_at",
        "doors",
    )
    list_select_related = ("technology", "topic", "stats")
    list_filter: ClassVar[tuple[Any, ...]] = (
        DueFilter,
        "status",
        TechnologyFilter,
        TopicFilter,
        LevelFilter,
    )
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    ordering = ("-updated_at", "-pk")
    actions = ("reverify", "retag")
    exports: tuple[str, ...] = ("csv", "json")
    change_form_template = "admin/core/entry.html"
    change_list_template = "admin/core/entry_list.html"
    fields: ClassVar[Any] = (
        "public_id", "title", "slug", "summary", "technology", "topic", "level", "difficulty",
        "status", "successor", "published_at", "updated_at", "verified_at", "verified_with", "provenance",
        "license", "version",
    )  # fmt: skip

    def kinds(self, _request: HttpRequest) -> list[str]:
        """The kinds whose entries this list holds."""
        return [self.kind]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Rows of the kind, named so that an index gives them in order; without their texts."""
        kinds = self.kinds(request)
        wanted = {"kind": kinds[0]} if len(kinds) == 1 else {"kind__in": kinds}
        rows = super().get_queryset(request).filter(**wanted)
        is_list = request.resolver_match and request.resolver_match.url_name.endswith("_changelist")  # type: ignore[union-attr]
        return rows.defer("rendered", "provenance", "verified_with") if is_list else rows

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Counts the whole list by the kernel's rows alone: joined with a kind's own, they are all read."""
        paginator = super().get_paginator(request, *args, **kwargs)
        if not set(request.GET) - {"p", "o"}:
            paginator.counted = Entry.objects.filter(kind__in=self.kinds(request))  # type: ignore[attr-defined]
        return paginator

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._may(request, "review")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "review")

    def _may(self, request: HttpRequest, duty: str) -> bool:
        return may(request, duty, self.kind)

    def get_urls(self) -> list[URLPattern]:
        name, revert, export = (
            f"{self.opts.app_label}_{self.opts.model_name}_{page}" for page in ("archive", "revert", "export")
        )
        return [
            path("<int:pk>/archive/", self.admin_site.admin_view(self.archive), name=name),
            path("<int:pk>/revert/<int:number>/", self.admin_site.admin_view(self.revert), name=revert),
            path("export/<slug:form>/", self.admin_site.admin_view(self.export), name=export),
            *super().get_urls(),
        ]

    def may_publish(self, request: HttpRequest, entry: Entry | None) -> bool:
        return self._may(request, "publish") and (entry is None or entry.kind == self.kind)

    def get_ordering(self, request: HttpRequest) -> Any:
        """What is due for review comes with the most reports first, then the longest unverified."""
        if DueFilter.parameter_name not in request.GET:
            return super().get_ordering(request)
        reports = F("stats__outdated_reports") + F("stats__unhelpful_reports")
        return [reports.desc(nulls_last=True), F("verified_at").asc(nulls_first=True), "pk"]

    @admin.display(description="Verified", ordering="verified_at")
    def verified(self, entry: Any) -> str:
        if entry.verified_at is None:
            return format_html('<span class="quiet">{}</span>', "never")
        is_old = entry.verified_at < timezone.now().date() - REVIEW_AFTER
        return format_html('<span class="{}">{}</span>', "overdue" if is_old else "", entry.verified_at)

    @admin.display(description="Readers say", ordering="stats__outdated_reports")
    def readers_say(self, entry: Any) -> str:
        words = [
            f"{number} × {word}"
            for number, word in (
                (entry.stats.outdated_reports, "outdated"),
                (entry.stats.unhelpful_reports, "no help"),
            )
            if number
        ]
        return format_html('<span class="overdue">{}</span>', ", ".join(words)) if words else "–"

    @admin.display(description="")
    def doors(self, entry: Any) -> str:
        edit = edit_url(entry)
        page = format_html('<a href="{}">Page</a>', entry.get_absolute_url())
        return format_html('{} · <a href="{}">Edit</a>', page, edit) if edit else page

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        entry = self.get_object(request, object_id)
        context: dict[str, Any] = {"entry": entry, "edit_url": edit_url(entry) if entry else ""}
        if entry:
            context["title"] = str(entry)
        if entry and self._may(request, "publish"):
            context["archive_url"] = self._url("archive", entry) if entry.is_public else ""
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_revert"
            context["revisions"] = [
                (row, reverse(name, args=[entry.pk, row.number]) if self._may_return(entry, row) else "")
                for row in entry.revisions.select_related("author").order_by("-number")[:MOST_REVISIONS]
            ]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def _may_return(self, entry: Any, revision: Revision) -> bool:
        """To any earlier revision, and to the last one of an archived entry."""
        return revision.pk != entry.current_revision_id or not entry.is_public

    def archive(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason, then take the entry off the public pages."""
        user = request.user
        if not (isinstance(user, User) and self._may(request, "publish")):
            raise PermissionDenied("Archiving needs the right to publish this kind.")
        entry = get_object_or_404(Entry.objects.filter(kind=self.kind), pk=pk)
        form = ArchiveForm(entry, request.POST or None, initial={"version": entry.version})
        if request.method == "POST" and form.is_valid():
            entry.version = form.cleaned_data["version"]
            try:
                publishing.archive(
                    entry, user, form.cleaned_data["successor"], note=form.cleaned_data["note"]
                )
            except (publishing.Conflict, publishing.Unchanged) as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"{entry.public_id} is archived.")
            return HttpResponseRedirect(self._url("change", entry))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Archive {entry.public_id}",
            "entry": entry,
            "form": form,
            "opts": self.opts,
            "back_url": self._url("change", entry),
        }
        return TemplateResponse(request, "admin/core/entry_archive.html", context)

    def revert(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show what an earlier revision would change, then publish it again as the next one."""
        user = request.user
        if not (isinstance(user, User) and self._may(request, "publish")):
            raise PermissionDenied("Going back needs the right to publish this kind.")
        rows = Entry.objects.select_related("technology", "topic", "current_revision")
        entry = get_object_or_404(rows.filter(kind=self.kind), pk=pk)
        revision = get_object_or_404(entry.revisions, number=number)
        form = RevertForm(request.POST or None, initial={"version": entry.version})
        if request.method == "POST" and form.is_valid():
            entry.version = form.cleaned_data["version"]
            try:
                publishing.revert(entry, revision, user, note=form.cleaned_data["note"])
            except (publishing.Conflict, publishing.Unchanged, InvalidPayload) as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"{entry.public_id} says again what revision {number} said.")
            return HttpResponseRedirect(self._url("change", entry))
        kind = catalogue.get(self.kind)
        old = in_present_terms(kind.name, kind.current(revision.payload, revision.schema))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Back to revision {number} of {entry.public_id}",
            "entry": entry,
            "revision": revision,
            "changes": payload_changes(kind.name, publishing.current_payload(entry).data, old),
            "form": form,
            "opts": self.opts,
            "back_url": self._url("change", entry),
        }
        return TemplateResponse(request, "admin/core/entry_revert.html", context)

    def export(self, request: HttpRequest, form: str) -> StreamingHttpResponse:
        """The list as it is filtered, as a file; whoever may see the list may take it along."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if form not in self.exports:
            raise Http404
        entries = self.get_changelist_instance(request).queryset
        lines = as_csv(catalogue.get(self.kind), entries) if form == "csv" else as_json(entries)
        types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
        response = StreamingHttpResponse(lines, content_type=types[form])
        name = f"{self.opts.model_name}-{timezone.now():%Y-%m-%d}.{form}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_export"
        doors = [(form.upper(), f"{reverse(address, args=[form])}{query}") for form in self.exports]
        is_due = DueFilter.parameter_name in request.GET
        title = "Due for review" if is_due else str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, "exports": doors, **(extra_context or {})})

    def _url(self, page: str, entry: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[entry.pk])


def may(request: HttpRequest, duty: str, kind: str) -> bool:
    """Whether whoever asks holds a duty (review, publish, lead) for a kind."""
    user = request.user
    return user.is_active and user.is_staff and user.has_perm(f"contributions.{duty}_{kind}")


def edit_url(entry: Any) -> str:
    """Where an editor suggests an edit of an entry; empty in a house without contributions."""
    try:
        return f"{reverse('admin:contributions_submission_add')}?entry={entry.public_id}"
    except NoReverseMatch:
        return ""
