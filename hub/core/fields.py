"""The fields of payload forms: each knows its text, how it merges and how it is rendered.

A value has two forms. Its *structure* (a string, a list, a dict) is what a payload stores as JSON. Its
*text* is what a person edits in a form or in a content file, what differences are shown of and what
line-wise merging works on. ``to_python`` takes either, so a form post, a file and an API call all
validate through the same field.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import escape

from hub.core import markdown, prose
from hub.core.slugs import technical_slug

SCALAR, PROSE, CODE, SET, ROWS = "scalar", "prose", "code", "set", "rows"
PUBLIC_ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-\d{3,}")
_ITEM = re.compile(r"^[-*+] +(.*)$")


class PayloadField(forms.Field):
    """Base of all payload fields.

    ``merge`` names the rule for two edits of one base (see contributions.merging); ``heading`` makes the
    field a section: a ``## Heading`` of the content file and a part of the rendered page.
    """

    merge: ClassVar[str] = SCALAR
    heading: str = ""

    def __init__(self, *, heading: str = "", is_shown: bool = True, **kwargs: Any) -> None:
        self.heading = heading
        self.is_shown = is_shown and bool(heading)
        if heading:
            kwargs.setdefault("label", heading)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def to_payload(self, value: Any) -> Any:
        """The cleaned value as the payload stores it (JSON)."""
        return value

    def text(self, value: Any) -> str:
        """The structure as the text that people edit."""
        return "" if value in self.empty_values else str(value)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else self.text(value)

    def html(self, value: Any, name: str) -> str:
        """The structure as safe HTML, for a section; anchors begin with the field's name."""
        return markdown.render(self.text(value), prefix=technical_slug(name.replace("_", "-")))

    def entries(self, value: Any) -> list[tuple[str, str]]:
        """The entries that the value names, as (relation type, public id)."""
        return []


class Words(PayloadField, forms.CharField):
    """One line of text."""

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = " ".join(prose.normalise(super().to_python(value) or "").split())
        prose.check_characters(text)
        return text


class Whole(PayloadField, forms.IntegerField):
    """A whole number."""

    def text(self, value: Any) -> str:
        return "" if value is None else str(value)


class Day(PayloadField, forms.DateField):
    """A date, stored as YYYY-MM-DD."""

    def to_payload(self, value: Any) -> str | None:
        return value.isoformat() if value else None


class OneOf(PayloadField, forms.ChoiceField):
    """One of fixed choices."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        options = [("", "—"), *((str(value), label) for value, label in choices)]
        super().__init__(choices=options, **kwargs)


class SeveralOf(PayloadField, forms.MultipleChoiceField):
    """Several of fixed choices, in the choices' order."""

    merge = SET
    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        chosen = set(super().clean([part.strip() for part in value.split(",")] if isinstance(value, str) else value))
        return [str(key) for key, _ in self.choices if str(key) in chosen]  # type: ignore[misc]

    def text(self, value: Any) -> str:
        return ", ".join(value or [])

    def prepare_value(self, value: Any) -> Any:
        return value


class Known(PayloadField, forms.ModelChoiceField):
    """One row of a vocabulary (technology, topic), stored by its slug."""

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        super().__init__(queryset=model._default_manager.all(), to_field_name="slug", empty_label="—", **kwargs)

    def to_payload(self, value: Any) -> str:
        return value.slug if value else ""

    def prepare_value(self, value: Any) -> Any:
        return value


class Names(PayloadField, forms.CharField):
    """A short list of words: tags, versions. Text form: separated by commas."""

    merge = SET

    def __init__(self, *, most: int = 10, longest: int = 40, are_tags: bool = False, **kwargs: Any) -> None:
        self.most, self.longest, self.are_tags = most, longest, are_tags
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        raw = value if isinstance(value, list) else str(value or "").split(",")
        names: dict[str, str] = {}
        for part in raw:
            if not isinstance(part, (str, int, float)):
                raise ValidationError("Give words, not nested values.", code="invalid")
            name = " ".join(prose.normalise(str(part)).split())
            prose.check_characters(name)
            key = technical_slug(name) if self.are_tags else name
            if name and not key:
                raise ValidationError(f"“{name}” holds no letter that a tag can be made of.", code="invalid")
            if len(name) > self.longest:
                raise ValidationError(f"“{name[:50]}” is longer than {self.longest} characters.", code="max_length")
            if name:
                names.setdefault(key, name)
        if len(names) > self.most:
            raise ValidationError(f"At most {self.most}.", code="max_items")
        return list(names.values())

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        """A list has no length in characters: to_python checked each word."""

    def text(self, value: Any) -> str:
        return ", ".join(value or [])


