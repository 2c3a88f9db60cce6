import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub.core import restoring
from hub.core.backup import BackupFailed
from hub.core.preparing import NotReady, check_folder
from hub.core.serving import alone
from hub.core.supervision import say


class Command(BaseCommand):
    """Replace everything by a backup, after its hashes have been verified."""

    help = "Replaces database, uploads and keys by a backup. Stop the hub first."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace a target that holds data already")

    def handle(self, *_arguments: Any, file: Path, force: bool, **_options: Any) -> None:
        try:
            check_folder(settings.DATA_DIR)
            with alone(settings.DATA_DIR):
                manifest = restoring.restore(file.absolute(), say, force=force)
        except (BackupFailed, NotReady) as error:
            raise CommandError(str(error)) from error
        say(f"Restored the hub of {manifest['made_at']}: {manifest['entries']} entries.")
