"""Run all tests that this machine can run, and say which it can't: `make test`.

    python -m deploy.run_tests [argument of pytest ...]

First everything on SQLite; then, where PostgreSQL is there, the tests that speak to the database once more
on it. With CI=true a missing part is a failure.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests import parts

ROOT = Path(__file__).resolve().parent.parent

NOTHING_COLLECTED = 5  # pytest's exit code


def run_pytest(title: str, *arguments: str, **environment: str) -> bool:
    """Run pytest in an environment of its own; tell whether every test passed."""
    print(f"\n{title}", flush=True)
    command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
    result = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    return result.returncode in {0, NOTHING_COLLECTED}


def main() -> None:
    """Run the passes, tell what was left out, and end with code 0 only if all that ran passed."""
    missing = [part for part in parts.PARTS if not part.is_there()]
    if missing and os.environ.get("CI") == "true":
        sys.exit("\n".join(f"CI=true, and the {part.marker} tests need {part.how}." for part in missing))
    os.environ.pop("DATABASE_URL", None)
    passed = run_pytest("All tests, on SQLite", "-m", "not postgresql")
    if parts.has_postgresql():
        on_postgresql = "both_databases or postgresql"
        title = "The tests that speak to the database, on PostgreSQL"
        passed &= run_pytest(title, "-m", on_postgresql, DATABASE_URL=parts.DATABASE_URL)
    print()
    for part in missing:
        print(f"Skipped: the {part.marker} tests. They need {part.how}.")
    print("Passed." if passed else "Failed: see above.", "" if missing else "Nothing was left out.")
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
