"""Many texts at once, from CSV or JSON: looked at as a whole first, then taken as a whole or not at all.

An import publishes nothing. Each row becomes a submission of whoever imports: a new entry, or, with an id,
an edit of the entry that has it. Review and publishing then go their usual way.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from contributions import submitting, workflow
from contributions.actors import Staff
from contributions.models import OPEN, ImportFile, Submission
from contributions.moves import Conflict, Refused
from hub.core import catalogue
from hub.core.catalogue import Kind
from hub.core.exporting import FACTS, text_of
from hub.core.models import Entry
from hub.core.payload import InvalidPayload, Payload, content_hash, validated
from hub.core.publishing import current_payload

MAX_BYTES = 2_000_000
MAX_ROWS = 200
MAX_CELL = 200_000


class Unreadable(ValueError):
    """A file of which no row can be read; the message says why."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the row (counted from 1, without the line of names), the field, the reason."""

    row: int
    field: str
    reason: str


@dataclass
class Row:
    """One text of a file: what it would become, and for an edit of what."""

    number: int
    title: str = ""
    target: Entry | None = None
    payload: Payload | None = None
    is_same: bool = False


@dataclass
class Plan:
    """What an import would do."""

    kind: Kind
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> list[Row]:
        return [row for row in self.rows if row.payload and row.target is None]

    @property
    def edits(self) -> list[Row]:
        return [row for row in self.rows if row.payload and row.target is not None and not row.is_same]

    @property
    def same(self) -> list[Row]:
        return [row for row in self.rows if row.is_same]


