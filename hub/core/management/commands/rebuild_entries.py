from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from hub.core import publishing
from hub.core.models import Entry, Event


class Command(BaseCommand):
    help = "Write typed rows and HTML of all entries anew from their current revisions (new renderer, new kind)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", default="", help="Only entries of this kind.")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = Entry.objects.filter(current_revision__isnull=False)
        if options["kind"]:
            entries = entries.of_kind(options["kind"])
        ids, done = list(entries.order_by("pk").values_list("pk", flat=True)), 0
        for pk in ids:
            with transaction.atomic():
                entry = Entry.objects.select_for_update(of=("self",)).select_related("current_revision").get(pk=pk)
                assert entry.current_revision is not None
                publishing.project(entry, entry.current_revision)
            done += 1
            if done % 100 == 0 or done == len(ids):
                self.stdout.write(f"{done} of {len(ids)}")
        with transaction.atomic():
            publishing.announce_site_change(Event.Act.TEXT, None, "Entries rebuilt")
