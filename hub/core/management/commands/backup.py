import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.core import backup
from hub.core.supervision import say


class Command(BaseCommand):
    """Write one file with all that a hub needs to be restored."""

    help = "Writes database, uploads, keys made here and a manifest with their hashes into one .tar.gz file."
    requires_system_checks = []  # a wrong setting must not stand between a hub and its backup

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that does not exist yet: hub.tar.gz")

    def handle(self, *_arguments: Any, file: Path, **_options: Any) -> None:
        try:
            manifest = backup.make(file.absolute(), say)
        except backup.BackupFailed as error:
            raise CommandError(str(error)) from error
        size = file.stat().st_size / 1_000_000
        say(f"{file}: {size:.1f} MB, {manifest['entries']} entries, {len(manifest['parts'])} parts.")
        given = [name for name, key in manifest["keys"].items() if not key["in_backup"]]
        if given:
            say(f"Not in it, for the environment gives them: {', '.join(given)}. Keep them in another place.")
        else:
            say("It holds personal data and the keys of this hub: keep it where only you can read it.")
