"""What a reader types, taken apart: words, "phrases", -words, OR, and field filters such as tech:flask.

Any string gives a Query; none raises. What can't be used is left out and said in ``problem``.
"""

import re
from dataclasses import dataclass, field

from hub.core import catalogue
from hub.core.models import Level
from hub.core.slugs import technical_slug
from hub.search import words

MAX_CHARACTERS = 500
MAX_TERMS = 12
_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<key>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_RANGE = re.compile(r"(10|[1-9])(?:[-–](10|[1-9]))?")
_KEYS = {
    "tech": "technology", "technology": "technology", "level": "level", "kind": "kind", "tag": "tag",
    "topic": "topic", "difficulty": "difficulty",
}  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One thing to look for: ``tokens`` in a row, or (for a word that was joined) the word in one piece."""

    tokens: tuple[str, ...]
    joined: str = ""


@dataclass
class Query:
    """A parsed search: of every group in ``groups`` one term must match, of ``excluded`` none may."""

    text: str = ""
    groups: list[list[Term]] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def has_words(self) -> bool:
        return bool(self.groups)

    @property
    def is_empty(self) -> bool:
        """Nothing to look for; words to leave out alone are a search for almost everything."""
        return not self.groups and not self.filters

    @property
    def tokens(self) -> list[str]:
        """All words looked for, for marking them in excerpts."""
        return [
            token for group in self.groups for term in group for token in (*term.tokens, term.joined) if token
        ]


def difficulty_range(value: str) -> tuple[int, int] | None:
    """``6`` → (6, 6), ``5-7`` → (5, 7); None for anything else."""
    found = _RANGE.fullmatch(value.strip())
    if not found:
        return None
    low, high = int(found.group(1)), int(found.group(2) or found.group(1))
    return (low, high) if low <= high else None


def parse(text: str) -> Query:
    """Take a search apart."""
    query = Query(text=text)
    if len(text) > MAX_CHARACTERS:
        query.problem = f"Only the first {MAX_CHARACTERS} characters were read."
    read, joins_next = 0, False
    for found in _PIECE.finditer(words.spell(words.clean(text[:MAX_CHARACTERS]))):
        piece = found.group("word") or ""
        if piece == "OR" and not found.group("key") and not found.group("minus"):
            joins_next = bool(query.groups)
            continue
        key = _KEYS.get((found.group("key") or "").lower())
        value = found.group("phrase") if found.group("phrase") is not None else piece
        if key and not found.group("minus"):
            _filter(query, key, value)
            continue
        if found.group("key"):
            value = f"{found.group('key')} {value}"
        term = _term(value)
        if not term.tokens:
            continue
        read += 1
        if read > MAX_TERMS:
            query.problem = query.problem or f"Only the first {MAX_TERMS} words were used."
            break
        if found.group("minus"):
            query.excluded.append(term)
        elif joins_next:
            query.groups[-1].append(term)
        else:
            query.groups.append([term])
        joins_next = False
    if query.excluded and query.is_empty:
        query.problem = "Say also what to look for, not only what to leave out."
    return query


def _term(value: str) -> Term:
    pieces = [words.parts(word) for word in re.findall(r"\w+", value)]
    tokens = [token for piece in pieces for token in piece]
    joined = words.whole(value) if len(pieces) == 1 and len(tokens) > 1 else ""
    return Term(tuple(tokens[:MAX_TERMS]), joined[: words.LONGEST_WORD])


def _filter(query: Query, key: str, value: str) -> None:
    """Keep one field filter; a level or kind that does not exist is a problem, not a silent nothing."""
    value = value.strip()
    if key == "difficulty":
        known = difficulty_range(value) is not None
        value = value.replace("–", "-")
    elif key == "kind":
        value = value.lower()
        value = next((kind.name for kind in catalogue.kinds() if value in {kind.name, kind.path}), value)
        known = value in {kind.name for kind in catalogue.kinds()}
    elif key == "level":
        value = value.lower().removesuffix("-level")
        known = value in Level.values
    else:
        value = technical_slug(value)
        known = bool(value)
    if known:
        query.filters[key] = value
    else:
        query.problem = query.problem or f"“{key}:{value}” means nothing here, so it was left out."
