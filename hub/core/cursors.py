"""Keyset pagination of the API: a page costs the same at any depth and never repeats or skips a row."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from hub.core.links import absolute

MAX_PAGE_SIZE = 100


class EntryCursorPagination(BasePagination):
    """Pages over (published_at, id), newest first; ``?cursor=`` and ``?page_size=`` (1 to 100).

    Entries published while somebody walks come before the first page, so a walk returns every entry
    that existed at its start exactly once. A cursor that this house did not make is 400. ``moment`` names
    the column, for rows that are no entries: one that never changes.
    """

    page_size = 20
    moment = "published_at"

    def paginate_queryset(  # type: ignore[override] # keyset pages need a query, a sequence has none
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.url = absolute(request.get_full_path())
        size = self._size(request.query_params.get("page_size"))
        is_backwards, moment, pk = self._cursor(request.query_params.get("cursor"))
        if is_backwards:
            queryset = queryset.order_by(self.moment, "id")
        else:
            queryset = queryset.order_by(f"-{self.moment}", "-id")
        if moment is not None:
            past, edge = ("gt", "gte") if is_backwards else ("lt", "lte")
            # The first condition alone walks the index; the second settles equal moments.
            queryset = queryset.filter(
                Q(**{f"{self.moment}__{edge}": moment}),
                Q(**{f"{self.moment}__{past}": moment}) | Q(**{self.moment: moment, f"id__{past}": pk}),
            )
        rows = list(queryset[: size + 1])
        has_more, rows = len(rows) > size, rows[:size]
        if is_backwards:
            rows.reverse()
        self.has_next = has_more or is_backwards
        self.has_previous = (has_more if is_backwards else moment is not None) and bool(rows)
        self.rows: Sequence[Any] = rows
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_link(), "previous": self.previous_link(), "results": data})

    def next_link(self) -> str | None:
        return self._link(self.rows[-1], is_backwards=False) if self.has_next and self.rows else None

    def previous_link(self) -> str | None:
        return self._link(self.rows[0], is_backwards=True) if self.has_previous else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "schema": {"type": "string"},
                "description": "From next or previous.",
            },
            {
                "name": "page_size",
                "in": "query",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_PAGE_SIZE,
                    "default": self.page_size,
                },
            },
        ]

    def _size(self, text: str | None) -> int:
        if text is None:
            return self.page_size
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_PAGE_SIZE):
            raise ValidationError({"page_size": [f"Give a whole number from 1 to {MAX_PAGE_SIZE}."]})
        return int(text)

    def _cursor(self, text: str | None) -> tuple[bool, datetime | None, int]:
        if text is None:
            return False, None, 0
        try:
            return _read(text)
        except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
            raise ValidationError({"cursor": ["This is no cursor; begin without one."]}) from None

    def _link(self, row: Any, *, is_backwards: bool) -> str:
        raw = json.dumps([is_backwards, getattr(row, self.moment).isoformat(), row.pk]).encode()
        cursor = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return replace_query_param(remove_query_param(self.url, "cursor"), "cursor", cursor)


def _read(text: str) -> tuple[bool, datetime, int]:
    """The (direction, moment, id) of a cursor; raises ValueError and its like for anything else."""
    raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    is_backwards, moment, pk = json.loads(raw)
    at = datetime.fromisoformat(moment)
    if not isinstance(is_backwards, bool) or type(pk) is not int or not 0 <= pk < 2**63:
        raise ValueError(text)
    if at.utcoffset() is None:
        raise ValueError(text)
    return is_backwards, at.astimezone(UTC), pk
