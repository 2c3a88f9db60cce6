import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub.core.preparing import NotReady, check_folder, prepare
from hub.core.serving import alone, check_port, serve
from hub.core.supervision import say


class Command(BaseCommand):
    """Prepare what is missing, then run web server and worker until Ctrl-C."""

    help = "Prepares the database, content and static files, then runs the web server and the worker."
    requires_system_checks = []  # the tables and folders that checks look at may not be there yet

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: PORT, %(default)s")
        parser.add_argument("--no-worker", action="store_true", help="run the web server alone")
        parser.add_argument("--prepare-only", action="store_true", help="prepare, then end")

    def handle(self, *_arguments: Any, port: int, **options: Any) -> None:
        try:
            if options["prepare_only"]:
                prepare(say)
                return
            check_port(port)
            check_folder(settings.DATA_DIR)
            with alone(settings.DATA_DIR):
                prepare(say)
                ended_well = serve(port, with_worker=not options["no_worker"])
        except NotReady as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        if not ended_well:
            raise CommandError("The hub could not be kept running.")