class TextField(PayloadField, forms.CharField):
    """Base of what is edited in a text area."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = prose.MAX_CHARACTERS, rows: int = 8, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, strip=False, **kwargs)

    def checked_text(self, value: Any) -> str:
        """The text in its stored form; raises ValidationError for anything but sound Markdown."""
        if value in self.empty_values:
            return ""
        if not isinstance(value, str):
            raise ValidationError("Give a text.", code="invalid")
        text = prose.normalise(value)
        if len(text) > (self.max_length or prose.MAX_CHARACTERS):
            raise ValidationError(f"At most {self.max_length} characters; this has {len(text)}.", code="max_length")
        prose.check_markdown(text)
        return text


class Prose(TextField):
    """A Markdown text; ``max_words`` caps its words."""

    merge = PROSE

    def __init__(self, *, max_words: int | None = None, **kwargs: Any) -> None:
        self.max_words = max_words
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = self.checked_text(value)
        if self.max_words and (count := markdown.count_words(markdown.plain_text(text))) > self.max_words:
            raise ValidationError(f"At most {self.max_words} words; this has {count}.", code="max_words")
        return text


class StructuredText(TextField):
    """Base of fields whose text is read into a structure."""

    merge = ROWS

    def read(self, text: str) -> Any:
        """Text → structure; raises ValidationError with the line."""
        raise TypeError(f"{type(self).__name__} has no text form")

    def to_python(self, value: Any) -> Any:
        return self.read(self.checked_text(value if isinstance(value, str) else self.text(self.checked(value))))

    def checked(self, value: Any) -> Any:
        """Refuse a structure (from the API) of the wrong shape before it is written as text."""
        if value in self.empty_values:
            return []
        if not isinstance(value, list):
            raise ValidationError("Give a list or a text.", code="invalid")
        return value

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        """A structure has no length in characters: checked_text saw to that."""


class Items(StructuredText):
    """A list of short texts. Text form: a Markdown list, one item a line; more lines are indented."""

    def __init__(self, *, most: int = 20, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("help_text", "One item a line, each begun with “- ”.")
        super().__init__(**kwargs)

    def checked(self, value: Any) -> Any:
        value = super().checked(value)
        if not all(isinstance(item, str) for item in value):
            raise ValidationError("Give a list of texts.", code="invalid")
        return value

    def read(self, text: str) -> list[Any]:
        lines = text.split("\n")
        if not any(_ITEM.match(line) for line in lines):
            lines = [f"- {line.strip()}" for line in lines if line.strip()]  # plain lines are items too
        items: list[str] = []
        for number, line in enumerate(lines, 1):
            if found := _ITEM.match(line):
                items.append(found.group(1).strip())
            elif items and line.startswith("  ") and line.strip():
                items[-1] += "\n" + line[2:].rstrip()
            elif line.strip():
                raise ValidationError(
                    f"Line {number}: begin an item with “- ”, or indent what continues one.", code="item"
                )
        if len(items) > self.most:
            raise ValidationError(f"At most {self.most} items.", code="max_items")
        return items

    def text(self, value: Any) -> str:
        return "\n".join("- " + item.replace("\n", "\n  ") for item in value or [])


class Questions(Items):
    """Follow-up questions: an item may end with the id of the entry that answers it, in brackets."""

    relation: ClassVar[str] = "follow_up"
    _reference = re.compile(rf"\s*\[({PUBLIC_ID.pattern})\]$")

    def checked(self, value: Any) -> Any:
        value = StructuredText.checked(self, value)
        if not all(isinstance(item, (str, dict)) for item in value):
            raise ValidationError("Give a list of texts, or of {text, entry}.", code="invalid")
        return [
            item if isinstance(item, dict) else {"text": item, "entry": ""} for item in value
        ]

    def read(self, text: str) -> list[dict[str, str]]:
        items = []
        for item in super().read(text):
            found = self._reference.search(item)
            items.append(
                {"text": item[: found.start()].strip(), "entry": found.group(1)} if found else {"text": item, "entry": ""}
            )
        return items

    def text(self, value: Any) -> str:
        return super().text(
            [
                " ".join(str(part) for part in (item.get("text", ""), f"[{item['entry']}]" if item.get("entry") else "") if part)
                for item in value or []
            ]
        )

    def html(self, value: Any, name: str) -> str:
        lines = []
        for item in value:
            text = markdown.render_inline(item["text"])
            lines.append(
                f'<li><a href="/id/{escape(item["entry"])}">{text}</a></li>' if item["entry"] else f"<li>{text}</li>"
            )
        return f'<ol class="follow-ups">{"".join(lines)}</ol>'

    def entries(self, value: Any) -> list[tuple[str, str]]:
        return [(self.relation, item["entry"]) for item in value or [] if item["entry"]]


class Parts(StructuredText):
    """Texts under headings of their own, in order: [{heading, text}]. Text form: ``### Heading`` blocks."""

    def __init__(self, *, most: int = 20, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def checked(self, value: Any) -> Any:
        value = super().checked(value)
        if not all(isinstance(part, dict) and all(isinstance(text, str) for text in part.values()) for part in value):
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
            raise ValidationError("Give each level once, in order: junior, mid, senior, architect.", code="order")
        return answers

    def part(self, heading: str, body: str) -> dict[str, str]:
        for value, label in self.levels:
            if heading.casefold() in {value.casefold(), label.casefold()}:
                first, _, rest = body.partition("\n")
                if first.startswith("Adds:") and rest.strip():
                    return {"level": value, "adds": first[5:].strip(), "text": prose.normalise(rest)}
                return {"level": value, "adds": "", "text": body}
        raise ValidationError(f"“{heading}” is no level: use Junior, Mid-Level, Senior or Architect.", code="level")

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
            f'<div class="level-answer" id="{anchor}-{answer["level"]}"><h3>{escape(labels[answer["level"]])}</h3>'
            + (f'<p class="adds"><span>Adds</span> {markdown.render_inline(answer["adds"])}</p>' if answer["adds"] else "")
            + markdown.render(answer["text"], prefix=f"{anchor}-{answer['level']}")
            + "</div>"
            for answer in value
        )


