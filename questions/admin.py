"""Admin of questions, of the jobs they are asked for, and of question sets."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hub.core.announcing import AnnouncingAdmin
from hub.core.entry_admin import EntryAdmin
from hub.search import searching
from questions.models import Question, QuestionSet, QuestionSetItem, Role


@admin.register(Question)
class QuestionAdmin(EntryAdmin):
    """Questions: look up, edit (by a suggested edit of one's own), archive."""

    kind = "question"
    fields = (*EntryAdmin.fields, "question_type", "minutes")
    search_fields = ("public_id",)  # shows the box; get_search_results does the work
    search_help_text = "Words as in the site's search, or an id; archived questions are found by id."

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term.strip():
            return queryset, False
        by_id = queryset.filter(public_id=search_term.strip().upper()[:32].replace("\x00", ""))
        return (by_id, False) if by_id.exists() else (searching.matching(queryset, search_term), False)


@admin.register(Role)
class RoleAdmin(AnnouncingAdmin):
    list_display = ("name", "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
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
