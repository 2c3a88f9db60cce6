"""Search on PostgreSQL: two tsvector columns with GIN indexes beside the documents (migration 0002).

``vector`` is stemmed and weighted, ``title_vector`` is neither and serves suggestions. The text search
configuration ``hub_search`` stems without stop words: "it", "for" and "while" mean something here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

from hub.search.parsing import Query, Term

Fragment = tuple[str, list[Any]]  # SQL and its parameters
CONTAINS = "strpos"
_PHRASE = "phraseto_tsquery('hub_search', %s)"


@cache
def has_trigrams() -> bool:
    """Whether pg_trgm could be installed; without it a title's likeness does not count in the rank."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')")
        return bool(cursor.fetchone()[0])


def ids(query: Query) -> Fragment:
    """SQL for the entry ids that a query's words match."""
    expression, parameters = _expression(query)
    return f"SELECT entry_id FROM search_document WHERE vector @@ ({expression})", parameters  # noqa: S608


def ids_of_any(terms: Sequence[Term]) -> Fragment:
    """SQL for the entry ids that match one of the terms."""
    expression, parameters = _any(terms)
    return f"SELECT entry_id FROM search_document WHERE vector @@ ({expression})", parameters  # noqa: S608


def ranked(query: Query) -> tuple[Fragment, str, Fragment]:
    """A ranked search in three pieces: the rank (more is better), the tables, the condition."""
    expression, parameters = _expression(query)
    # Weights of body, summary, exact, title; 1 divides by the logarithm of the length.
    rank = f"ts_rank_cd('{{0.08, 0.25, 0.5, 1}}', d.vector, {expression}, 1)"
    rank_parameters = list(parameters)
    if has_trigrams():
        rank += " + 0.4 * similarity(d.title, %s)"
        rank_parameters.append(" ".join(query.tokens))
    return (rank, rank_parameters), "search_document d", (f"d.vector @@ ({expression})", parameters)


def starting(words: Sequence[str], last: str) -> Fragment:
    """SQL for the entry ids whose title holds these words and one that begins with ``last``."""
    expression = " & ".join([*(f"'{word}'" for word in words), f"'{last}':*"])
    return "SELECT entry_id FROM search_document WHERE title_vector @@ to_tsquery('simple', %s)", [expression]


def ids_sharing(groups: Sequence[Sequence[str]], kind: str, most: int) -> Fragment:
    """SQL for the ids of a kind whose title, tags or summary hold all words of one group, nearest first."""
    wanted = " | ".join("(" + " & ".join(f"'{word}':ABC" for word in group) + ")" for group in groups)
    sql = (
        "SELECT entry_id FROM search_document, to_tsquery('hub_search', %s) AS wanted"
        " WHERE vector @@ wanted AND kind = %s ORDER BY ts_rank(vector, wanted) DESC, entry_id LIMIT %s"
    )
    return sql, [wanted, kind, most]


def _expression(query: Query) -> Fragment:
    pieces = [_any(group) for group in query.groups]
    sql = " && ".join(f"({piece})" for piece, _ in pieces)
    parameters = [parameter for _, part in pieces for parameter in part]
    if query.excluded:
        excluded, more = _any(query.excluded)
        sql, parameters = f"{sql} && !!({excluded})", parameters + more
    return sql, parameters


def _any(terms: Sequence[Term]) -> Fragment:
    strings = [" ".join(term.tokens) for term in terms] + [term.joined for term in terms if term.joined]
    return " || ".join([_PHRASE] * len(strings)), list(strings)
