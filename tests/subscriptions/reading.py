"""Reading the mails that tests have sent."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


def messages(folder: Path) -> list[EmailMessage]:
    """All messages in the order in which they were sent."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in paths]
    assert all(isinstance(message, EmailMessage) for message in found)
    return found


def letter(folder: Path, number: int = 0) -> str:
    """The text part of one message."""
    part = messages(folder)[number].get_body(("plain",))
    assert part is not None
    return str(part.get_content())
