"""Admin of design notes."""

from django.contrib import admin

from hub.search.entry_admin import SearchedEntryAdmin
from systemdesign.models import DesignNote


@admin.register(DesignNote)
class DesignNoteAdmin(SearchedEntryAdmin):
    """Design notes: look up, edit (by a suggested edit of one's own), archive."""

    kind = "design"
    list_filter = (*SearchedEntryAdmin.list_filter, "note_kind")
    fields = (*SearchedEntryAdmin.fields, "note_kind")
