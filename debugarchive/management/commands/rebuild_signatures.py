from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from debugarchive import signatures
from debugarchive.matching import ALGORITHM
from debugarchive.models import ErrorSignature

CHUNK = 500


class Command(BaseCommand):
    help = "Make the signatures of all wordings anew, in chunks; an interrupted run goes on where it stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all",
            action="store_true",
            help="Also those that this algorithm made; without it only older ones.",
        )
        parser.add_argument("--clashes", action="store_true", help="Only report what several entries share.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["clashes"]:
            self.rebuild(stale_only=not options["all"])
        self.report()

    def rebuild(self, *, stale_only: bool) -> None:
        total = signatures.stale() if stale_only else ErrorSignature.objects.count()
        after = done = 0
        try:
            while True:
                after, made = signatures.rebuild_chunk(after, CHUNK, stale_only=stale_only)
                if not made:
                    break
                done += made
                self.stdout.write(
                    f"{done} of {total} wordings", ending="\r" if self.stdout.isatty() else "\n"
                )
        except KeyboardInterrupt:
            again = (
                "the same command goes on" if stale_only else "run it without --all to go on with older ones"
            )
            raise CommandError(f"Interrupted after {done}; {again}.", returncode=130) from None
        self.stdout.write(f"Signed {done} wordings by algorithm {ALGORITHM}.")

    def report(self) -> None:
        found = signatures.clashes()
        for clash in found:
            ids = ", ".join(entry.public_id for entry in clash.entries)
            self.stdout.write(f"Level {clash.level}, “{clash.template}”: {ids}")
        silent = ErrorSignature.objects.filter(level_1="", algorithm=ALGORITHM).select_related("entry")
        for row in silent[:200]:
            self.stdout.write(f"Says too little to be found: {row.entry.public_id}, “{row.engine}”")
        self.stdout.write(f"{len(found)} signatures shared by several entries.")
