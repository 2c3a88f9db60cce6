from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from hub.core import publishing
from hub.core.models import Entry, Event


class Command(BaseCommand):
    help = "Write typed rows and HTML of entries anew, from their current revisions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", default="", help="Only entries of this kind.")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = Entry.objects.filter(current_revision__isnull=False)
        if options["kind"]:
            entries = entries.of_kind(options["kind"])
        ids = list(entries.order_by("pk").values_list("pk", flat=True))
        for done, pk in enumerate(ids, 1):
            with transaction.atomic():
                rows = Entry.objects.select_for_update(of=("self",)).select_related("current_revision")
                entry = rows.get(pk=pk)
                assert entry.current_revision is not None
                publishing.project(entry, entry.current_revision)
            if done % 100 == 0 or done == len(ids):
                self.stdout.write(f"{done} of {len(ids)}")
        with transaction.atomic():
            publishing.announce_site_change(Event.Act.TEXT, None, "Entries rebuilt")
