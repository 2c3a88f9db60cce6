"""How well, how fast and how evenly pasted errors are answered.

    python -m benchmarks.match [FOLDER ...] [--signatures 1200,350000] [--json]

FOLDERs hold pastes with an index.json (see tests/debugarchive/pastes/README.md); without one, the corpus in
the repository. A new database with the starter content is filled with made-up signatures: other words in
real templates, and real types with other messages, so that they are near and still wrong. It is on SQLite
in a folder of its own, or the empty PostgreSQL database of BENCH_MATCH_DATABASE_URL. Ends with code 1 where a
promise of docs/matching.md is broken: 95 of 100 entries first, no wrong exact answer, a second at most.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django

os.environ["HUB_DATA"] = tempfile.mkdtemp(prefix="hub-bench-match-")
os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings"
os.environ["DATABASE_URL"] = os.environ.get("BENCH_MATCH_DATABASE_URL", "")
django.setup()

from django.core.management import call_command
from django.db import connection

from debugarchive.decoding import decoded
from debugarchive.lookup import match
from debugarchive.matching import ALGORITHM, Certainty, Fault, analyse, sign
from debugarchive.models import ErrorEntry, ErrorSignature
from hub.core import synthetic
from hub.core.models import ContentClock
from hub.core.vocabulary import Vocabulary, vocabulary

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "debugarchive" / "pastes" / "seen"
ENTRIES = 7000  # made-up entries, of which about a seventh are errors that carry the made-up signatures
ROUNDS = 5


@dataclass
class Quality:
    """One folder of pastes against one archive; ``levels`` counts answers by level."""

    folder: str
    signatures: int
    pastes: int
    expected: int
    first: int
    wrong_exact: int
    unfit_level: int
    p50_ms: float
    p95_ms: float
    levels: dict[str, int] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.first / max(1, self.expected)


@dataclass
class Growth:
    """One shape of text: milliseconds at each size, and the ratio of each doubling."""

    shape: str
    kilobytes: list[int]
    ms: list[float]
    ratios: list[float]


def timed(function: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median of the rounds in milliseconds of processor time, which neighbours do not lengthen."""
    took = []
    for _ in range(rounds):
        started = time.process_time()
        function()
        took.append((time.process_time() - started) * 1000)
    return median(took)


def fill(signatures: int) -> None:
    """Bring the made-up signatures to so many."""
    there = ErrorSignature.objects.filter(engine__startswith="Made up").count()
    errors = list(
        ErrorEntry.objects.filter(provenance=synthetic.PROVENANCE).order_by("pk").values_list("pk", flat=True)
    )
    dice = random.Random(signatures)
    taken = set(ErrorSignature.objects.filter(algorithm=ALGORITHM).values_list("level_1", flat=True))
    taken |= set(ErrorSignature.objects.values_list("level_2", flat=True))
    rows: list[ErrorSignature] = []
    for number, fault in zip(range(there, signatures), invented(dice), strict=False):
        signature = sign(fault)
        if signature is None or taken & {signature.level_1, signature.level_2}:
            continue  # what is the same error, by chance, is no decoy
        row = ErrorSignature(
            entry_id=errors[number % len(errors)], position=number // len(errors), engine=f"Made up {number}",
            raw=fault.message, type=signature.type, template=signature.template, algorithm=ALGORITHM,
        )  # fmt: skip
        row.level_1, row.level_2, row.level_3 = signature.level_1, signature.level_2, signature.level_3
        rows.append(row)
        if len(rows) == 5000:
            ErrorSignature.objects.bulk_create(rows)
            rows = []
    ErrorSignature.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def invented(dice: random.Random) -> Iterator[Fault]:
    """Errors near real ones: a real template with another word in it, or a real type with another message."""
    real = list(ErrorSignature.objects.exclude(template="").exclude(engine__startswith="Made up"))
    words = sorted({word for row in real for word in row.template.split() if word.isalpha()})
    types = sorted({row.type for row in real if row.type})
    while True:
        row = dice.choice(real)
        pieces = row.template.split()
        if dice.random() < 0.5:
            pieces[dice.randrange(len(pieces))] = dice.choice(words)
            pieces.insert(dice.randrange(len(pieces) + 1), dice.choice(words))
        else:
            pieces = dice.choices(words, k=dice.randint(4, 9))
        kind = row.type or dice.choice(types)
        yield Fault("python", " ".join(pieces), type=kind, certainty=Certainty.SHAPE)


