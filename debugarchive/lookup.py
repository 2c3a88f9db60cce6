"""From a pasted text to the entries about it: by signature, and by words where no signature is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from debugarchive.matching import Analysis, Certainty, Fault, Signature, analyse
from debugarchive.matching.redaction import NAMES
from debugarchive.models import ErrorEntry, ErrorSignature, MatchLevel
from hub.core.vocabulary import Vocabulary
from hub.search import searching

MOST_MATCHES = 5
_MOST_ROWS = 60  # of one level that are looked at
_MOST_WORDS = 6
_MOST_HITS = 20  # of all kinds, among which errors are looked for
_ORDER = list(MatchLevel)
# More entries than this with one signature say that it tells too little.
_CROWD = {MatchLevel.EXACT: 1, MatchLevel.SAME_ERROR: 3, MatchLevel.SAME_FAMILY: 5}


@dataclass(frozen=True)
class Match:
    """One entry that may be about the text, how surely, and why."""

    entry: ErrorEntry
    level: MatchLevel
    why: str


@dataclass(frozen=True)
class Answer:
    """What the archive says to a text: the level of the first match, the matches, and what was read.

    ``signature`` is that of the likeliest error in the text; empty when there is none.
    """

    level: MatchLevel
    matches: list[Match]
    analysis: Analysis
    signature: str = ""


@dataclass
class _Found:
    """What the lookup knows of one entry while it compares."""

    level: MatchLevel
    place: int
    row: ErrorSignature
    fault: Fault
    signature: Signature
    crowd: int = 0
    wordings: int = field(default=1)


def match(text: str, known: Vocabulary) -> Answer:
    """Answer a text of any size and content. At most nine queries, whatever it holds; nothing is written."""
    analysis = analyse(text)
    found = _by_signature(analysis)
    matches = [Match(one.row.entry, one.level, _why(one)) for one in found[:MOST_MATCHES]]
    if not matches:
        matches = _by_words(analysis, known)
    primary = analysis.primary
    return Answer(
        matches[0].level if matches else MatchLevel.NONE,
        matches,
        analysis,
        primary[1].level_1 if primary and primary[0].certainty > Certainty.LINE else "",
    )


def _by_signature(analysis: Analysis) -> list[_Found]:
    """The entries whose wordings have a signature in common with the text, the surest first."""
    best: dict[int, _Found] = {}
    for level in (MatchLevel.EXACT, MatchLevel.SAME_ERROR, MatchLevel.SAME_FAMILY):
        for one in _of_level(analysis, level):
            known = best.get(one.row.entry_id)
            if known is None or _rank(one) < _rank(known):
                best[one.row.entry_id] = one
        if any(one.place == 0 for one in best.values()):
            break
    return sorted(best.values(), key=_rank)


def _rank(one: _Found) -> tuple[int, int, int, int]:
    return _ORDER.index(one.level), one.place, -one.wordings, one.row.entry_id


def _of_level(analysis: Analysis, level: MatchLevel) -> list[_Found]:
    """The entries that share a signature of one level, each with the first fault that found it."""
    column = f"level_{_ORDER.index(level) + 1}"
    places: dict[str, tuple[int, Fault, Signature]] = {}
    for place, (fault, signature) in enumerate(analysis.faults):
        for key in _keys(signature, level):
            places.setdefault(key, (place, fault, signature))
    rows = (
        ErrorSignature.objects.filter(
            **{f"{column}__in": list(places)}, entry__in=ErrorEntry.objects.public()
        )
        .exclude(**{column: ""})
        .select_related("entry__technology")
        .defer("entry__rendered", "raw")
        .order_by("entry", "position")[:_MOST_ROWS]
    )
    found: dict[int, _Found] = {}
    crowds: dict[str, set[int]] = {}
    for row in rows if places else ():
        key = getattr(row, column)
        place, fault, signature = places[key]
        crowds.setdefault(key, set()).add(row.entry_id)
        known = found.get(row.entry_id)
        if known is None or place < known.place:
            found[row.entry_id] = _Found(level, place, row, fault, signature)
        else:
            known.wordings += 1
    for one in found.values():
        one.crowd = len(crowds[getattr(one.row, column)])
        one.level = _capped(one, analysis)
    return list(found.values())


def _keys(signature: Signature, level: MatchLevel) -> Iterable[str]:
    if level is MatchLevel.EXACT:
        return [key for key in (signature.level_1_named, signature.level_1) if key]
    key = signature.level_2 if level is MatchLevel.SAME_ERROR else signature.level_3
    return [key] if key else []


def _capped(one: _Found, analysis: Analysis) -> MatchLevel:
    """The level that may be claimed: less where several entries share it, or another error stands out."""
    level = one.level
    if one.crowd > _CROWD[level]:
        level = _lower(level)
    if one.place == 0:
        return level
    stands_out = analysis.faults[0][0].certainty
    if one.fault.certainty == Certainty.LINE < stands_out:
        return max(level, MatchLevel.POSSIBLY_RELATED, key=_ORDER.index)
    if stands_out > Certainty.LINE:
        return max(level, MatchLevel.SAME_ERROR, key=_ORDER.index)
    return level


def _lower(level: MatchLevel) -> MatchLevel:
    return _ORDER[_ORDER.index(level) + 1]


def _why(one: _Found) -> str:
    """One or two sentences: what is the same, and what is not."""
    wording = f"“{one.row.engine}”"
    reason = {
        MatchLevel.EXACT: f"This is the message of its wording {wording}{_but_names(one)}.",
        MatchLevel.SAME_ERROR: f"The message is that of its wording {wording}, with another name or engine.",
        MatchLevel.SAME_FAMILY: f"Close to its wording {wording}: the same kind of error in other words.",
    }.get(one.level, f"A line of the text is its wording {wording}, but another error stands out.")
    if one.level is MatchLevel.SAME_FAMILY and one.fault.code:
        reason = f"The same error number, {one.fault.code}, as its wording {wording}; the message differs."
    if one.crowd > 1:
        reason += f" {one.crowd} entries have it, so read how they differ."
    if one.place and one.level is not MatchLevel.POSSIBLY_RELATED:
        reason += " It is not the last error of the text."
    return reason


def _but_names(one: _Found) -> str:
    return ", whatever names and values stand in it" if one.signature.names else ", word for word"


def _by_words(analysis: Analysis, known: Vocabulary) -> list[Match]:
    """Entries that hold the words of the likeliest error: possibly related, never more."""
    for fault, signature in analysis.faults[:2]:
        words = sorted(signature.words, key=lambda word: (-len(word), word))[:_MOST_WORDS]
        named = [fault.type, *signature.kept] if fault.certainty > Certainty.LINE else []
        surely = [f'"{name}"' for name in dict.fromkeys(named) if name][:3]
        if len(words) < 3 and not (surely and words):
            continue
        quoted = [f'"{word}"' for word in words]
        searches = [" ".join([*surely, *quoted])]
        if surely:
            searches.append(f"{' '.join(surely)} {' OR '.join(quoted)}")
        for text in searches:
            hits = searching.search(text, known, size=_MOST_HITS).hits
            if pks := [hit.entry.pk for hit in hits if hit.entry.kind == "error"][:MOST_MATCHES]:
                rows = ErrorEntry.objects.public().select_related("technology").in_bulk(pks)
                spoken = ", ".join([*filter(None, named), *words])
                why = f"No known message, but it holds words of it: {spoken}."
                return [Match(rows[pk], MatchLevel.POSSIBLY_RELATED, why) for pk in pks if pk in rows]
    return []


def stripped_words(analysis: Analysis) -> list[str]:
    """What was taken off and out before comparing, each in a few words."""
    taken = [
        f"{count} {NAMES[name][count != 1]}"
        for name, count in sorted(analysis.removed.items())
        if name in NAMES
    ]
    cut = ["what is longer than a text or line may be"] if analysis.is_cut else []
    return [*analysis.stripped, *taken, *cut]
