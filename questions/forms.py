"""The payload form of a question: what it may contain, whichever way it comes in."""

from typing import Any

from hub.core import fields
from hub.core.models import Level
from hub.core.payload import PayloadForm
from questions.models import QuestionType, Role


class RolesField(fields.SeveralOf):
    """Jobs, by slug; the choices are the Role rows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=lambda: Role.objects.values_list("slug", "name"), **kwargs)


class QuestionForm(PayloadForm):
    """Fields of a question, in reading order."""

    kind = "question"
    is_level_required = True

    roles = RolesField(label="Roles", help_text="Jobs in whose interviews it is asked.")
    question_type = fields.OneOf(choices=QuestionType.choices, required=True, label="Type")
    minutes = fields.Whole(required=True, min_value=1, max_value=240, initial=5, label="Minutes to answer")

    short_answer = fields.Prose(
        heading="Short answer", required=True, max_words=60, rows=4,
        help_text="At most 60 words: what you would say first.",
    )  # fmt: skip
    deep_dive = fields.Prose(heading="Deep dive", rows=14, help_text="How it works and why. Markdown.")
    real_world = fields.Prose(heading="Real-world example")
    common_mistakes = fields.Items(heading="Common mistakes")
    production_scenario = fields.Prose(heading="Production scenario")
    follow_ups = fields.Questions(
        heading="Follow-up questions",
        help_text="One a line, each begun with “- ”. End with [FLSK-MID-006] where the archive answers it.",
    )
    answers = fields.AnswersByLevel(
        heading="Answers by level", levels=Level.choices, rows=12,
        help_text="### Junior, ### Mid-Level, ### Senior, ### Architect; a first line “Adds: …” is optional.",
    )  # fmt: skip
    evaluation = fields.Prose(heading="Evaluation criteria")
    red_flags = fields.Items(heading="Red flags")
    preparation = fields.Prose(heading="Preparation tips")
    takeaways = fields.Items(heading="Key takeaways")
    exercise = fields.Exercise(
        heading="Exercise", rows=10, help_text="### Scenario, ### Tasks (a list), ### Checks (a list)."
    )
    further = fields.Parts(heading="Further sections", rows=10, help_text="### Heading, then its text.")
