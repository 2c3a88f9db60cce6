"""What differs between two payloads of a kind: field by field, line by line, words marked.

The rows are what ``components/diff.html`` shows. Time and size are bounded for any text: a field whose
differences would fill too many rows is shown as blocks of lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hub.core import catalogue
from hub.core.matching import Block, Budget, matching_blocks

CONTEXT = 3  # unchanged lines shown around a change
MAX_ROWS = 400  # a field
_LONGEST_LINE = 2_000  # words are marked in lines up to this length
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

Piece = tuple[str, bool]


@dataclass(frozen=True)
class Row:
    """One row of a side-by-side table; pieces are (text, is_changed)."""

    kind: str  # equal, change, insert, delete, skip
    old_number: int | None = None
    new_number: int | None = None
    old: tuple[Piece, ...] = ()
    new: tuple[Piece, ...] = ()
    skipped: int = 0


@dataclass(frozen=True)
class Change:
    """One field that differs."""

    name: str
    label: str
    rows: list[Row]


def payload_changes(kind: str, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The fields that differ, in the form's order; both payloads in today's schema."""
    budget = Budget()
    changes = []
    form_fields: dict[str, Any] = catalogue.get(kind).form.base_fields
    for name, form_field in form_fields.items():
        if old.get(name) != new.get(name):
            before, after = (form_field.text(side.get(name)) for side in (old, new))
            label = str(form_field.label or name.replace("_", " ").capitalize())
            changes.append(Change(name, label, text_rows(before, after, budget)))
    return changes


def text_rows(old: str, new: str, budget: Budget | None = None) -> list[Row]:
    """The rows of two texts, with long unchanged parts left out."""
    budget = budget or Budget()
    before, after = (text.split("\n") if text else [] for text in (old, new))
    rows = list(_rows(before, after, matching_blocks(before, after, budget), budget))
    if len(rows) > MAX_ROWS:
        rows = list(_in_blocks(rows))
    if len(rows) > MAX_ROWS:
        rows = [Row("change", 1, 1, ((old, True),), ((new, True),))]
    return rows


def _rows(before: list[str], after: list[str], blocks: list[Block], budget: Budget) -> Iterator[Row]:
    at, other = 0, 0
    end = Block(len(before), len(after), 0)
    for number, block in enumerate([*blocks, end]):
        yield from _changed(before, after, (at, block.at_one, other, block.at_other), budget)
        is_first, is_last = (
            number == 0 and not (block.at_one or block.at_other),
            block.at_one + block.size == len(before),
        )
        yield from _unchanged(before, block, 0 if is_first else CONTEXT, 0 if is_last else CONTEXT)
        at, other = block.at_one + block.size, block.at_other + block.size


def _unchanged(before: list[str], block: Block, head: int, tail: int) -> Iterator[Row]:
    hidden = block.size - head - tail
    for offset in range(block.size):
        if hidden > 1 and head <= offset < block.size - tail:
            if offset == head:
                yield Row("skip", skipped=hidden)
            continue
        line = ((before[block.at_one + offset], False),)
        yield Row("equal", block.at_one + offset + 1, block.at_other + offset + 1, line, line)


def _changed(
    before: list[str], after: list[str], region: tuple[int, int, int, int], budget: Budget
) -> Iterator[Row]:
    low, high, other_low, other_high = region
    paired = min(high - low, other_high - other_low)
    for offset in range(paired):
        old, new = _marked(before[low + offset], after[other_low + offset], budget)
        yield Row("change", low + offset + 1, other_low + offset + 1, old, new)
    for at in range(low + paired, high):
        yield Row("delete", old_number=at + 1, old=((before[at], True),))
    for at in range(other_low + paired, other_high):
        yield Row("insert", new_number=at + 1, new=((after[at], True),))


def _marked(old: str, new: str, budget: Budget) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both lines in pieces, the words that differ marked; long or unlike lines are marked whole."""
    whole = ((old, True),), ((new, True),)
    if len(old) > _LONGEST_LINE or len(new) > _LONGEST_LINE:
        return whole
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    blocks = matching_blocks(before, after, budget)
    if sum(len("".join(before[b.at_one : b.at_one + b.size]).strip()) for b in blocks) * 4 < max(
        len(old), len(new)
    ):
        return whole
    old_at = new_at = 0
    old_pieces: list[Piece] = []
    new_pieces: list[Piece] = []
    for block in [*blocks, Block(len(before), len(after), 0)]:
        same = "".join(before[block.at_one : block.at_one + block.size])
        for pieces, words, start, stop in (
            (old_pieces, before, old_at, block.at_one),
            (new_pieces, after, new_at, block.at_other),
        ):
            pieces += [piece for piece in (("".join(words[start:stop]), True), (same, False)) if piece[0]]
        old_at, new_at = block.at_one + block.size, block.at_other + block.size
    return tuple(old_pieces), tuple(new_pieces)


def _in_blocks(rows: list[Row]) -> Iterator[Row]:
    """Neighbouring rows of one kind as one row of several lines."""
    group: list[Row] = []
    for row in rows:
        if group and (row.kind != group[0].kind or row.kind == "skip"):
            yield _one_row(group)
            group = []
        group.append(row)
    if group:
        yield _one_row(group)


def _one_row(group: list[Row]) -> Row:
    first = group[0]
    if len(group) == 1:
        return first
    old, new = (
        (("\n".join("".join(text for text, _ in side) for side in sides), first.kind != "equal"),)
        for sides in ([row.old for row in group], [row.new for row in group])
    )
    return Row(
        first.kind, first.old_number, first.new_number, old if first.old else (), new if first.new else ()
    )
