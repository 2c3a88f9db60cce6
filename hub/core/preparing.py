"""Make everything ready before the hub serves: folder, database, content, first account, static files.

Each step may run again at any time and then does only what is left to do.
"""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from hub.core import staff

Say = Callable[[str], None]


class NotReady(Exception):
    """The hub can't start; the message is a sentence or two that name the mend."""


def prepare(say: Say) -> None:
    """Make the hub ready to serve, telling what is done; raises NotReady where a person has to act."""
    check_folder(settings.DATA_DIR)
    check_database_is_not_newer()
    migrate(say)
    load_content(say)
    if not staff.has_superuser():
        access = staff.give_access()
        say(f'Made the account "{access.username}". Its password, shown only now: {access.password}')
    collect_static_files(say)


def check_folder(folder: Path) -> None:
    """Make the data folder where it is missing; raises NotReady when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        settings.QUEUE_DIR.joinpath("control").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotReady(
            f"The data folder {folder} can't be written ({error.strerror}). "
            "Mend its permissions, or name another folder: HUB_DATA=/a/folder"
        ) from error


def database_name() -> str:
    """Return how the database is called in a message: no user, no password."""
    database = connection.settings_dict
    host = f" at {database['HOST']}" if database.get("HOST") else ""
    return f"The database {database['NAME']}{host}"


def check_database_is_not_newer() -> None:
    """Raise NotReady when the database does not answer, or holds migrations that this code does not know."""
    try:
        loader = MigrationLoader(connection)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise NotReady(f"{database_name()} can't be used: {reason}.") from error
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update((app, name) for app, name in migration.replaces)
    unknown = sorted(set(loader.applied_migrations or ()) - known)
    if unknown:
        raise NotReady(
            f"{database_name()} was written by a newer version of Knowledge Hub "
            f"(migration {'.'.join(unknown[0])} is unknown here). "
            "Update the code, or name another folder: HUB_DATA=/a/folder"
        )


def migrate(say: Say) -> None:
    """Bring the database to the state that the code expects."""
    executor = MigrationExecutor(connection)
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if steps:
        say(f"Preparing the database ({steps} migrations) ...")
    call_command("migrate", interactive=False, verbosity=0)


def load_content(say: Say) -> None:
    """Load the content folder; a file that can't be read is named and keeps nobody from reading the rest."""
    say("Loading the content ...")
    try:
        call_command("load_content")
    except CommandError as error:
        say(str(error))


def collect_static_files(say: Say) -> None:
    """Copy, hash and compress the static files, when one of them changed since the last time."""
    stamp = settings.STATIC_ROOT / ".sources"
    sources = fingerprint_of_static_files()
    if stamp.exists() and stamp.read_text() == sources:
        return
    say("Preparing the static files ...")
    # Nothing uses the other viewer of the API, its developers' maps, or the pages of the REST framework.
    call_command(
        "collectstatic",
        interactive=False,
        verbosity=0,
        ignore_patterns=["redoc", "rest_framework", "*.js.map", "*-es-bundle*.js"],
    )
    stamp.write_text(sources)


def fingerprint_of_static_files() -> str:
    """Return a hash over name, size and time of change of every static file, and of how they are stored."""
    digest = hashlib.sha256(repr((settings.STORAGES["staticfiles"], settings.STATIC_URL)).encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            source = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{source.st_size}\0{source.st_mtime_ns}\0".encode())
    return digest.hexdigest()
