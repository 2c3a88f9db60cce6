from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub.core.contentfiles import ContentError
from hub.core.loading import load


class Command(BaseCommand):
    help = "Bring the archive up to the content folder; never overwrites an edit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.CONTENT_DIR)

    def handle(self, *args: Any, **options: Any) -> None:
        verbose = options["verbosity"] > 1
        try:
            report = load(options["folder"], self.stdout.write if verbose else lambda line: None)
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Content: {report}.")
        for line in [*report.kept, *report.problems]:
            self.stderr.write(line)
        if report.problems:
            raise CommandError(f"{len(report.problems)} problems; nothing of those files was loaded.")
