"""Excerpts: the passage of an entry that answers a search best, with what matched marked."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from hub.search import words
from hub.search.parsing import Query, Term

LENGTH = 240
_MOST_MATCHES = 300  # of one text: enough to choose a passage from
_ENDING = re.compile(r"(?:ations?|ings?|ers?|ors?|ions?|ies|ed|es|ly|s|y)$")


class _Folding(dict[int, str]):
    """A table for str.translate that folds each character to exactly one, so that positions stay."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = (words.fold(chr(code)) or " ")[0]
        return folded


_FOLDING = _Folding()


def excerpt(query: Query, summary: str, text: str) -> SafeString:
    """The summary, or the passage of the text that holds more of the words: escaped, with ``<mark>``."""
    pattern = _pattern([term for group in query.groups for term in group])
    if pattern is None:
        return mark_safe(escape(summary))  # noqa: S308 (escaped here)
    spans = _spans(pattern, summary)
    best, found = summary, spans
    passage = _best_passage(_spans(pattern, text))
    if len({name for *_, name in passage}) > len({name for *_, name in spans}):
        start = max(0, passage[0][0] - 60)
        start = text.find(" ", start) + 1 if start else 0
        stop = min(len(text), start + LENGTH)
        stop = text.rfind(" ", start, stop) if stop < len(text) and " " in text[start:stop] else stop
        best = text[start:stop]
        found = [(a - start, b - start, name) for a, b, name in passage if a >= start and b <= stop]
        if start:
            best, found = f"… {best}", [(a + 2, b + 2, name) for a, b, name in found]
        if stop < len(text):
            best += " …"
    return _marked(best, found)


def _pattern(terms: Sequence[Term]) -> re.Pattern[str] | None:
    """One alternative a term, however its parts are joined: exact words, assertEqual, assert_equal."""
    pieces = []
    for term in terms:
        *first, last = term.tokens
        stem = _ENDING.sub("", last) if len(last) > 5 else last
        rest = r"[^\W_]{0,20}" if len(stem) > 3 else r"(?![^\W_])"
        pieces.append(r"[\W_]{0,3}".join([*map(re.escape, first), re.escape(stem) + rest]))
    if not pieces:
        return None
    alternatives = "|".join(f"(?P<t{number}>{piece})" for number, piece in enumerate(pieces))
    return re.compile(rf"(?<![^\W_])(?:{alternatives})")


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int, str]]:
    folded = text.lower() if text.isascii() else text.translate(_FOLDING)
    spans = []
    for found in pattern.finditer(folded):
        spans.append((found.start(), found.end(), str(found.lastgroup)))
        if len(spans) == _MOST_MATCHES:
            break
    return spans


def _best_passage(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The run of matches within one passage that holds the most different terms; the earliest of equals."""
    best: list[tuple[int, int, str]] = []
    most = 0
    for index, (start, _, _) in enumerate(spans):
        run = [span for span in spans[index : index + 20] if span[1] <= start + LENGTH - 60]
        if (different := len({name for *_, name in run})) > most:
            best, most = run, different
    return best


def _marked(text: str, spans: Sequence[tuple[int, int, str]]) -> SafeString:
    pieces, at = [], 0
    for start, stop, _ in spans:
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        at = stop
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308 (each piece is escaped or a constant)
