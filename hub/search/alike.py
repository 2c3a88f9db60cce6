"""Entries that may say what a new text says: found by pairs of words, measured by letters and words.

The look is bounded for any archive: an entry must share two of the title's eight longest words, forty of
them are read, and the figure compares titles by their trigrams (G. Adamson and J. Boreham, 1974: the Dice
coefficient) and titles with summaries by their words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from hub.core.models import ADDRESS_COLUMNS, Entry
from hub.search import postgresql, sqlite, words

MOST_WORDS = 8
MOST_READ = 40
LEAST = 0.4  # of 1; what is less alike is not worth a look
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can do does for from has have how i if in into is it its my not of on or "
        "should that the their then there this to use using was what when where which who why will with you "
        "your",
    )
)
_WORD = re.compile(r"\w+")
_LONGEST = 2_000  # characters of a summary that are compared


@dataclass(frozen=True)
class Words:
    """A title and a summary, made ready to be compared many times."""

    title: str
    trigrams: frozenset[str]
    title_words: frozenset[str]
    all_words: frozenset[str]

    @classmethod
    def of(cls, title: str, summary: str = "") -> "Words":
        tokens = _tokens(title[:500])
        normal, own = " ".join(tokens), _telling(tokens)
        more = _telling(_tokens(summary[:_LONGEST])) if summary else frozenset()
        padded = f"  {normal} "
        trigrams = frozenset(padded[at : at + 3] for at in range(len(padded) - 2)) if normal else frozenset()
        return cls(normal, trigrams, own, own | more)


@dataclass(frozen=True)
class Likeness:
    """How alike two texts are, from 0 to 1, and what they share, in words."""

    figure: float
    reason: str


@dataclass(frozen=True)
class Alike:
    """A public entry that is like a text."""

    entry: Entry
    likeness: Likeness


def likeness(one: Words, other: Words) -> Likeness:
    """Compare two texts: two thirds the titles' trigrams, one third the words of title and summary."""
    if not one.title or not other.title:
        return Likeness(0.0, "")
    letters, shared = _dice(one.trigrams, other.trigrams), one.title_words & other.title_words
    figure = (2 * letters + _dice(one.all_words, other.all_words)) / 3
    if one.title == other.title:
        return Likeness(figure, "has the same title")
    count = len(shared)
    if count:
        return Likeness(
            figure, f"shares {count} of {len(one.title_words)} words of the title: {_some(shared)}"
        )
    return Likeness(figure, "has a title of nearly the same letters")


def entries_alike(text: Words, kind: str, *, without: Iterable[int] = (), most: int = 5) -> list[Alike]:
    """Public entries of a kind that are like a text, the likest first. One query."""
    chosen = sorted(text.title_words or text.title.split(), key=lambda word: (-len(word), word))[:MOST_WORDS]
    if not chosen:
        return []
    pairs = [list(pair) for pair in combinations(chosen, 2)] or [chosen]
    backend: Any = postgresql if connection.vendor == "postgresql" else sqlite
    found = (
        Entry.objects.public()
        .filter(pk__in=RawSQL(*backend.ids_sharing(pairs, kind, MOST_READ)))  # noqa: S611 (constant SQL, words as parameters)
        .exclude(pk__in=list(without))
        .select_related("technology")
        .only("title", "summary", *ADDRESS_COLUMNS)
    )
    measured = [Alike(entry, likeness(text, Words.of(entry.title, entry.summary))) for entry in found]
    near = [one for one in measured if one.likeness.figure >= LEAST]
    return sorted(near, key=lambda one: (-one.likeness.figure, one.entry.pk))[:most]


def _tokens(text: str) -> list[str]:
    """The words of a text, each in one piece: JavaScript and javascript are one word, not three."""
    found = (
        words.whole(word)[: words.LONGEST_WORD] for word in _WORD.findall(words.spell(words.clean(text)))
    )
    return [token for token in found if token]


def _telling(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(token for token in tokens if token not in _COMMON and len(token) > 1)


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _some(shared: frozenset[str]) -> str:
    return ", ".join(sorted(shared, key=lambda word: (-len(word), word))[:5])
