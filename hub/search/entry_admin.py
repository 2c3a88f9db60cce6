"""Admin over entries with the site's own search in its box."""

from typing import Any

from django.http import HttpRequest

from hub.core.entry_admin import EntryAdmin
from hub.core.entry_list import MOST_COUNTED
from hub.core.models import Entry
from hub.search import searching


class SearchedEntryAdmin(EntryAdmin):
    """Base of the admin of a kind that readers can search."""

    search_fields = ("public_id",)  # shows the box; get_search_results does the work
    search_help_text = "Words as in the site's search, or an id; archived entries are found by id."

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Exactly the entry of an id, else what the site's search finds, of very many a part."""
        if not search_term.strip():
            return queryset, False
        by_id = queryset.filter(public_id=search_term.strip().upper()[:32].replace("\x00", ""))
        if by_id.exists():
            return by_id, False
        entries = Entry.objects.filter(kind__in=self.kinds(request))
        found = searching.matching(entries, search_term).values_list("pk", flat=True)
        return queryset.filter(pk__in=list(found[: MOST_COUNTED + 1])), False
