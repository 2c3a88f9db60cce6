"""The name of the running release, where nobody gave it one."""

import hashlib
from pathlib import Path

_PARTS = (".py", ".html", ".txt", ".css", ".js", ".svg")
_NOT_OURS = {"var", "content", "tests", "docs", "node_modules"}


def release_of(folder: Path, *words: str) -> str:
    """Ten hexadecimal digits that change with any file of code, template or style in ``folder``, or a word.

    Sizes and times stand for the files' bytes. Two machines may name one release differently: that costs
    a reader's browser one answer more, never a stale one.
    """
    digest = hashlib.sha256("\n".join(words).encode())
    rooms = [room for room in folder.iterdir() if room.is_dir() and room.name not in _NOT_OURS]
    for room in sorted(room for room in rooms if not room.name.startswith(".")):
        for path in sorted(path for path in room.rglob("*") if path.suffix in _PARTS):
            seen = path.stat()
            digest.update(f"{path.relative_to(folder)} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:10]
