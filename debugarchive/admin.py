"""Admin of errors and of the series of their ids."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from debugarchive.models import ErrorEntry, ErrorSeries, ErrorSignature
from hub.core.announcing import AnnouncingAdmin
from hub.search.entry_admin import SearchedEntryAdmin


class ErrorSignatureInline(admin.TabularInline[Any, Any]):
    """The wordings as they stand in the database; they follow the current revision."""

    model = ErrorSignature
    fields = readonly_fields = ("position", "engine", "raw")
    verbose_name_plural = "wordings"
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever may see the error

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ErrorEntry)
class ErrorAdmin(SearchedEntryAdmin):
    """Errors: look up, edit (by a suggested edit of one's own), archive."""

    kind = "error"
    list_filter = (*SearchedEntryAdmin.list_filter, "error_kind", "severity")
    fields = (*SearchedEntryAdmin.fields, "series", "error_kind", "severity", "exception_type")
    inlines = (ErrorSignatureInline,)


@admin.register(ErrorSeries)
class ErrorSeriesAdmin(AnnouncingAdmin):
    """Series of ids; slug and code stand in addresses, so they stay as they were made."""

    list_display = ("code", "name", "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "code") if obj else ()
