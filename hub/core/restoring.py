"""Restoring a backup: everything is verified before anything is touched."""

import json
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import F

from hub.core import dumps, effects
from hub.core.backup import FORMAT, KEY_FILES, MANIFEST, BackupFailed, Say, files_in, fingerprint, sha256_of
from hub.core.models import ContentClock

CLOCK_STEP = 1_000_000
READ_BYTES = 1_000_000


def restore(source: Path, say: Say, *, force: bool = False) -> dict[str, Any]:
    """Replace database, uploads and the keys that were kept here by a backup; returns its manifest.

    Raises BackupFailed, with nothing changed, for a damaged or foreign file, one that a newer version
    wrote, one of the other kind of database, and a target that holds data already (unless ``force``).
    """
    settings.MEDIA_ROOT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.MEDIA_ROOT.parent, prefix=".restore-") as name:
        folder = Path(name)
        say("Verifying the backup ...")
        manifest = unpack(source, folder)
        check_fits(manifest)
        if not force:
            check_target_is_empty()
        say("Replacing the database ...")
        try:
            dumps.load(folder / dumps.file_name())
        except dumps.DumpFailed as error:
            raise BackupFailed(f"{error} Nothing was changed.") from error
        replace_uploads(folder)
        for sentence in (*replace_keys(manifest, folder), *_bring_up_to_date()):
            say(sentence)
    return manifest


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into an empty folder and compare every hash; returns the manifest."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                if not (member.isfile() and _is_ours(member.name)):
                    raise BackupFailed(f"{source} is no backup of this hub: it holds {member.name[:80]!r}.")
                archive.extract(member, folder, filter="data")
            while archive.fileobj.read(READ_BYTES):  # to the end, where gzip keeps length and checksum
                pass
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        parts = {name: (part["sha256"], part["size"]) for name, part in manifest["parts"].items()}
    except OSError as error:
        if isinstance(error, FileNotFoundError) and error.filename == str(folder / MANIFEST):
            raise BackupFailed(f"{source} is not whole: its manifest is missing.") from error
        raise BackupFailed(f"{source} can't be read: {error.strerror or error}.") from error
    except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupFailed(f"{source} is damaged or no backup ({type(error).__name__}).") from error
    found = {path.relative_to(folder).as_posix() for path in files_in(folder)} - {MANIFEST}
    if found != set(parts):
        raise BackupFailed(f"{source} is not whole: {min(found ^ set(parts))} is missing or too much.")
    for name, (sha256, size) in parts.items():
        path = folder / name
        if path.stat().st_size != size or sha256_of(path) != sha256:
            raise BackupFailed(f"{source} is damaged: {name} is not what was backed up (SHA-256 differs).")
    return manifest


def _is_ours(name: str) -> bool:
    path = PurePosixPath(name)
    return ".." not in path.parts and (
        name in {MANIFEST, "database.sqlite3", "database.pgdump"}
        or (path.parts[0] == "media" and len(path.parts) > 1)
        or (path.parts[0] == "keys" and path.name in KEY_FILES.values() and len(path.parts) == 2)
    )


def check_fits(manifest: dict[str, Any]) -> None:
    """Raise BackupFailed for a backup that this code, or this kind of database, can't take."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    for migration in loader.disk_migrations.values():
        known.update(f"{app}.{name}" for app, name in migration.replaces)
    unknown = sorted(set(manifest.get("migrations", [])) - known)
    if manifest.get("format", 0) > FORMAT or unknown:
        what = f"migration {unknown[0]}" if unknown else f"format {manifest['format']}"
        raise BackupFailed(f"The backup is newer than this code ({what} is unknown). Update the code first.")
    if manifest.get("database") != connection.vendor:
        raise BackupFailed(
            f"The backup holds a database of {manifest.get('database')}, and DATABASE_URL names one of "
            f"{connection.vendor}. dump_content and load_content move the archive from one to the other."
        )


def check_target_is_empty() -> None:
    """Raise BackupFailed when the database has tables or the folder of uploads has files."""
    try:
        tables = connection.introspection.table_names()
    except DatabaseError as error:
        raise BackupFailed(f"The database can't be used: {str(error).strip().splitlines()[0]}.") from error
    finally:
        connection.close()
    if tables or any(files_in(settings.MEDIA_ROOT)):
        what = f"{len(tables)} tables" if tables else f"uploads in {settings.MEDIA_ROOT}"
        raise BackupFailed(f"The target is not empty ({what}). With --force, all of it is replaced.")


def replace_uploads(folder: Path) -> None:
    """Put the backup's uploads in the place of the present ones."""
    uploads, former = folder / "media", folder / "former-media"
    uploads.mkdir(exist_ok=True)
    if settings.MEDIA_ROOT.exists():
        settings.MEDIA_ROOT.rename(former)
    uploads.rename(settings.MEDIA_ROOT)


def replace_keys(manifest: dict[str, Any], folder: Path) -> list[str]:
    """Put the backup's keys in place, and say which keys the operator has to give or compare."""
    sentences = []
    for name, file in KEY_FILES.items():
        key = manifest.get("keys", {}).get(name, {})
        backed_up = folder / "keys" / file
        if key.get("fingerprint") == fingerprint(name):
            continue
        if name not in settings.KEYS_MADE_HERE:
            sentences.append(f"{name} is given by the environment and is not the one of the backup.")
        elif backed_up.exists():
            settings.KEY_DIR.mkdir(parents=True, exist_ok=True)
            shutil.move(backed_up, settings.KEY_DIR / file)
            sentences.append(f"{name} was taken from the backup; start every process anew.")
        else:
            sentences.append(f"{name} was given by the environment when the backup was made: give it again.")
    return sentences


def _bring_up_to_date() -> list[str]:
    """Migrate what an older version wrote, move the clock on, and let apps do their part."""
    call_command("migrate", interactive=False, verbosity=0)
    # A number that was given out after the backup must not come again: caches, ETags and ?since= know it.
    now = ContentClock.now()
    ContentClock.objects.update(n=F("n") - now % CLOCK_STEP + CLOCK_STEP)
    return effects.run_after_restore()
