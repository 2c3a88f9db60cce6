"""The content file of one entry: Markdown with front matter, and back, byte for byte.

Scalars stand in the front matter, sections under ``## Heading``; both in the order of the kind's payload
form, which is the only description of either. docs/content.md explains the format to writers.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from hub.core import fields, prose
from hub.core.catalogue import Kind
from hub.core.models import Entry
from hub.core.payload import Payload

_LONGEST_SERIES = 24  # IdSeries.prefix
_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


class ContentError(ValueError):
    """A file that can't be read: its name, the line and the reason."""

    def __init__(self, path: str, line: int, reason: str):
        self.path, self.line, self.reason = path, line, reason
        super().__init__(f"{path}:{line}: {reason}")


@dataclass(frozen=True)
class ContentDocument:
    """What one file says: the entry's id, its date, and each field's text by name."""

    path: str
    public_id: str
    published_at: datetime | None
    raw: dict[str, Any]
    lines: dict[str, int]

    def line_of(self, name: str) -> int:
        return self.lines.get(name, 1)


def read(kind: Kind, path: Path, name: str) -> ContentDocument:
    """Read one file; ``name`` is how messages call it. Raises ContentError with line and reason."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ContentError(name, 1, f"is not UTF-8 (byte {error.start})") from None
    found = _FRONT.match(text)
    if not found:
        raise ContentError(name, 1, "begins with no front matter between two lines of ---")
    raw, lines = _front_matter(name, found.group(1))
    _read_sections(kind, name, text[found.end() :], found.group(0).count("\n"), raw, lines)
    public_id = str(raw.pop("id", "")).upper()
    if not fields.PUBLIC_ID.fullmatch(public_id) or len(public_id.rpartition("-")[0]) > _LONGEST_SERIES:
        raise ContentError(name, lines.get("id", 1), "id is missing or is not like PY-MID-001")
    published_at = _moment(name, lines.get("published_at", 1), raw.pop("published_at", None))
    known = kind.form.base_fields
    for key in raw:
        if key not in known:
            raise ContentError(name, lines[key], f"{kind.label} has no field called “{key}”")
    return ContentDocument(name, public_id, published_at, raw, lines)


def write(kind: Kind, entry: Entry, payload: Payload) -> str:
    """The canonical text of one entry's file; reading it gives the same payload again."""
    front: dict[str, Any] = {"id": entry.public_id, "published_at": _day_or_moment(entry.published_at)}
    sections = []
    form_fields: dict[str, Any] = kind.form.base_fields
    for name, field in form_fields.items():
        value = payload.data.get(name)
        if value in (None, "", [], {}):
            continue
        if field.heading:
            sections.append(f"## {field.heading}\n\n{field.text(value)}\n")
        elif isinstance(field, fields.Day):
            front[name] = date.fromisoformat(value)
        elif isinstance(field, fields.Relations):
            front[name] = [f"{item['type']} {item['entry']}" for item in value]
        else:
            front[name] = value
    header = yaml.safe_dump(front, allow_unicode=True, default_flow_style=None, sort_keys=False, width=10_000)
    return f"---\n{header}---\n\n" + "\n".join(sections)


def _front_matter(name: str, text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Keys and texts of the front matter, with the line of each; scalars stay texts."""
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    loader = yaml.BaseLoader("")
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        if not isinstance(node, yaml.MappingNode):
            raise ContentError(name, 2, "front matter holds no “key: value” lines")
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 2
            if key in values:
                raise ContentError(name, line, f"“{key}” stands twice")
            value = loader.construct_object(value_node, deep=True)
            values[key], lines[key] = value, line
    except yaml.YAMLError as error:
        mark, reason = getattr(error, "problem_mark", None), getattr(error, "problem", None) or error
        raise ContentError(name, mark.line + 2 if mark else 1, f"front matter: {reason}") from None
    except RecursionError:
        raise ContentError(name, 2, "front matter is nested too deeply") from None
    return values, lines


def _read_sections(
    kind: Kind, name: str, body: str, offset: int, raw: dict[str, Any], lines: dict[str, int]
) -> None:
    by_heading = {field.heading: key for key, field in kind.section_fields().items()}
    for heading, text, line in _numbered_parts(body, offset):
        if not heading:
            if text:
                raise ContentError(name, line, "text stands before the first ## heading")
            continue
        if heading not in by_heading:
            raise ContentError(name, line, f"{kind.label} has no section “{heading}”")
        key = by_heading[heading]
        if key in raw:
            raise ContentError(name, line, f"the section “{heading}” stands twice")
        raw[key], lines[key] = text, line


def _numbered_parts(body: str, offset: int) -> list[tuple[str, str, int]]:
    found: list[tuple[str, list[str], int]] = [("", [], offset + 1)]
    for number, (line, is_outside) in enumerate(prose.outside_code(body), offset + 1):
        if is_outside and line.startswith("## "):
            found.append((line[3:].strip(), [], number))
        else:
            found[-1][1].append(line)
    return [(heading, prose.normalise("\n".join(lines)), line) for heading, lines, line in found]


def _moment(name: str, line: int, text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        if len(str(text)) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(str(text).replace(" ", "T"))
    except ValueError:
        raise ContentError(name, line, f"published_at is no date: {text}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day_or_moment(moment: datetime) -> date | datetime:
    moment = moment.astimezone(UTC)
    return moment.date() if moment.time() == time() else moment
