"""How fast mail leaves, how fast it is owed, and what that takes of memory.

    python -m benchmarks.mail [--databases postgresql,sqlite] [--mails 2000] [--rounds 5]
                              [--subscribers 100000] [--json]

The drain is compared, in turns, with a bare smtplib loop that sends the very same bytes over one kept-open
connection, with the same loop and the two updates of the ledger that each message must cost, and with a loop
that renders, inlines and sends the same letters over Django's kept-open connection.
The relay is a small sink in a process of its own. Fan-out is compared with a bare COPY (SQLite: executemany)
of the same rows into an empty copy of the ledger. Needs PostgreSQL (TEST_DATABASE_URL) for its half.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.operations.hubs import KEPT, database_of_its_own

ROOT = Path(__file__).resolve().parent.parent


def measure(database: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """All figures on one database, which is made for them and removed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))
        (folder / "queue" / "control").mkdir(parents=True)
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {"HUB_DATA": str(folder), "SITE_URL": "https://hub.example.org", "LOG_LEVEL": "ERROR"}
        environment["DJANGO_SETTINGS_MODULE"] = "hub.settings"
        if database == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(database_of_its_own("bench_mail"))

        def run(*command: str) -> str:
            arguments = [sys.executable, *command]
            return subprocess.run(
                arguments, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
            ).stdout

        run("manage.py", "migrate", "-v0")
        figures: dict[str, Any] = {"database": database}
        figures |= json.loads(
            run("-m", "benchmarks.mail_acts", "sending", str(chosen.mails), str(chosen.rounds))
        )
        peaks = []
        for number in (chosen.subscribers // 10, chosen.subscribers):
            run("-m", "benchmarks.mail_acts", "readers", str(number))
            figures |= json.loads(run("-m", "benchmarks.mail_acts", "fanout"))
            peaks.append(figures.pop("peak_mb"))
        figures["growth_mb"] = round(peaks[1] - peaks[0], 1)
        figures |= json.loads(run("-m", "benchmarks.mail_acts", "digests", str(chosen.subscribers)))
    return figures


def verdicts(figures: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """(what, figure, target, met) for each target of one database."""
    least = 0.5 if figures["database"] == "postgresql" else 0.7
    return [
        ("drain, messages/s", f"{figures['drain']:.0f}", "", True),
        ("bare smtplib loop, messages/s", f"{figures['bare']:.0f}", "", True),
        ("bare loop and two updates, messages/s", f"{figures['floor']:.0f}", "", True),
        ("Django's kept-open loop, messages/s", f"{figures['django']:.0f}", "", True),
        ("drain ÷ bare loop", f"{figures['to_bare']:.2f}", f"≥ {least:.2f}", figures["to_bare"] >= least),
        ("drain ÷ bare loop and two updates", f"{figures['to_floor']:.2f}", "", True),
        ("drain ÷ Django's loop", f"{figures['to_django']:.1f}", "≥ 4", figures["to_django"] >= 4),
        ("fan-out, s", f"{figures['fanout_s']:.2f}", "≤ 1.5", figures["fanout_s"] <= 1.5),
        ("fan-out ÷ bare insert", f"{figures['fanout_to_bare']:.1f}", "", True),
        ("memory growth, MB", f"{figures['growth_mb']:.1f}", "≤ 10", figures["growth_mb"] <= 10),
        ("digest build, s", f"{figures['digests_s']:.1f}", "≤ 30", figures["digests_s"] <= 30),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--databases", default="postgresql,sqlite")
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = [measure(database, chosen) for database in chosen.databases.split(",")]
    if chosen.json:
        print(json.dumps(found, indent=2))
        return
    for figures in found:
        print(f"\n{figures['database']}")
        for what, figure, target, met in verdicts(figures):
            print(f"  {what:<38} {figure:>8}  {target:<7} {'' if met else 'missed'}")


if __name__ == "__main__":
    main()
