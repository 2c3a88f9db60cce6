"""Fields whose text has headings of its own: further sections, answers by level, an exercise."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape

from hub.core import markdown, prose
from hub.core.fields.lists import Items
from hub.core.fields.texts import StructuredText, is_record
from hub.core.slugs import technical_slug


class Parts(StructuredText):
    """Texts under headings of their own, in order: [{heading, text}]. Text form: ``### Heading`` blocks."""

    def __init__(self, *, most: int = 20, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def checked(self, value: Any) -> Any:
        value = super().checked(value)
        if not all(is_record(part) for part in value):
            raise ValidationError("Give a list of {heading, text}.", code="invalid")
        return value

    def read(self, text: str) -> list[dict[str, str]]:
        (_, preamble), *parts = prose.parts(text, "###")
        if preamble:
            raise ValidationError("Begin with a heading: ### Heading", code="heading")
        if len(parts) > self.most:
            raise ValidationError(f"At most {self.most} parts.", code="max_items")
        for heading, body in parts:
            if not heading or not body:
                raise ValidationError(f"“{heading}” has no text.", code="empty_part")
        return [self.part(heading, body) for heading, body in parts]

    def part(self, heading: str, body: str) -> dict[str, str]:
        return {"heading": heading, "text": body}

    def text(self, value: Any) -> str:
        return "\n\n".join(f"### {part.get('heading', '')}\n\n{part.get('text', '')}" for part in value or [])


class AnswersByLevel(Parts):
    """One answer a level: [{level, adds, text}]; ``adds`` says what it adds to the one before."""

    def __init__(self, *, levels: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self.levels = [(str(value), str(label)) for value, label in levels]
        super().__init__(most=len(self.levels), **kwargs)

    def read(self, text: str) -> list[dict[str, str]]:
        answers = super().read(text)
        order = [value for value, _ in self.levels]
        given = [answer["level"] for answer in answers]
        if given != sorted(set(given), key=order.index):
            raise ValidationError(
                "Give each level once, in order: junior, mid, senior, architect.", code="order"
            )
        return answers

    def part(self, heading: str, body: str) -> dict[str, str]:
        for value, label in self.levels:
            if heading.casefold() in {value.casefold(), label.casefold()}:
                first, _, rest = body.partition("\n")
                if first.startswith("Adds:") and first[5:].strip() and rest.strip():
                    return {"level": value, "adds": first[5:].strip(), "text": prose.normalise(rest)}
                return {"level": value, "adds": "", "text": body}
        raise ValidationError(
            f"“{heading}” is no level: use Junior, Mid-Level, Senior or Architect.", code="level"
        )

    def text(self, value: Any) -> str:
        labels = dict(self.levels)
        return "\n\n".join(
            "\n\n".join(
                part
                for part in (
                    f"### {labels.get(answer.get('level', ''), answer.get('level', ''))}",
                    f"Adds: {answer['adds']}" if answer.get("adds") else "",
                    answer.get("text", ""),
                )
                if part
            )
            for answer in value or []
        )

    def html(self, value: Any, name: str) -> str:
        labels = dict(self.levels)
        anchor = technical_slug(name.replace("_", "-"))
        return "".join(
            f'<div class="level-answer" id="{anchor}-{answer["level"]}">'
            f"<h3>{escape(labels[answer['level']])}</h3>{_adds(answer['adds'])}"
            + markdown.render(answer["text"], prefix=f"{anchor}-{answer['level']}")
            + "</div>"
            for answer in value
        )


def _adds(text: str) -> str:
    return f'<p class="adds"><span>Adds</span> {markdown.render_inline(text)}</p>' if text else ""


class Exercise(StructuredText):
    """A practice exercise: {scenario, tasks, checks}. Text form: three ``###`` parts of these names."""

    _names = ("scenario", "tasks", "checks")

    def checked(self, value: Any) -> Any:
        if value in self.empty_values:
            return {}
        if not isinstance(value, dict) or set(value) - set(self._names):
            raise ValidationError("Give {scenario, tasks, checks} or a text.", code="invalid")
        lists = [value.get("tasks") or [], value.get("checks") or []]
        if not isinstance(value.get("scenario", ""), str) or not all(
            isinstance(items, list) and all(isinstance(item, str) for item in items) for items in lists
        ):
            raise ValidationError("scenario is a text, tasks and checks are lists of texts.", code="invalid")
        return value

    def read(self, text: str) -> dict[str, Any]:
        if not text:
            return {}
        (_, preamble), *parts = prose.parts(text, "###")
        found = {heading.casefold(): body for heading, body in parts}
        items = Items(most=20)
        tasks, checks = items.read(found.get("tasks", "")), items.read(found.get("checks", ""))
        is_sound = not preamble and len(found) == len(parts) and not set(found) - set(self._names)
        if not is_sound or not found.get("scenario") or not tasks:
            raise ValidationError("Give ### Scenario, ### Tasks and ### Checks, each once.", code="parts")
        return {"scenario": found["scenario"], "tasks": tasks, "checks": checks}

    def text(self, value: Any) -> str:
        if not value:
            return ""
        items = Items()
        bodies = (value.get("scenario", ""), items.text(value.get("tasks")), items.text(value.get("checks")))
        return "\n\n".join(
            f"### {name.title()}\n\n{body}" for name, body in zip(self._names, bodies, strict=True) if body
        )
