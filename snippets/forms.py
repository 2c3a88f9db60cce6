"""The payload form of a snippet: what it may contain, whichever way it comes in."""

from typing import Any

from django.core.exceptions import ValidationError

from hub.core import fields, markdown
from hub.core.models import Technology
from hub.core.payload import PayloadForm
from snippets.fields import Files, Language, Requirements, Variables
from snippets.models import SnippetKind


class SnippetForm(PayloadForm):
    """Fields of a snippet, in the order of its file."""

    kind = "snippet"

    language = Language(required=True, help_text="What it is written in; its address begins with it.")
    snippet_kind = fields.OneOf(choices=SnippetKind.choices, required=True, label="Kind of snippet")
    preview_line = fields.Words(
        required=True, max_length=120, help_text="The one line that shows what it is: cards carry it."
    )
    works_with = fields.Names(
        most=8, longest=40, help_text="PostgreSQL, MySQL, SQLite: what it works with, separated by commas."
    )
    requires = Requirements(
        most=8,
        longest=80,
        help_text="Package and range, separated by semicolons: requests >=2.31, <3; Python >=3.11",
    )
    complexity = fields.Words(max_length=120, help_text="O(n log n) time, O(n) memory; n: rows.")

    code = Files(
        heading="Code", required=True, most=8, rows=18,
        help_text="### name-of-the-file.py, then its code in one fenced block; the main file first.",
    )  # fmt: skip
    explanation = fields.Prose(heading="Explanation", required=True, help_text="Why it is written this way.")
    variables = Variables(
        heading="Variables", rows=4,
        help_text="What to fill in before copying, one a line: - `DATABASE_URL`: where the database is.",
    )  # fmt: skip
    security_note = fields.Prose(heading="Security note", rows=4)
    test_code = fields.Prose(
        heading="Test code", help_text="Code in a fenced block that shows that it works."
    )
    further = fields.Parts(heading="Further sections", rows=10, help_text="### Heading, then its text.")

    def clean_variables(self) -> list[dict[str, str]]:
        """Refuse what stands nowhere in the code: a reader would look for it in vain."""
        variables: list[dict[str, str]] = self.cleaned_data["variables"]
        code = "".join(file["code"] for file in self.cleaned_data.get("code", []))
        if code and (missing := [one["name"] for one in variables if one["name"] not in code]):
            raise ValidationError(f"Not in the code: {', '.join(missing)}.", code="not_in_code")
        return variables

    def clean_test_code(self) -> str:
        text: str = self.cleaned_data["test_code"]
        if text and not any(token.type == "fence" for token in markdown.parse(text)):
            raise ValidationError("Show the code in a fenced block.", code="no_code")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        language, technology = data.get("language"), data.get("technology")
        if language and technology and language != technology and technology.kind == Technology.Kind.LANGUAGE:
            reason = (
                f"It is written in {language.name}: name that, or what it is for (a framework, a database)."
            )
            self.add_error("technology", reason)
        return data
