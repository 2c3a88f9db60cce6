"""Admin of learning paths."""

from django.contrib import admin

from hub.search.entry_admin import SearchedEntryAdmin
from learningpaths.models import LearningPath


@admin.register(LearningPath)
class LearningPathAdmin(SearchedEntryAdmin):
    """Paths: look up, edit (by a suggested edit of one's own), archive."""

    kind = "path"
    list_filter = (*SearchedEntryAdmin.list_filter, "track", "mentor_guided")
    fields = (*SearchedEntryAdmin.fields, "track", "mentor_guided")
