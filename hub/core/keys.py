"""Keys that a laptop makes for itself: one random value in a file that only its owner may read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_key(path: Path) -> str:
    """Return the key kept at ``path``, making it on the first call.

    Two processes that start at once agree: the whole file appears in one step (a hard link), and the
    loser reads the winner's. Raises ImproperlyConfigured when the folder can't be written.
    """
    try:
        if not path.exists():
            _make(path)
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"the data folder can't be written ({error.strerror}: {path.parent}). "
            "Mend its permissions, or name another folder: HUB_DATA=/a/folder"
        ) from error


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
