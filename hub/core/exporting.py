"""Entries as rows: CSV for a spreadsheet, JSON for a program; both come back through an import.

A row is a payload. A CSV cell holds a field as people edit it, JSON holds its structure.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hub.core.catalogue import Kind
from hub.core.models import Entry
from hub.core.publishing import current_payload

CHUNK = 200
# What an export says beside the payload; an import knows the entry by its id and passes over the rest.
FACTS = ("id", "kind", "status", "published_at")
# A cell that begins so is a formula to a spreadsheet (OWASP: CSV Injection); an apostrophe makes it words.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def cell(text: str) -> str:
    """A text as a cell that no spreadsheet computes."""
    return f"'{text}" if _FORMULA.match(text) else text


def text_of(written: str) -> str:
    """The text of a cell that ``cell`` wrote."""
    return written[1:] if written.startswith("'") and _FORMULA.match(written) else written


def as_csv(kind: Kind, entries: Any) -> Iterator[str]:
    """The entries of one kind as CSV (RFC 4180), a chunk at a time, with a line of names first."""
    form_fields: dict[str, Any] = kind.form.base_fields
    yield _line([*FACTS, *form_fields])
    for entry in _rows(entries):
        data = current_payload(entry).data
        texts = (field.text(data.get(name)) for name, field in form_fields.items())
        yield _line([*_facts(entry).values(), *(cell(text) for text in texts)])


def as_json(entries: Any) -> Iterator[str]:
    """Entries of any kind as one JSON array, a chunk at a time."""
    separator = "[\n"
    for entry in _rows(entries):
        row = {**_facts(entry), **current_payload(entry).data}
        yield separator + json.dumps(row, ensure_ascii=False)
        separator = ",\n"
    yield "\n]\n" if separator == ",\n" else "[]\n"


def _rows(entries: Any) -> Iterable[Entry]:
    """All of them by id, a query a chunk, however many there are."""
    last = 0
    while True:
        ids = list(entries.order_by("pk").filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        rows = Entry.objects.select_related("technology", "topic", "current_revision")
        yield from rows.defer("rendered").filter(pk__in=ids).order_by("pk")
        last = ids[-1]


def _facts(entry: Entry) -> dict[str, str]:
    return {
        "id": entry.public_id,
        "kind": entry.kind,
        "status": entry.status,
        "published_at": entry.published_at.isoformat(),
    }


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
