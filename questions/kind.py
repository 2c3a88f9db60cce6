"""What the questions app plugs into the catalogue. Begin reading here."""

from typing import Any

from django.urls import reverse

from hub.core.catalogue import Kind, register
from hub.core.models import Entry, Level
from questions import follow_ups, sets
from questions.forms import QuestionForm
from questions.models import Question, QuestionSet, QuestionSetItem, Role

_LEVEL_CODES = {Level.JUNIOR: "JR", Level.MID: "MID", Level.SENIOR: "SR", Level.ARCHITECT: "ARCH"}


@register
class QuestionKind(Kind):
    """Interview questions: ids such as FLSK-MID-005, pages such as /questions/flask/protect-a-form/."""

    name = "question"
    namespace = "questions"
    path = "questions"
    label = "Question"
    label_plural = "Questions"
    number = 1
    title = "Interview questions"
    blurb = "What interviewers ask, by technology, role and level, with answers that show how deep to go."
    unit = "questions"
    home_words = ("Interview preparation", "Questions & answers")
    status = ("INTERVIEW_PREP", "ACTIVE")

    model = Question
    form = QuestionForm
    urls = "questions.urls"
    viewset = "questions.api.QuestionViewSet"
    card_template = "questions/_card.html"
    jsonld_type = "TechArticle"
    vocabularies = {"roles": Role}

    def id_prefix(self, data: dict[str, Any], technology_code: str) -> str:
        return f"{technology_code}-{_LEVEL_CODES[Level(data['level'])]}"

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "question_type": data["question_type"],
            "minutes": data["minutes"],
            "short_answer": data["short_answer"],
        }

    def link_rows(self, row: Any, data: dict[str, Any]) -> None:
        row.roles.set(Role.objects.filter(slug__in=data.get("roles", [])))

    def card(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"minutes": data["minutes"], "has_levels": bool(data.get("answers"))}

    def set_rows(self) -> list[dict[str, Any]]:
        return sets.rows()

    def add_set(self, row: dict[str, Any]) -> bool:
        return sets.add(row)

    def pages_beside(self) -> list[str]:
        held = QuestionSetItem.objects.filter(question__in=Entry.objects.public()).values("question_set")
        slugs = QuestionSet.objects.filter(is_public=True, pk__in=held).values_list("slug", flat=True)
        pages = [reverse("questions:set", args=[slug]) for slug in slugs]
        threads = [reverse("questions:follow_ups")] if follow_ups.links() else []
        return [*threads, *([reverse("questions:sets")] if pages else []), *pages]
