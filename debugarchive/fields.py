"""The fields that only errors have: wordings of engines, and code that shows the error."""

from typing import Any

from django.core.exceptions import ValidationError

from hub.core import fields, markdown, prose
from hub.core.slugs import technical_slug

MAX_ENGINE_CHARACTERS = 120


class Wordings(fields.Parts):
    """Every engine's wording of one error, verbatim: [{engine, text}], each engine once.

    Text form: ``### V8 (Chrome, Node.js)`` and one fenced block a wording. The fence keeps the wording
    exact, whatever marks it holds.
    """

    def read(self, text: str) -> list[dict[str, str]]:
        wordings = super().read(text)
        taken: set[str] = set()
        for wording in wordings:
            name = wording["engine"]
            if len(name) > MAX_ENGINE_CHARACTERS:
                raise ValidationError(
                    f"“{name[:40]}…” is longer than {MAX_ENGINE_CHARACTERS} characters.", code="max_length"
                )
            if name.casefold() in taken:
                raise ValidationError(f"“{name}” stands twice: say how the two differ.", code="twice")
            taken.add(name.casefold())
        return wordings

    def part(self, heading: str, body: str) -> dict[str, str]:
        tokens = markdown.parse(body)
        if len(tokens) != 1 or tokens[0].type != "fence" or tokens[0].info.strip() not in {"", "text"}:
            reason = f"“{heading}”: give the message in one ```text block, nothing else."
            raise ValidationError(reason, code="wording")
        wording = tokens[0].content.strip("\n")
        if not wording.strip():
            raise ValidationError(f"“{heading}” has no text.", code="empty_part")
        return {"engine": heading, "text": wording}

    def text(self, value: Any) -> str:
        return "\n\n".join(
            f"### {wording.get('engine', '')}\n\n{prose.fenced(wording.get('text', ''), 'text')}"
            for wording in value or []
        )

    def html(self, value: Any, name: str) -> str:
        anchor = technical_slug(name)
        return "".join(
            f'<div class="wording" id="{anchor}-{number}">'
            f"{markdown.code_figure(wording['text'], 'text', title=wording['engine'])}</div>"
            for number, wording in enumerate(value, 1)
        )


class Code(fields.Prose):
    """Prose around code: at least one fenced block."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not any(token.type == "fence" for token in markdown.parse(text)):
            raise ValidationError("Show the code in a fenced block.", code="no_code")
        return text
