"""Dealing out: subscribers in chunks, each one transaction that owes the mails and moves the cursors.

The database groups a chunk by what its subscribers are to be told, so what is asked and decided here grows
with the variants of a mail, and not with the subscribers. Two beats at once share the chunks out (SKIP
LOCKED; on SQLite one waits for the other), and a repeated one finds everybody told: the rows it would
insert exist, and the cursors stand where they should.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Aggregate, JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject

from subscriptions.models import Subscriber, SubscriberQuerySet
from subscriptions.news import News
from subscriptions.preferences import Preferences

CHUNK = 10_000

_OWN = ("last_event", "kinds", "levels", "difficulty_from", "difficulty_to", "paths")


@dataclass(frozen=True)
class Group:
    """Subscribers of a chunk who were told up to the same event, have equal preferences, and are alike.

    ``alike`` holds what they have in the columns that ``in_chunks`` was given.
    """

    from_event: int
    is_wanted: bool  # whether something that they want is new
    alike: tuple[Any, ...]
    ids: list[int]


def in_chunks(
    chosen: SubscriberQuerySet, to_event: int, deal: Callable[[list[Group]], int], *alike: str
) -> int:
    """Hand locked chunks of subscribers, in groups, to ``deal`` until none is left; returns its sum.

    Groups are also told apart by the columns named in ``alike``.
    """
    total, last = 0, 0
    while True:
        with transaction.atomic():
            rows = chosen.filter(pk__gt=last).order_by("pk").select_for_update(skip_locked=True)
            ids = list(rows.values_list("pk", flat=True)[:CHUNK])
            if not ids:
                return total
            total += deal(_groups(ids, to_event, alike))
            last = ids[-1]


def ids_of(groups: Iterable[Group]) -> list[int]:
    return [pk for group in groups for pk in group.ids]


def covering(to_event: int) -> JSONObject:
    """The context of a subscriber's mail: the interval of changes that it is about."""
    return JSONObject(**{"from": "last_event", "to": models.Value(to_event)})


class _Ids(Aggregate):
    """Ids as a list."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def variants(
    rows: SubscriberQuerySet, members: Aggregate, *alike: str
) -> list[tuple[int, Preferences, tuple[Any, ...], Any]]:
    """(told up to, preferences, columns named in ``alike``, ``members`` of it) for those who are the same.

    The database may tell apart what is equal here: ids come in any order.
    """
    found = rows.order_by().values_list(
        *_OWN, *alike,
        _chosen(Subscriber.technologies.through, "technology"), _chosen(Subscriber.tags.through, "tag"),
    ).annotate(members=members)  # fmt: skip
    return [
        (
            from_event,
            Preferences(
                frozenset(kinds), frozenset(levels), frozenset(technologies or ()), frozenset(tags or ()),
                easiest, hardest, frozenset(paths),
            ),
            tuple(others),
            own,
        )
        for from_event, kinds, levels, easiest, hardest, paths, *others, technologies, tags, own in found
    ]  # fmt: skip


def _groups(ids: Sequence[int], to_event: int, alike: tuple[str, ...]) -> list[Group]:
    """The groups of these subscribers; whether something is wanted is worked out once a variant."""
    found = variants(Subscriber.objects.among(ids), _Ids("pk"), *alike)
    news = News(min(from_event for from_event, *_ in found), to_event)
    return [
        Group(from_event, news.has_any(preferences, from_event), others, members)
        for from_event, preferences, others, members in found
    ]


def _chosen(links: type[models.Model], column: str) -> Subquery:
    """The ids that a subscriber's links lead to, None without one."""
    rows = links._default_manager.filter(subscriber=OuterRef("pk")).order_by().values("subscriber")
    return Subquery(rows.annotate(ids=_Ids(column)).values("ids"))
