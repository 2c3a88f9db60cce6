"""How long a search takes, beside the bare SQL that it can't do without.

    python -m benchmarks.search [--queries 120] [--rounds 3] [--seed 7] [--json]

Runs on the database of the environment, which ought to hold 350,000 entries (manage.py make_archive 350000).
Searches of one to three words of the archive, the same ones with a filter, and beginnings of titles are asked
in turns with ``bare``: the statements that the very same search sent, as text, through a cursor. The search
includes parsing, counts of every facet, marked excerpts and the rows of a page. Milliseconds, p50 and p95 of
the fastest of the rounds; a ratio compares the two p95 of one run.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
django.setup()

from django.db import connection

from hub.core.models import ContentClock, Entry
from hub.core.vocabulary import vocabulary
from hub.search import searching
from hub.search.models import Document

Statement = tuple[str, Any]


@dataclass
class Figure:
    """One way of searching: how many texts, milliseconds, and the ratio of the two p95."""

    way: str
    entries: int
    texts: int
    p50_ms: float
    p95_ms: float
    bare_p50_ms: float
    bare_p95_ms: float
    times_bare: float
    found: int


def texts_of(rng: random.Random, number: int) -> list[str]:
    """Searches of one to three words that stand together in one entry, common and rare ones."""
    ids = list(Document.objects.order_by("pk").values_list("pk", flat=True)[:50_000])
    texts = []
    for document in Document.objects.filter(pk__in=rng.sample(ids, min(number, len(ids)))):
        words = [word for word in f"{document.title} {document.body[:2000]}".split() if len(word) > 2]
        texts.append(" ".join(rng.sample(words, min(rng.randint(1, 3), len(words)))))
    return texts


def beginnings_of(rng: random.Random, number: int) -> list[str]:
    """What somebody has typed of a title so far."""
    titles = Entry.objects.public().order_by("pk").values_list("title", flat=True)[: number * 40 : 40]
    return [title[: rng.randint(3, max(4, len(title) // 2))] for title in titles]


def statements_of(run: Callable[[], Any]) -> list[Statement]:
    """The statements that something sends."""
    sent: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        run()
    return sent


def run_bare(statements: Sequence[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()


def milliseconds(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def measure(way: str, runs: Sequence[Callable[[], Any]], rounds: int, entries: int) -> Figure:
    """Ask each text and its bare statements in turns."""
    ours, bare, found = [], [], 0
    for number, run in enumerate(runs, 1):
        result = run()
        found += bool(getattr(result, "total", result))
        statements = statements_of(run)
        pairs = [(milliseconds(run), milliseconds(lambda: run_bare(statements))) for _ in range(rounds)]  # noqa: B023
        ours.append(min(pair[0] for pair in pairs))
        bare.append(min(pair[1] for pair in pairs))
        print(f"\r{way}: {number} of {len(runs)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    p95, bare_p95 = percentile(ours, 0.95), percentile(bare, 0.95)
    return Figure(
        way, entries, len(runs), round(percentile(ours, 0.5), 2), round(p95, 2),
        round(percentile(bare, 0.5), 2), round(bare_p95, 2), round(p95 / bare_p95, 2), found,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--queries", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rng, entries = random.Random(options.seed), Entry.objects.public().count()
    known = vocabulary(ContentClock.now())
    texts, typed = texts_of(rng, options.queries), beginnings_of(rng, options.queries)
    filters = {"kind": ["question"], "level": ["mid"]}
    figures = [
        measure("search", [lambda t=t: searching.search(t, known) for t in texts], options.rounds, entries),
        measure(
            "search, filtered",
            [lambda t=t: searching.search(t, known, filters=filters) for t in texts],
            options.rounds,
            entries,
        ),
        measure("suggest", [lambda t=t: searching.suggest(t) for t in typed], options.rounds, entries),
    ]
    if options.json:
        print(json.dumps([asdict(one) for one in figures], indent=2))
        return
    print(f"{connection.vendor}, {entries:,} public entries")
    heads = ("texts", "found", "p50 ms", "p95 ms", "bare p50", "bare p95", "times bare")
    print(" " * 18, *(f"{head:>10}" for head in heads))
    for one in figures:
        row = (one.texts, one.found, one.p50_ms, one.p95_ms, one.bare_p50_ms, one.bare_p95_ms, one.times_bare)
        print(f"{one.way:18}", *(f"{value:>10}" for value in row))


if __name__ == "__main__":
    main()
