"""Signatures of published wordings: made at publish, anew when the algorithm changes, and their clashes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from debugarchive.matching import ALGORITHM, analyse
from debugarchive.models import ErrorEntry, ErrorSignature

COLUMNS = ("level_1", "level_2", "level_3", "type", "template", "algorithm")
_WORD = re.compile(r"[A-Za-z_$][\w$.-]{2,200}")


def compute(row: ErrorSignature, title: str) -> ErrorSignature:
    """Fill the row's signatures from its wording.

    A name of the wording that the entry's title holds belongs to the error (``distutils``); any other is an
    example, and a paste with another name is the same error.
    """
    row.level_1 = row.level_2 = row.level_3 = row.type = row.template = ""
    row.algorithm = ALGORITHM
    primary = analyse(row.raw).primary
    if primary is None:
        return row
    _, signature = primary
    spoken_of = {word.strip(".-") for word in _WORD.findall(title)}
    is_specific = bool(spoken_of.intersection(signature.names))
    row.level_1 = signature.level_1_named if is_specific else signature.level_1
    row.level_2, row.level_3 = signature.level_2, signature.level_3
    row.type, row.template = signature.type[:120], signature.template
    return row


def rebuild_chunk(after: int, size: int, *, stale_only: bool) -> tuple[int, int]:
    """Compute the next ``size`` rows after an id, in one transaction: (last id, how many)."""
    rows = ErrorSignature.objects.filter(pk__gt=after).select_related("entry").order_by("pk")
    if stale_only:
        rows = rows.exclude(algorithm=ALGORITHM)
    with transaction.atomic():
        chunk = [compute(row, row.entry.title) for row in rows.only("raw", "entry__title")[:size]]
        ErrorSignature.objects.bulk_update(chunk, COLUMNS)
    return (chunk[-1].pk if chunk else after), len(chunk)


def stale() -> int:
    """How many rows wait for rebuild_signatures."""
    return ErrorSignature.objects.exclude(algorithm=ALGORITHM).count()


@dataclass(frozen=True)
class Clash:
    """One signature that several public entries carry: a paste of it can't be answered exactly."""

    level: int
    template: str
    entries: list[ErrorEntry]


def clashes(levels: Iterable[int] = (1, 2), most: int = 200) -> list[Clash]:
    """The clashes of public entries, level 1 first. Two queries a level."""
    found = []
    for level in levels:
        column = f"level_{level}"
        public = ErrorSignature.objects.filter(entry__in=ErrorEntry.objects.public()).exclude(**{column: ""})
        shared = (
            public.values(column).annotate(entries=Count("entry", distinct=True)).filter(entries__gt=1)
        ).values_list(column, flat=True)[:most]
        rows = (
            public.filter(**{f"{column}__in": list(shared)}).select_related("entry").order_by(column, "entry")
        )
        groups: dict[str, dict[int, ErrorSignature]] = {}
        for row in rows:
            groups.setdefault(getattr(row, column), {}).setdefault(row.entry_id, row)
        for group in groups.values():
            first = next(iter(group.values()))
            found.append(Clash(level, _words(first), [row.entry for row in group.values()]))
    return found


def _words(row: ErrorSignature) -> str:
    return ": ".join(part for part in (row.type, row.template) if part)


__all__ = ["Clash", "clashes", "compute", "rebuild_chunk", "stale"]
