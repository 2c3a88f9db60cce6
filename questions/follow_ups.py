"""The follow-up graph: which question leads to which, as an interviewer would go on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hub.core.models import ADDRESS_COLUMNS, Entry, Relation

MOST_LINKS = 5000  # relations that the page of all threads reads
DEEPEST = 8  # questions below each other; what goes deeper begins a thread of its own
LONGEST = 40  # questions of one thread; what follows then begins another


@dataclass
class Turn:
    """One question in a thread, with those that follow it; ``is_again`` where it stands higher up already."""

    pk: int
    public_id: str
    title: str
    url: str
    level: str
    difficulty: int
    is_again: bool = False
    next: list["Turn"] = field(default_factory=list)


def links(of: int | None = None) -> list[tuple[int, int]]:
    """(question, follow-up) of public questions, in the order of each answer; ``of``: what leads to one."""
    public = Entry.objects.public().of_kind("question").values("pk")
    rows = Relation.objects.filter(type=Relation.Type.FOLLOW_UP, source__in=public, target__in=public)
    if of is not None:
        rows = rows.filter(target=of)
    return list(rows.order_by("source", "position", "pk").values_list("source", "target")[:MOST_LINKS])


def turns(pks: Iterable[int]) -> dict[int, Turn]:
    """The public questions among these ids."""
    rows = Entry.objects.public().of_kind("question").filter(pk__in=list(pks)).select_related("technology")
    return {
        row.pk: Turn(
            row.pk, row.public_id, row.title, row.get_absolute_url(), row.get_level_display(), row.difficulty
        )
        for row in rows.only("title", "level", "difficulty", *ADDRESS_COLUMNS)
    }


def before(pk: int) -> list[Turn]:
    """The questions that lead to one."""
    sources = [source for source, target in links(pk) if target == pk]
    known = turns(sources)
    return [known[source] for source in sources if source in known]


def threads() -> list[Turn]:
    """Every thread from its first question; each link stands in one, and a circle is cut where it closes."""
    pairs = links()
    known = turns({one for pair in pairs for one in pair})
    after: dict[int, list[int]] = {}
    for source, target in pairs:
        if source in known and target in known:
            after.setdefault(source, []).append(target)
    led_to = {target for targets in after.values() for target in targets}
    easiest = sorted(after, key=lambda pk: (known[pk].difficulty, known[pk].public_id))
    told: set[int] = set()
    easiest.sort(key=lambda pk: pk in led_to)
    return [_tell(pk, known, after, told, _Room()) for pk in easiest if pk not in told]


def told_in(found: Iterable[Turn]) -> set[int]:
    """The ids of the questions that stand in threads."""
    return {pk for turn in found for pk in (turn.pk, *told_in(turn.next))}


def sizes(found: list[Turn]) -> tuple[int, int]:
    """(questions, threads)."""
    return len(told_in(found)), len(found)


@dataclass
class _Room:
    """How much a thread may still hold."""

    depth: int = 1
    left: int = field(default_factory=lambda: LONGEST - 1)


def _tell(pk: int, known: dict[int, Turn], after: dict[int, list[int]], told: set[int], room: _Room) -> Turn:
    """A question with what follows it; told elsewhere where there is no room for that."""
    turn = replace(known[pk], is_again=pk in told)
    following = after.get(pk, [])
    if turn.is_again or (following and (room.depth >= DEEPEST or room.left < len(following))):
        return turn
    told.add(pk)
    room.left -= len(following)
    room.depth += 1
    turn.next = [_tell(one, known, after, told, room) for one in following]
    room.depth -= 1
    return turn
