"""Admin of errors and of the series of their ids."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import format_html

from debugarchive import signatures, statistics
from debugarchive.models import ErrorEntry, ErrorSeries, ErrorSignature, WantedError
from debugarchive.similar import PLATFORMS
from hub.core.announcing import AnnouncingAdmin
from hub.core.read_only import ReadOnly
from hub.search.entry_admin import SearchedEntryAdmin


class ErrorSignatureInline(ReadOnly, admin.TabularInline[Any, Any]):
    """The wordings as they stand in the database; they follow the current revision."""

    model = ErrorSignature
    fields = readonly_fields = ("position", "engine", "raw", "template")
    verbose_name_plural = "wordings"
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever may see the error


@admin.register(ErrorEntry)
class ErrorAdmin(SearchedEntryAdmin):
    """Errors: look up, edit (by a suggested edit of one's own), archive."""

    kind = "error"
    list_filter = (*SearchedEntryAdmin.list_filter, "error_kind", "severity")
    fields = (*SearchedEntryAdmin.fields, "series", "error_kind", "severity", "exception_type")
    inlines = (ErrorSignatureInline,)
    change_list_template = "admin/debugarchive/errorentry/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.clashes)
        return [path("clashes/", view, name="debugarchive_errorentry_clashes"), *super().get_urls()]

    def clashes(self, request: HttpRequest) -> HttpResponse:
        """Signatures that several public entries carry."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Signatures shared by several entries",
            "opts": self.opts,
            "clashes": signatures.clashes(),
            "stale": signatures.stale(),
        }
        return TemplateResponse(request, "admin/debugarchive/errorentry/clashes.html", context)


@admin.register(ErrorSeries)
class ErrorSeriesAdmin(AnnouncingAdmin):
    """Series of ids; slug and code stand in addresses, so they stay as they were made."""

    list_display = ("code", "name", "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "code") if obj else ()


@admin.register(WantedError)
class WantedErrorAdmin(ReadOnly, admin.ModelAdmin[WantedError]):
    """What readers paste and the archive lacks, most wanted first: the to-do list of the archive."""

    list_display = ("message", "platform_name", "networks", "last", "doors")
    list_display_links = None
    list_per_page = 50
    show_full_result_count = False
    actions = None
    search_fields = ("template", "type", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WantedError]:
        return statistics.wanted()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": "What readers paste and the archive lacks"}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def get_ordering(self, request: HttpRequest) -> Any:
        return [F("networks").desc(nulls_last=True), "pk"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return user.is_active and user.is_staff and user.has_perm("contributions.review_error")

    has_module_permission = has_view_permission

    @admin.display(description="Error, as it is compared")
    def message(self, row: WantedError) -> str:
        return format_html("<code>{}</code>", str(row))

    @admin.display(description="Platform", ordering="platform")
    def platform_name(self, row: WantedError) -> str:
        return PLATFORMS.get(row.platform, "–")

    @admin.display(description="Networks that met it", ordering="networks")
    def networks(self, row: Any) -> int:
        return row.networks or 0

    @admin.display(description="Last met", ordering="last")
    def last(self, row: Any) -> Any:
        return row.last

    @admin.display(description="")
    def doors(self, row: WantedError) -> str:
        """One click makes a draft; the button belongs to the list's own form, which has the CSRF token."""
        try:
            url = reverse("admin:contributions_submission_begin", args=["error"])
        except NoReverseMatch:  # a house without contributions
            return ""
        words = "Begin a draft"
        button = '<button type="submit" class="button" formaction="{}" name="wanted" value="{}">{}</button>'
        return format_html(button, url, row.pk, words)