def text_in(data: bytes) -> str:
    """The text of an uploaded file; raises Unreadable for one that is too large or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"At most {MAX_BYTES // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"It is not UTF-8 (byte {error.start}).") from None
    if "\x00" in text:
        raise Unreadable("It holds NUL characters; it is no text.")
    return text


def read(text: str) -> list[dict[str, Any]]:
    """The rows of a CSV or JSON file: names and values. Raises Unreadable with the reason."""
    rows = _json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text)
    if not rows:
        raise Unreadable("It holds no rows.")
    if len(rows) > MAX_ROWS:
        raise Unreadable(f"It holds {len(rows)} rows; at most {MAX_ROWS} at once.")
    return rows


def _json_rows(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"It is no JSON: {error}.") from None
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise Unreadable("Give a list of objects, one a text.")
    return rows


def _csv_rows(text: str) -> list[dict[str, Any]]:
    csv.field_size_limit(MAX_CELL)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        names = [name.strip() for name in next(reader, [])]
        if len(set(names)) != len(names) or not all(names):
            raise Unreadable("The first line names each column once.")
        rows = []
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(names):
                raise Unreadable(
                    f"Line {reader.line_num} holds {len(cells)} cells; the first line names {len(names)}."
                )
            rows.append({name: text_of(value) for name, value in zip(names, cells, strict=True)})
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num} is no CSV: {error}.") from None
    return rows


def plan(kind: Kind, raw: list[dict[str, Any]], by: User) -> Plan:
    """Look at every row; nothing is written. Problems name row and field."""
    found = Plan(kind)
    ids = [_own_id(row) for row in raw]
    targets = {
        entry.public_id: entry
        for entry in Entry.objects.filter(public_id__in=filter(None, ids)).select_related(
            "technology", "topic", "current_revision"
        )
    }
    mine = dict(
        Submission.objects.filter(
            target__public_id__in=filter(None, ids), contributor=by, state__in=OPEN
        ).values_list("target__public_id", "reference")
    )
    slugs: dict[str, int] = {}
    for number, (values, public_id) in enumerate(zip(raw, ids, strict=True), 1):
        row = Row(number, str(values.get("title", ""))[:200], targets.get(public_id))
        found.rows.append(row)
        for name, reason in _obstacles(kind, row, public_id, ids, values, mine):
            found.problems.append(Problem(number, name, reason))
        _understand(found, row, values)
        if row.payload and (slug := row.payload.data.get("slug")):
            if row.target is None or slug != row.target.slug:
                found.problems += _taken(kind, row, slug, slugs)
            slugs.setdefault(slug, number)
    return found


def _taken(kind: Kind, row: Row, slug: str, slugs: dict[str, int]) -> list[Problem]:
    """What is wrong with a slug that a row would bring: another row's, or another entry's."""
    if slug in slugs:
        return [Problem(row.number, "slug", f"Row {slugs[slug]} has the slug “{slug}” too.")]
    if Entry.objects.of_kind(kind.name).filter(slug=slug).exists():
        return [Problem(row.number, "slug", f"Another {kind.label.lower()} has the slug “{slug}”.")]
    return []


def _own_id(values: dict[str, Any]) -> str:
    value = values.get("id")
    return value.strip().upper()[:32].replace("\x00", "") if isinstance(value, str) else ""


def _obstacles(
    kind: Kind, row: Row, public_id: str, ids: list[str], values: dict[str, Any], mine: dict[str, str]
) -> Iterable[tuple[str, str]]:
    """What stands in the way of a row besides its fields."""
    if values.get("kind") not in (None, "", kind.name):
        yield "kind", f"This is an import of {kind.label_plural.lower()}."
    if values.get("id") and not public_id:
        yield "id", "Give the id of an entry, or nothing."
    if not public_id:
        return
    if (first := ids.index(public_id) + 1) != row.number:
        yield "id", f"Row {first} has the id {public_id} too."
    if row.target is None:
        yield "id", f"No entry has the id {public_id}; a new one gets its id when it is published."
    elif row.target.kind != kind.name:
        yield "id", f"{public_id} is a {row.target.kind_label.lower()}."
    elif not row.target.is_public:
        yield "id", f"{public_id} is archived."
    elif public_id in mine:
        yield "id", f"You have an open edit of it: {mine[public_id]}."


def _understand(found: Plan, row: Row, values: dict[str, Any]) -> None:
    """Read a row's fields; those that an edit does not name stay as they are."""
    given = {str(name): value for name, value in values.items() if name not in FACTS}
    own_id = row.target.public_id if row.target else ""
    base: dict[str, Any] = {}
    if row.target is not None and row.target.kind == found.kind.name:
        base = current_payload(row.target).data
    try:
        row.payload = validated(found.kind.name, {**base, **given}, own_id=own_id)
    except InvalidPayload as error:
        found.problems += [
            Problem(row.number, "" if name == "__all__" else name, text)
            for name, texts in error.errors.items()
            for text in texts
        ]
        return
    row.title = row.payload.data["title"]
    row.is_same = bool(base) and row.payload.content_hash == content_hash(base)


def carry_out(file: ImportFile, by: User, *, send: bool) -> list[Submission]:
    """Make a draft of every row, or send each to review: all of them, or none.

    Raises Unreadable where the file has problems by now, and Conflict where it was imported already.
    """
    with transaction.atomic():
        if not ImportFile.objects.select_for_update().filter(pk=file.pk).exists():
            raise Conflict("This file was imported already.")
        todo = plan(catalogue.get(file.kind), read(file.text), by)
        if todo.problems:
            raise Unreadable("Something has changed since you looked: there are problems now.")
        made = []
        for row in [*todo.new, *todo.edits]:
            assert row.payload is not None
            try:
                submission = submitting.draft(
                    row.payload, by, target=row.target,
                    base=row.target.current_revision if row.target else None,
                    note=f"Imported from {file.name}"[:300], key=f"import {file.pk} {row.number}",
                )  # fmt: skip
                if send:
                    submission = workflow.perform(
                        submission, "submit", Staff(by), version=submission.version, revision=submission.head
                    )
            except Refused as refusal:
                raise Unreadable(f"Row {row.number}: {refusal}") from refusal
            made.append(submission)
        ImportFile.objects.filter(pk=file.pk).delete()
    return made
