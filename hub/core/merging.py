"""Three-way merge of payloads: two edits of one base, field by field, each by its field's rule.

Nobody's text is dropped: what can't be merged without a person comes back as a conflict with all three
versions.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from hub.core import catalogue, fields
from hub.core.matching import matching_blocks


@dataclass(frozen=True)
class MergeConflict:
    """One field that both sides changed in ways that exclude each other; values as structures."""

    name: str
    base: Any
    theirs: Any
    current: Any


@dataclass
class Merge:
    """The merged data; where ``conflicts`` names a field, ``data`` holds the current side's value."""

    data: dict[str, Any] = field(default_factory=dict)
    conflicts: list[MergeConflict] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.conflicts


def merge(kind: str, base: dict[str, Any], theirs: dict[str, Any], current: dict[str, Any]) -> Merge:
    """Merge the edit ``base → theirs`` into ``current``, all three of one kind and of today's schema."""
    result = Merge()
    for name, form_field in catalogue.get(kind).form.base_fields.items():
        sides = base.get(name), theirs.get(name), current.get(name)
        value, is_clean = _merge_field(form_field, *sides)
        if not is_clean:
            result.conflicts.append(MergeConflict(name, *sides))
        if value not in (None, "", [], {}):
            result.data[name] = value
    return result


def _merge_field(form_field: Any, base: Any, theirs: Any, current: Any) -> tuple[Any, bool]:
    """The merged value and whether it is one; on a conflict the current value stands."""
    if theirs in (current, base):
        return current, True
    if current == base:
        return theirs, True
    if form_field.merge == fields.SET:
        return merge_sets(base or [], theirs or [], current or []), True
    if form_field.merge in {fields.PROSE, fields.ROWS}:
        texts = [form_field.text(value).split("\n") for value in (base, theirs, current)]
        lines = merge_lines(*texts)
        if lines is not None:
            try:
                return form_field.to_python("\n".join(lines)), True
            except ValidationError:
                return current, False
    return current, False


def merge_sets(base: Sequence[Any], theirs: Sequence[Any], current: Sequence[Any]) -> list[Any]:
    """The current items without those that they removed, then those that they added."""
    known, kept, mine = ({_key(item) for item in side} for side in (base, theirs, current))
    return [item for item in current if _key(item) in kept or _key(item) not in known] + [
        item for item in theirs if _key(item) not in known | mine
    ]


def _key(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


def merge_lines(base: Sequence[str], one: Sequence[str], other: Sequence[str]) -> list[str] | None:
    """The line-wise three-way merge (diff3), or None where both sides changed the same lines."""
    merged: list[str] = []
    at_base = at_one = at_other = 0
    for start, from_one, from_other, length in _common_runs(base, one, other):
        chunk = _merge_chunk(base[at_base:start], one[at_one:from_one], other[at_other:from_other])
        if chunk is None:
            return None
        merged += chunk
        merged += base[start : start + length]
        at_base, at_one, at_other = start + length, from_one + length, from_other + length
    return merged


def _merge_chunk(base: Sequence[str], one: Sequence[str], other: Sequence[str]) -> Sequence[str] | None:
    if other in (one, base):
        return one
    return other if one == base else None


def _common_runs(
    base: Sequence[str], one: Sequence[str], other: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of base lines that stand unchanged on both sides: (base, one, other, length); last one empty."""
    left, right = matching_blocks(base, one), matching_blocks(base, other)
    i = j = 0
    while i < len(left) and j < len(right):
        mine, theirs = left[i], right[j]
        start = max(mine.at_one, theirs.at_one)
        end = min(mine.at_one + mine.size, theirs.at_one + theirs.size)
        if start < end:
            from_one, from_other = (block.at_other + start - block.at_one for block in (mine, theirs))
            yield start, from_one, from_other, end - start
        if mine.at_one + mine.size < theirs.at_one + theirs.size:
            i += 1
        else:
            j += 1
    yield len(base), len(one), len(other), 0
