"""All scenarios on the database of this environment; tests.mail.chaos prepares it and starts this."""

import argparse
import os
import random
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import django

django.setup()

from django.conf import settings

from tests.mail.chaos.scenarios import all_of
from tests.mail.chaos.world import Result, World
from tests.operations.servers import Redis


def main() -> int:
    """Act, print, and tell whether every promise held (0)."""
    parser = argparse.ArgumentParser()
    for name in ("mails", "kills", "leaving", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    folder = Path(settings.DATA_DIR)
    names = ("PATH", "HUB_DATA", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "LOG_LEVEL")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    redis = Redis(folder, urlsplit(settings.REDIS_URL).port or 0) if settings.REDIS_URL else None
    world = World(
        folder, environment, chosen.mails,
        drains=2 if redis else 1, connections=2 * settings.MAIL_CONNECTIONS if redis else 1,
        say=say, dice=random.Random(chosen.seed),
    )  # fmt: skip
    scenarios = all_of(chosen.kills, min(chosen.leaving, chosen.mails), redis)
    results = []
    try:
        for name in chosen.only.split(",") if chosen.only else scenarios:
            say(f"--- {world.database}: {name}")
            started = time.monotonic()
            try:
                result = scenarios[name](world)
            except AssertionError as error:
                result = Result(name, world.database, faults=[str(error)])
            say(f"{name} took {time.monotonic() - started:.0f} s; {'; '.join(result.faults) or 'held'}")
            results.append(result)
    finally:
        if redis:
            redis.end()
    table(results)
    return int(any(result.faults for result in results))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def table(results: list[Result]) -> None:
    print(f"\n{'database':<11} {'scenario':<26} {'owed':>6} {'sent':>6} doubled missing doubtful  held")
    for one in results:
        print(
            f"{one.database:<11} {one.name:<26} {one.owed:>6} {one.sent:>6} {one.doubled:>7} {one.missing:>7}"
            f" {one.doubtful:>8}  {'NO: ' + '; '.join(one.faults) if one.faults else 'yes'}"
            f"{'  (' + one.note + ')' if one.note else ''}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
