"""Admin of snippets."""

from django.contrib import admin

from hub.search.entry_admin import SearchedEntryAdmin
from snippets.models import Snippet


@admin.register(Snippet)
class SnippetAdmin(SearchedEntryAdmin):
    """Snippets: look up, edit (by a suggested edit of one's own), archive."""

    kind = "snippet"
    list_filter = (*SearchedEntryAdmin.list_filter, "snippet_kind")
    fields = (*SearchedEntryAdmin.fields, "language", "snippet_kind")
