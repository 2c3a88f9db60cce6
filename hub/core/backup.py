"""Backups: one file with the database, the uploads, the keys made here, and a manifest of their hashes."""

import hashlib
import io
import json
import os
import platform
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from hub.core import dumps
from hub.core.models import ContentClock, Entry

FORMAT = 1  # of the backup file; restore refuses a higher one
MANIFEST = "manifest.json"  # the last member: by then every part has been hashed
KEY_FILES = {"SECRET_KEY": "secret", "LINK_KEY": "link", "ADDRESS_KEY": "address"}

Say = Callable[[str], None]


class BackupFailed(Exception):
    """No backup was made, or none was restored; the message says why and what to do."""


def make(target: Path, say: Say) -> dict[str, Any]:
    """Write a backup while the hub runs, and return its manifest; the file appears whole or not at all.

    The database is copied first, so every upload that it names is there. Only the owner may read the file:
    it holds personal data and, where they are not given by the environment, keys. Raises BackupFailed.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists already; name a file that does not.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            draft = Path(folder) / "backup.tar.gz"
            draft.touch(mode=0o600)
            manifest = _write(draft, Path(folder), say)
            os.link(draft, target)  # unlike a rename, this never replaces a file that appeared meanwhile
    except dumps.DumpFailed as error:
        raise BackupFailed(str(error)) from error
    except OSError as error:
        raise BackupFailed(f"{target} can't be written: {error.strerror or error}.") from error
    return manifest


def _write(draft: Path, folder: Path, say: Say) -> dict[str, Any]:
    say("Copying the database ...")
    database = folder / dumps.file_name()
    dumps.dump(database)
    manifest = describe()
    parts: dict[str, Any] = manifest["parts"]
    with tarfile.open(draft, "w:gz", compresslevel=3) as archive:
        parts[database.name] = _add(archive, database, database.name)
        database.unlink()
        uploads = list(files_in(settings.MEDIA_ROOT))
        say(f"Copying {len(uploads)} uploads ...")
        for path in uploads:
            name = f"media/{path.relative_to(settings.MEDIA_ROOT).as_posix()}"
            parts[name] = _add(archive, path, name)
        for name in settings.KEYS_MADE_HERE:
            file = KEY_FILES[name]
            parts[f"keys/{file}"] = _add(archive, settings.KEY_DIR / file, f"keys/{file}")
        text = json.dumps(manifest, indent=2, sort_keys=True).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mtime = len(text), int(timezone.now().timestamp())
        archive.addfile(member, io.BytesIO(text))
    return manifest


def describe() -> dict[str, Any]:
    """The manifest of a backup made now, with no part in it yet."""
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "site": settings.SITE_URL,
        "release": settings.RELEASE,
        "versions": {
            "python": platform.python_version(),
            "django": django.get_version(),
            connection.vendor: ".".join(str(part) for part in connection.get_database_version()),
        },
        "database": connection.vendor,
        "migrations": sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations()),
        "content_number": ContentClock.now(),
        "entries": Entry.objects.count(),
        "keys": {
            name: {"in_backup": name in settings.KEYS_MADE_HERE, "fingerprint": fingerprint(name)}
            for name in KEY_FILES
        },
        "parts": {},
    }


def fingerprint(name: str) -> str:
    """A short hash by which a key is recognised; a random key can't be found from it."""
    return hashlib.sha256(f"backup:{name}:{getattr(settings, name)}".encode()).hexdigest()[:16]


class _Hashing:
    """A file that is read through, and hashed on the way."""

    def __init__(self, source: Any) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block: bytes = self._source.read(size)
        self.digest.update(block)
        return block


def _add(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as source:
        member = archive.gettarinfo(arcname=name, fileobj=source)
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        hashing = _Hashing(source)
        archive.addfile(member, hashing)
    return {"sha256": hashing.digest.hexdigest(), "size": member.size}


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below a folder, which need not exist."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
