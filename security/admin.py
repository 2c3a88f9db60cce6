"""Admin of security topics."""

from django.contrib import admin

from hub.search.entry_admin import SearchedEntryAdmin
from security.models import SecurityTopic


@admin.register(SecurityTopic)
class SecurityTopicAdmin(SearchedEntryAdmin):
    """Security topics: look up, edit (by a suggested edit of one's own), archive."""

    kind = "security"
    list_filter = (*SearchedEntryAdmin.list_filter, "topic_kind")
    fields = (*SearchedEntryAdmin.fields, "topic_kind", "weaknesses")
