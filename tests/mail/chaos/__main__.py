"""Prove what docs/mail.md promises, with real processes that are killed and a relay that misbehaves.

    python -m tests.mail.chaos [--databases sqlite,postgresql] [--mails 5000] [--kills 20] [--leaving 1000]
                               [--only kill,broker,beats,drop,storm,limits,leave,pause] [--seed N]

Prints what happens and a table; ends with 0 when every promise held. PostgreSQL (TEST_DATABASE_URL) gets a
database and a Redis of its own, SQLite the filesystem transport, as ``make run`` does.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.operations.hubs import KEPT, database_of_its_own
from tests.operations.servers import free_port

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """One process a database, because Django is set up for one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--mails", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--leaving", type=int, default=1000)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    arguments = [
        f"--{name}={getattr(chosen, name)}" for name in ("mails", "kills", "leaving", "only", "seed")
    ]
    return max(on(database, arguments) for database in chosen.databases.split(","))


def on(database: str, arguments: list[str]) -> int:
    """All scenarios on one database, made for them and removed; 0 when every promise held."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-chaos-")))
        (folder / "queue" / "control").mkdir(parents=True)
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {
            "HUB_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "hub.settings", "LOG_LEVEL": "CRITICAL",
        }  # fmt: skip
        if database == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(database_of_its_own("chaos"))
            environment["REDIS_URL"] = f"redis://127.0.0.1:{free_port()}/0"
        for command in (["manage.py", "migrate", "-v0"], ["-m", "tests.mail.chaos.acting", *arguments]):
            code = subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=environment, check=False
            ).returncode
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
