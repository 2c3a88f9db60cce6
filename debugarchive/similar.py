"""Errors near an error: of the same exception first, then of the same series and kind."""

from django.db.models import QuerySet

from debugarchive.models import ErrorEntry
from hub.core.related import Pointer

MOST_SIMILAR = 5


def similar(entry: ErrorEntry) -> list[Pointer]:
    """Up to five public errors like this one, nearest first."""
    others = ErrorEntry.objects.public().exclude(pk=entry.pk)
    alike: list[QuerySet[ErrorEntry]] = []
    if entry.exception_type:
        alike.append(others.filter(exception_type=entry.exception_type))
    alike.append(others.filter(series=entry.series_id, error_kind=entry.error_kind))
    alike.append(others.filter(series=entry.series_id))
    found: dict[int, ErrorEntry] = {}
    for rows in alike:
        if len(found) < MOST_SIMILAR:
            more = rows.exclude(pk__in=found).only("public_id", "title", "slug", "kind").order_by("pk")
            found |= {row.pk: row for row in more[: MOST_SIMILAR - len(found)]}
    return [Pointer(row.public_id, row.title, row.get_absolute_url()) for row in found.values()]
