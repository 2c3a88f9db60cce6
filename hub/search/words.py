"""Words as the index knows them: folded, split where programmers join them, with technical names kept apart.

Both databases index the same normalised text: PostgreSQL's own parser would hide ``node`` in Node.js,
``await`` in async/await and ``settings`` in settings.py, and both would read C++, C# and C as one word.
"""

import re
import unicodedata
from functools import lru_cache

from hub.core.models import Entry

MAX_CHARACTERS = 200_000  # a tsvector holds at most 1 MB (PostgreSQL documentation, 12.11 Limitations)
LONGEST_WORD = 60
_SPOKEN = (  # what a text must hold at all, what is meant, how it is spoken
    ("c++", re.compile(r"(?<![^\W_])c\+\+", re.IGNORECASE), "cpp"),
    ("#", re.compile(r"(?<![^\W_])([cf])#", re.IGNORECASE), r"\1sharp"),
    (".net", re.compile(r"(?<![^\W_])\.net\b", re.IGNORECASE), " dotnet"),
)
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_WORD = re.compile(r"\w+")
# Inside a word: aB, ABc, a_b. Digits stay with the letters beside them (py3, utf8).
_JOINT = re.compile(r"(?<=[a-zß-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zß-ÿ])|_+")


def fold(text: str) -> str:
    """Lower case without accents (NFKD), so that café finds cafe."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


def clean(text: str) -> str:
    """The text without what databases refuse: NUL and other control characters, lone surrogates."""
    return _UNFIT.sub(" ", text)


def spell(text: str) -> str:
    """The text with the names that are punctuation written out: C++ → cpp, C# → csharp, .NET → dotnet."""
    lower = text.lower()
    for mark, pattern, spoken in _SPOKEN:
        if mark in lower:
            text = pattern.sub(spoken, text)
    return text


@lru_cache(maxsize=20_000)  # few words make most of all texts
def parts(word: str) -> tuple[str, ...]:
    """The folded parts of one word as programmers join them: assertEqual → assert, equal."""
    pieces = (part for piece in _JOINT.split(word) for part in _WORD.findall(fold(piece)) if part != "_")
    return tuple(piece[:LONGEST_WORD] for piece in pieces)


def whole(word: str) -> str:
    """The folded word in one piece: assertEqual and assert_equal → assertequal."""
    return "".join(parts(word))


def normalise(text: str) -> str:
    """The words of a text for the index: parts in reading order, then the joined words once each.

    Joined words stand at the end, so that phrases of parts stay phrases.
    """
    inline: list[str] = []
    joined: dict[str, None] = {}
    for word in _WORD.findall(spell(clean(text[:MAX_CHARACTERS]))):
        pieces = parts(word)
        inline += pieces
        if len(pieces) > 1:
            joined["".join(pieces)[:LONGEST_WORD]] = None
    return " ".join([*inline, *joined])[:MAX_CHARACTERS]


def identifier_words(entry: Entry) -> str:
    """The public id as it is typed: FLSK-MID-005, flsk mid 5."""
    number = entry.public_id.rpartition("-")[2]
    return f"{entry.public_id} {number.lstrip('0')} {entry.public_id.replace('-', '')}"
