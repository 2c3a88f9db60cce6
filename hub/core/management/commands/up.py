import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub.core.preparing import NotReady, check_database_is_not_newer, check_folder
from hub.core.serving import alone, check_port, up
from hub.core.supervision import say

PROCFILE = settings.BASE_DIR / "deploy" / "Procfile"


class Command(BaseCommand):
    """Run web server, workers and beat as processes of their own until Ctrl-C."""

    help = "Runs the processes of a Procfile together; `serve --prepare-only` makes all ready for them."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: PORT, %(default)s")
        parser.add_argument("--procfile", type=Path, default=PROCFILE, help="default: %(default)s")

    def handle(self, *_arguments: Any, port: int, procfile: Path, **_options: Any) -> None:
        try:
            check_port(port)
            check_folder(settings.DATA_DIR)
            check_database_is_not_newer()
            with alone(settings.DATA_DIR):
                say(f"Starting what {procfile.name} names ...")
                ended_well = up(procfile, port)
        except NotReady as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        if not ended_well:
            raise CommandError("The hub could not be kept running.")
