from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hub.core.models import Entry
from hub.search import indexing
from hub.search.models import Word

CHUNK = 200


class Command(BaseCommand):
    help = "Write the search index anew, in chunks; readers find everything meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            metavar="ID",
            help="Go on after this entry, as an interrupted run says.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        after, done = options["after"], 0
        total = Entry.objects.public().filter(pk__gt=after).count()
        before = set(Word.objects.values_list("word", flat=True))
        seen: set[str] = set()
        try:
            while True:
                last, written, found = indexing.rebuild_chunk(after, CHUNK)
                if not written:
                    break
                after, done, seen = last, done + written, seen | found
                self.stdout.write(f"{done} of {total} entries", ending="\r" if self.stdout.isatty() else "\n")
        except KeyboardInterrupt:
            self.stdout.write(f"\nInterrupted. Go on with: manage.py rebuild_index --after {after}")
            return
        removed = indexing.remove_strays()
        if not options["after"]:
            forgotten = sorted(before - seen)
            for start in range(0, len(forgotten), 500):
                Word.objects.filter(word__in=forgotten[start : start + 500]).delete()
        self.stdout.write(f"Indexed {done} entries, removed {removed} that are no longer public.")
