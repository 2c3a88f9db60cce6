"""Reading a mailbox: each letter is taken once its transaction has committed, and never lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from hub.mail import mailbox
from hub.mail.mailbox import MailboxDown, SetAside
from hub.mail.models import Suppression
from tests.mail.imap import Imap

pytestmark = pytest.mark.django_db


class Box:
    """A mailbox of either form, as a test looks at it."""

    def __init__(self, url: str, inbox: Callable[[], list[bytes]], aside: Callable[[], list[bytes]]):
        self.url, self.inbox, self.aside = url, inbox, aside


@pytest.fixture(params=["maildir", "imap", "imap without UIDPLUS"])
def box(request: Any, tmp_path: Path) -> Iterator[Callable[..., Box]]:
    servers: list[Imap] = []

    def make(*letters: bytes) -> Box:
        if request.param == "maildir":
            folder = tmp_path / "a box"
            for part in ("new", "cur", "tmp"):
                (folder / part).mkdir(parents=True)
            for number, letter in enumerate(letters):
                (folder / "new" / f"{number}.hub").write_bytes(letter)
            files = lambda path: [file.read_bytes() for file in sorted(path.glob("*"))]  # noqa: E731
            return Box(
                f"maildir://{tmp_path}/a%20box",
                lambda: files(folder / "new"),
                lambda: files(folder / ".Set-aside" / "new"),
            )
        server = Imap(*letters, with_uidplus=request.param == "imap")
        servers.append(server)
        return Box(
            server.url,
            lambda: list(server.inbox.values()),
            lambda: list(server.folders.get("Set-aside", {}).values()),
        )

    yield make
    for server in servers:
        server.stop()


def letter(words: str) -> bytes:
    return f"Subject: {words}\r\n\r\nHello.\r\n".encode()


def test_every_letter_is_handed_over_and_then_removed(box: Any):
    there, seen = box(letter("one"), letter("two")), []

    def take(raw: bytes) -> str:
        seen.append(raw)
        return "kept"

    assert mailbox.read(there.url, take) == {"kept": 2}
    assert seen == [letter("one"), letter("two")]
    assert (there.inbox(), there.aside()) == ([], [])
    assert mailbox.read(there.url, take) == {}


def test_what_a_reader_refuses_lies_aside_with_the_reason_on_top(box: Any):
    there = box(letter("one"), letter("two"))

    def take(raw: bytes) -> str:
        if b"one" in raw:
            raise SetAside("no report\r\nBcc: all@example.org")
        return "kept"

    assert mailbox.read(there.url, take) == {"set aside": 1, "kept": 1}
    assert there.inbox() == []
    (aside,) = there.aside()
    first, _, rest = aside.partition(b"\n")
    assert first.strip() == b"X-Set-Aside: no report Bcc: all@example.org"
    assert rest == letter("one")


def test_a_letter_at_which_the_reader_breaks_does_not_keep_the_others_waiting(box: Any):
    there = box(letter("one"), letter("two"))

    def take(raw: bytes) -> str:
        Suppression.add(raw[9:12].decode(), Suppression.Reason.MANUAL)
        if b"one" in raw:
            raise KeyError("a mistake of ours")
        return "kept"

    assert mailbox.read(there.url, take) == {"set aside": 1, "kept": 1}
    assert b"could not be read: KeyError" in there.aside()[0]
    assert list(Suppression.objects.values_list("recipient_hash", flat=True)) == ["two"], "rolled back"


def test_with_the_database_down_the_letter_stays(box: Any):
    there = box(letter("one"))

    def take(raw: bytes) -> str:
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        mailbox.read(there.url, take)
    assert (there.inbox(), there.aside()) == ([letter("one")], [])


def test_a_crash_before_the_removal_brings_the_letter_once_more(box: Any, monkeypatch: Any):
    there, seen = box(letter("one")), []

    def take(raw: bytes) -> str:
        seen.append(raw)
        return "kept"

    for kind in (mailbox.MaildirLetter, mailbox.ImapLetter):
        monkeypatch.setattr(kind, "done", lambda _: (_ for _ in ()).throw(SystemExit()))
    with pytest.raises(SystemExit):
        mailbox.read(there.url, take)
    monkeypatch.undo()
    assert mailbox.read(there.url, take) == {"kept": 1}
    assert len(seen) == 2


def test_a_letter_above_the_limit_is_never_loaded(box: Any, monkeypatch: Any):
    monkeypatch.setattr(mailbox, "MOST_BYTES", 100)
    there = box(letter("x" * 200), letter("two"))
    seen: list[bytes] = []

    def take(raw: bytes) -> str:
        seen.append(raw)
        return "kept"

    assert mailbox.read(there.url, take, most_bytes=100) == {
        "set aside": 1,
        "kept": 1,
    }
    assert seen == [letter("two")]
    assert letter("x" * 200) in there.aside()[0]


def test_a_loop_lies_aside(box: Any):
    looped = b"Received: from a by b; today\r\n" * 51 + letter("round")
    there = box(looped)
    assert mailbox.read(there.url, lambda _: "kept") == {"set aside": 1}
    assert b"a loop" in there.aside()[0]


def test_one_reading_takes_so_many_and_the_next_goes_on(box: Any):
    there = box(*[letter(str(number)) for number in range(5)])
    assert mailbox.read(there.url, lambda _: "kept", most=3) == {"kept": 3}
    assert mailbox.read(there.url, lambda _: "kept", most=3) == {"kept": 2}


def test_a_letter_that_another_reader_took_is_passed_over(box: Any):
    there = box(letter("one"), letter("two"))
    inner: list[dict[str, int]] = []

    def take(raw: bytes) -> str:
        if not inner:
            inner.append(mailbox.read(there.url, lambda _: "by another"))
        return "kept"

    assert mailbox.read(there.url, take) == {"kept": 1}
    assert inner == [{"by another": 2}]
    assert there.inbox() == []


@pytest.mark.parametrize(
    "url", ["maildir:///nowhere/at/all", "imap://hub:wrong@127.0.0.1:{port}/INBOX", "imap://a:b@127.0.0.1:1"]
)
def test_a_mailbox_that_can_not_be_read_says_so(url: str):
    server = Imap()
    with pytest.raises(MailboxDown):
        mailbox.read(url.format(port=server.url.rpartition(":")[2].partition("/")[0]), lambda _: "kept")
    server.stop()


@pytest.mark.parametrize("url", ["", "pop3://a:b@host", "imaps://host/INBOX", "maildir:"])
def test_an_address_of_no_known_form_is_refused(url: str):
    with pytest.raises(ValueError, match="maildir:///path"):
        mailbox.opened(url)
