"""Admin of questions, of the jobs they are asked for, and of question sets."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hub.core.announcing import AnnouncingAdmin
from hub.search.entry_admin import SearchedEntryAdmin
from questions.models import Question, QuestionSet, QuestionSetItem, Role


@admin.register(Question)
class QuestionAdmin(SearchedEntryAdmin):
    """Questions: look up, edit (by a suggested edit of one's own), archive."""

    kind = "question"
    fields = (*SearchedEntryAdmin.fields, "question_type", "minutes")


@admin.register(Role)
class RoleAdmin(AnnouncingAdmin):
    """Jobs; their slug stands in addresses, so it stays as it was made."""

    list_display = ("name", "slug")

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()


class QuestionSetItemInline(admin.TabularInline[Any, Any]):
    model = QuestionSetItem
    raw_id_fields = ("question",)
    extra = 3


@admin.register(QuestionSet)
class QuestionSetAdmin(AnnouncingAdmin):
    list_display = ("title", "slug", "is_public")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (QuestionSetItemInline,)
