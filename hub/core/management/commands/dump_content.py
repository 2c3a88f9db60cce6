from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hub.core.loading import dump


class Command(BaseCommand):
    help = "Write every public entry's file into the content folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.CONTENT_DIR)

    def handle(self, *args: Any, **options: Any) -> None:
        changed = dump(options["folder"], self.stdout.write)
        self.stdout.write(f"{changed} files changed.")