class Exercise(StructuredText):
    """A practice exercise: {scenario, tasks, checks}. Text form: three ``###`` parts of these names."""

    _names = ("scenario", "tasks", "checks")

    def checked(self, value: Any) -> Any:
        if value in self.empty_values:
            return {}
        if not isinstance(value, dict):
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
        if preamble or set(found) - set(self._names) or not found.get("scenario") or not found.get("tasks"):
            raise ValidationError("Give ### Scenario, ### Tasks and ### Checks.", code="parts")
        items = Items(most=20)
        return {
            "scenario": found["scenario"],
            "tasks": items.read(found["tasks"]),
            "checks": items.read(found.get("checks", "")),
        }

    def text(self, value: Any) -> str:
        if not value:
            return ""
        items = Items()
        bodies = (value.get("scenario", ""), items.text(value.get("tasks")), items.text(value.get("checks")))
        return "\n\n".join(
            f"### {name.title()}\n\n{body}" for name, body in zip(self._names, bodies, strict=True) if body
        )


class Relations(StructuredText):
    """Typed links to other entries: [{type, entry}]. Text form: ``explains PY-007``, one a line."""

    merge = SET

    def __init__(self, *, types: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self.types = [str(value) for value, _ in types]
        kwargs.setdefault("help_text", f"One a line: {', '.join(self.types)}, then the entry's id.")
        super().__init__(rows=3, **kwargs)

    def checked(self, value: Any) -> Any:
        value = super().checked(value)
        if not all(isinstance(item, (str, dict)) for item in value):
            raise ValidationError("Give a list of {type, entry}.", code="invalid")
        return [
            item if isinstance(item, dict) else dict(zip(("type", "entry"), item.split(), strict=False))
            for item in value
        ]

    def read(self, text: str) -> list[dict[str, str]]:
        relations: list[dict[str, str]] = []
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            kind, _, public_id = line.strip().removeprefix("- ").partition(" ")
            if kind not in self.types or not PUBLIC_ID.fullmatch(public_id.strip().upper()):
                raise ValidationError(f"Line {number}: give one of {', '.join(self.types)}, then an id.", code="relation")
            relation = {"type": kind, "entry": public_id.strip().upper()}
            if relation not in relations:
                relations.append(relation)
        return relations

    def text(self, value: Any) -> str:
        return "\n".join(f"{item.get('type', '')} {item.get('entry', '')}" for item in value or [])

    def entries(self, value: Any) -> list[tuple[str, str]]:
        return [(item["type"], item["entry"]) for item in value or []]
