import argparse
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from hub.core import synthetic


class Command(BaseCommand):
    """Fill the archive with synthetic entries, to measure on; never on a hub that people read."""

    help = (
        'Brings the archive to COUNT synthetic entries, marked SYN-… and "synthetic"; --clear removes them.'
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("count", type=int, nargs="?", default=0, metavar="COUNT")
        parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
        parser.add_argument(
            "--clear", action="store_true", help="remove all synthetic entries, and make none"
        )

    def handle(self, *_arguments: Any, count: int, seed: int, clear: bool, **_options: Any) -> None:
        if clear == (count > 0) or count < 0 or count >= 10_000_000:
            raise CommandError("Say how many, from 1 to 9,999,999, or --clear.")
        started = time.monotonic()
        try:
            if clear:
                done = synthetic.clear(self.tell)
                call_command("rebuild_index", stdout=self.stdout)
            else:
                done = synthetic.make(count, self.tell, seed)
        except synthetic.NothingToVary as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted; the same command goes on from here.", returncode=130) from None
        verb = "Removed" if clear else "Made"
        self.stdout.write(f"\n{verb} {done} synthetic entries in {time.monotonic() - started:.0f} s.")

    def tell(self, line: str) -> None:
        """Show progress: one line that changes on a terminal, a line each elsewhere."""
        self.stdout.write(line, ending="\r" if self.stdout.isatty() else "\n")
        self.stdout.flush()
