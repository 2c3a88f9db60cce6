"""Keys that a laptop makes for itself: one random value in a file that only its owner may read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def kept_key(path: Path) -> str:
    """Return the key kept at ``path``, making it on the first call.

    Two processes that start at once agree: the whole file appears in one step (a hard link), and the
    loser reads the winner's. Raises OSError when the folder can't be written.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