def quality(folder: Path, signatures: int, known: Vocabulary) -> Quality:
    """Answer every paste of a folder, timed whole: reading, lookup, words."""
    rows = json.loads((folder / "index.json").read_text())
    one = Quality(
        folder.name, signatures, len(rows), sum(bool(row["expected"]) for row in rows), 0, 0, 0, 0, 0
    )
    took, levels = [], Counter[str]()
    for row in rows:
        text = decoded((folder / row["file"]).read_bytes())
        started = time.perf_counter()
        answer = match(text, known)
        took.append((time.perf_counter() - started) * 1000)
        first = answer.matches[0].entry.public_id if answer.matches else None
        levels[answer.level.value] += 1
        one.first += bool(row["expected"]) and first == row["expected"]
        one.unfit_level += answer.level not in row["levels"]
        if answer.level == "exact" and first != row["expected"]:
            one.wrong_exact += 1
        if (row["expected"] and first != row["expected"]) or answer.level not in row["levels"]:
            one.misses.append(f"{row['file']}: {answer.level} {first}, not {row['expected']} {row['levels']}")
    one.p50_ms, one.p95_ms = round(median(took), 1), round(quantiles(took, n=20)[-1], 1)
    one.levels = dict(levels)
    return one


SHAPES: dict[str, Callable[[int], str]] = {
    "java trace": lambda size: "Exception in thread \"main\" java.lang.IllegalStateException: no\n"
    + "".join(f"\tat com.example.Shop{n}.sell(Shop{n}.java:{n})\n" for n in range(size // 45)),
    "log lines": lambda size: "".join(
        f"web-1  | 2026-11-30T08:00:00Z ERROR order {n} failed at /srv/app/{n}.py for 'ada'\n"
        for n in range(size // 75)
    ),
    "one line": lambda size: "ValueError: " + "a b=c: " * (size // 7),
    "quotes": lambda size: "\"'`" * (size // 3),
    "spaces": lambda size: "x" + " " * size + "y",
    "brackets": lambda size: "([{" * (size // 3),
    "paths": lambda size: "/a/b:1 \\\\c\\d " * (size // 13),
}  # fmt: skip


def growth(shape: str, make: Callable[[int], str]) -> Growth:
    """Double the size from 16 kB to 4 MB; what lies beyond the cap must cost nothing more."""
    texts = [make(16_000 * 2**step) for step in range(9)]
    took = [timed(partial(analyse, text), rounds=3) for text in texts]
    ratios = [round(after / max(before, 1), 2) for before, after in pairwise(took)]
    return Growth(shape, [len(text) // 1000 for text in texts], [round(ms, 1) for ms in took], ratios)


def limits() -> dict[str, float]:
    """Milliseconds for the largest texts that the promise names."""
    return {
        "10,000 lines of a trace": round(timed(lambda: analyse(SHAPES["java trace"](450_000))), 1),
        "2 MB in one line": round(timed(lambda: analyse("TypeError: " + "x." * 1_000_000)), 1),
    }


def tell(results: dict[str, Any]) -> None:
    print("pastes            signatures  first/expected  wrong exact  unfit level  p50 ms  p95 ms")
    for one in results["quality"]:
        print(
            f"{one.folder:<17} {one.signatures:>10}  {one.first:>5}/{one.expected:<4} {one.share:>4.0%}"
            f" {one.wrong_exact:>11} {one.unfit_level:>12} {one.p50_ms:>7} {one.p95_ms:>7}"
        )
        for miss in one.misses:
            print(f"  {miss}")
    print("\nshape         CPU ms at 16 kB, then each doubling to 4 MB (the cap is 262 kB)")
    for one in results["growth"]:
        print(
            f"{one.shape:<13} {one.ms[0]:>7}  "
            + " ".join(f"×{ratio}" for ratio in one.ratios)
            + f"  {one.ms[-1]} ms"
        )
    for name, ms in results["limits"].items():
        print(f"{name}: {ms} ms")


def kept(results: dict[str, Any]) -> bool:
    """Whether the promises hold."""
    answers = all(one.share >= 0.95 and not one.wrong_exact for one in results["quality"])
    return answers and max(results["limits"].values()) < 1000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, default=[CORPUS])
    parser.add_argument("--signatures", default="1200,350000")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("load_content", stdout=sys.stderr)
    synthetic.make(ENTRIES, lambda line: print(line, file=sys.stderr))
    results: dict[str, Any] = {"quality": []}
    for size in map(int, options.signatures.split(",")):
        fill(size)
        there = ErrorSignature.objects.count()
        print(f"{there} signatures", file=sys.stderr)
        known = vocabulary(ContentClock.now())
        results["quality"] += [quality(folder.resolve(), there, known) for folder in options.folders]
    results["growth"] = [growth(shape, make) for shape, make in SHAPES.items()]
    results["limits"] = limits()
    if options.json:
        listed = {name: [asdict(one) for one in results[name]] for name in ("quality", "growth")}
        print(json.dumps({**listed, "limits": results["limits"]}, indent=2))
    else:
        tell(results)
    sys.exit(0 if kept(results) else 1)


if __name__ == "__main__":
    main()
