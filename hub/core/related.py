"""What stands near an entry: explicit relations first, then shared tags, then the same subject."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from hub.core.models import ADDRESS_COLUMNS, Entry, Relation, TaggedEntry

MOST_RELATED = 6
_MOST_TAGGED = 400  # rows of shared tags that are looked at, newest first
_WORDS = {
    Relation.Type.EXPLAINS: ("explained here", "explains this"),
    Relation.Type.CAUSES: ("caused by this", "causes this"),
    Relation.Type.FIXES: ("fixed by this", "fixes this"),
    Relation.Type.USES: ("used here", "uses this"),
    Relation.Type.PREREQUISITE: ("needed first", "needs this first"),
    Relation.Type.FOLLOW_UP: ("follow-up question", "leads here"),
    Relation.Type.TWIN: ("twin", "twin"),
}


@dataclass(frozen=True)
class Pointer:
    """As much of an entry as a link to it says."""

    public_id: str
    title: str
    get_absolute_url: str


@dataclass(frozen=True)
class Related:
    """One related entry and why it is; ``likeness`` from 0 to 1 where it was compared."""

    entry: Pointer
    reason: str
    likeness: float = 0.0


def related(entry: Entry, without: Collection[int] = ()) -> list[Related]:
    """Up to six public entries near this one, nearest first; none of ``without``, which the page names."""
    reasons = {pk: reason for pk, reason in _by_relation(entry).items() if pk not in without}
    if len(reasons) < MOST_RELATED:
        tagged = _by_tag(entry).items()
        reasons |= {pk: reason for pk, reason in tagged if pk not in reasons and pk not in without}
    rows = Entry.objects.public().filter(pk__in=list(reasons)).select_related("technology")
    found = {one.pk: one for one in rows.only("title", *ADDRESS_COLUMNS)}
    if len(found) < MOST_RELATED:
        for one in _by_subject(entry, [*found, entry.pk, *without]):
            found[one.pk], reasons[one.pk] = one, "same topic" if entry.topic else "same technology"
    near = [(found[pk], reason) for pk, reason in reasons.items() if pk in found][:MOST_RELATED]
    return [
        Related(Pointer(one.public_id, one.title, one.get_absolute_url()), reason) for one, reason in near
    ]


def _by_relation(entry: Entry) -> dict[int, str]:
    """Entries that this one names, in its order; then those that name it."""
    rows = list(Relation.objects.filter(Q(source=entry) | Q(target=entry)).order_by("position", "pk")[:50])
    reasons: dict[int, str] = {}
    for row in rows:
        if row.source_id == entry.pk:
            reasons.setdefault(row.target_id, _WORDS[Relation.Type(row.type)][0])
    for row in rows:
        if row.target_id == entry.pk:
            reasons.setdefault(row.source_id, _WORDS[Relation.Type(row.type)][1])
    return reasons


def _by_tag(entry: Entry) -> dict[int, str]:
    tags = TaggedEntry.objects.filter(content_object=entry).values("tag")
    rows = TaggedEntry.objects.filter(tag__in=tags).exclude(content_object=entry).order_by("-pk")
    shared = Counter(rows.values_list("content_object_id", flat=True)[:_MOST_TAGGED])
    return {
        pk: f"shares {count} tags" if count > 1 else "shares a tag"
        for pk, count in shared.most_common(MOST_RELATED * 3)
    }


def _by_subject(entry: Entry, known: list[int]) -> list[Entry]:
    """Entries of the same technology and topic, nearest in difficulty among the first few."""
    rows = (
        Entry.objects.public().of_kind(entry.kind).filter(technology=entry.technology).exclude(pk__in=known)
    )
    if entry.topic_id:
        rows = rows.filter(topic=entry.topic_id)
    rows = rows.select_related("technology").only("title", *ADDRESS_COLUMNS)
    return list(rows.order_by("difficulty", "pk")[:MOST_RELATED])
