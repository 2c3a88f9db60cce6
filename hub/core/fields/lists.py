"""Fields whose text is a list, one item a line: short texts, follow-up questions, relations."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.html import escape

from hub.core import markdown
from hub.core.fields.base import PUBLIC_ID, SET
from hub.core.fields.texts import StructuredText, is_record

_ITEM = re.compile(r"^[-*+](?: +(.*))?$")


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
        items: list[list[str]] = []
        for number, line in enumerate(lines, 1):
            if found := _ITEM.match(line):
                items.append([found.group(1) or ""])
            elif items and (line.startswith("  ") or not line.strip()):
                items[-1].append(line[2:].rstrip())
            elif line.strip():
                raise ValidationError(
                    f"Line {number}: begin an item with “- ”, or indent what continues one.", code="item"
                )
        texts = [text for item in items if (text := "\n".join(item).strip())]
        if len(texts) > self.most:
            raise ValidationError(f"At most {self.most} items.", code="max_items")
        return texts

    def text(self, value: Any) -> str:
        return "\n".join("- " + re.sub(r"\n(?=[^\n])", "\n  ", item) for item in value or [])


class Questions(Items):
    """Follow-up questions: an item may end with the id of the entry that answers it, in brackets."""

    relation: ClassVar[str] = "follow_up"
    _reference = re.compile(rf"\[({PUBLIC_ID.pattern})\]\Z")

    def checked(self, value: Any) -> Any:
        value = StructuredText.checked(self, value)
        if not all(isinstance(item, str) or is_record(item) for item in value):
            raise ValidationError("Give a list of texts, or of {text, entry}.", code="invalid")
        items = [item if isinstance(item, dict) else {"text": item, "entry": ""} for item in value]
        for item in items:
            if item.get("entry") and not PUBLIC_ID.fullmatch(item["entry"].upper()):
                raise ValidationError(f"“{item['entry'][:40]}” is no id.", code="entry")
        return items

    def read(self, text: str) -> list[dict[str, str]]:
        items = []
        for item in super().read(text):
            found = self._reference.search(item)
            question = item[: found.start()].strip() if found else item
            if not question:
                raise ValidationError(f"Ask a question before {item}.", code="empty")
            items.append({"text": question, "entry": found.group(1) if found else ""})
        return items

    def text(self, value: Any) -> str:
        return super().text(
            [
                " ".join(part for part in (item.get("text", ""), _bracketed(item.get("entry", ""))) if part)
                for item in value or []
            ]
        )

    def html(self, value: Any, name: str) -> str:
        lines = []
        for item in value:
            text = markdown.render_inline(item["text"])
            lines.append(
                f'<li><a href="/id/{escape(item["entry"])}">{text}</a></li>'
                if item["entry"]
                else f"<li>{text}</li>"
            )
        return f'<ol class="follow-ups">{"".join(lines)}</ol>'

    def entries(self, value: Any) -> list[tuple[str, str]]:
        return [(self.relation, item["entry"]) for item in value or [] if item["entry"]]


def _bracketed(public_id: str) -> str:
    return f"[{public_id.upper()}]" if public_id else ""


class Relations(StructuredText):
    """Typed links to other entries: [{type, entry}]. Text form: ``explains PY-007``, one a line."""

    merge = SET

    def __init__(self, *, types: Sequence[tuple[str, str]], most: int = 40, **kwargs: Any) -> None:
        self.types = [str(value) for value, _ in types]
        self.most = most
        kwargs.setdefault("help_text", f"One a line: {', '.join(self.types)}, then the entry's id.")
        super().__init__(rows=3, **kwargs)

    def checked(self, value: Any) -> Any:
        value = super().checked(value)
        if not all(isinstance(item, str) or is_record(item) for item in value):
            raise ValidationError("Give a list of {type, entry}.", code="invalid")
        return [
            item
            if isinstance(item, dict)
            else dict(zip(("type", "entry"), item.split(None, 1), strict=False))
            for item in value
        ]

    def read(self, text: str) -> list[dict[str, str]]:
        lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) > self.most:
            raise ValidationError(f"At most {self.most} lines.", code="max_items")
        relations: list[dict[str, str]] = []
        for number, line in lines:
            kind, _, public_id = line.removeprefix("- ").partition(" ")
            if kind not in self.types or not PUBLIC_ID.fullmatch(public_id.strip().upper()):
                raise ValidationError(
                    f"Line {number}: give one of {', '.join(self.types)}, then an id.", code="relation"
                )
            relation = {"type": kind, "entry": public_id.strip().upper()}
            if relation not in relations:
                relations.append(relation)
        return relations

    def text(self, value: Any) -> str:
        return "\n".join(f"{item.get('type', '')} {item.get('entry', '')}" for item in value or [])

    def entries(self, value: Any) -> list[tuple[str, str]]:
        return [(item["type"], item["entry"]) for item in value or []]
