"""Admin over entries of all kinds at once: what is due for review, and what many entries need."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse

from hub.core import catalogue
from hub.core.entry_admin import may
from hub.core.entry_list import DueFilter, LevelFilter, TechnologyFilter, TopicFilter
from hub.core.models import Entry
from hub.search.entry_admin import SearchedEntryAdmin


class KindFilter(admin.SimpleListFilter):
    """The kinds that this person looks after."""

    title = parameter_name = "kind"

    def lookups(self, request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.name, kind.label) for kind in catalogue.kinds() if may(request, "review", kind.name)]

    def queryset(self, _request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Entry)
class AllEntriesAdmin(SearchedEntryAdmin):
    """One list over the kinds that a person may review; an entry opens in its own kind's admin."""

    list_display = (
        "public_id", "title", "kind_name", "technology", "verified", "readers_say", "updated_at", "doors",
    )  # fmt: skip
    exports = ("json",)  # kinds have columns of their own
    list_filter = (
        DueFilter,
        KindFilter,
        "status",
        TechnologyFilter,
        TopicFilter,
        LevelFilter,
    )

    def kinds(self, request: HttpRequest) -> list[str]:
        return [kind.name for kind in catalogue.kinds() if may(request, "review", kind.name)]

    def _may(self, request: HttpRequest, duty: str) -> bool:
        return any(may(request, duty, kind.name) for kind in catalogue.kinds())

    def may_publish(self, request: HttpRequest, entry: Entry | None) -> bool:
        return may(request, "publish", entry.kind) if entry else self._may(request, "publish")

    @admin.display(description="Kind", ordering="kind")
    def kind_name(self, entry: Any) -> str:
        return str(entry.kind_label)

    def get_urls(self) -> list[URLPattern]:
        of_one = ("_archive", "_revert")
        return [pattern for pattern in super().get_urls() if not str(pattern.name).endswith(of_one)]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        entry = self.get_object(request, object_id)
        if entry is None:
            raise Http404
        meta = catalogue.get(entry.kind).model._meta
        return HttpResponseRedirect(
            reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[entry.pk])
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.change_view(request, object_id)
