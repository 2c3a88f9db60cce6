"""The same comes of it whether a relay takes commands in groups (PIPELINING, RFC 2920) or one by one."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from hub.core.addresses import address_hash
from hub.mail import ledger, messages, sending, streams
from hub.mail.composing import Composer
from hub.mail.messages import Message
from hub.mail.models import Delivery, Suppression
from hub.mail.relay import Outcome, SmtpRelay, Verdict
from hub.mail.streams import Doubt
from tests.mail.chaos.sink import Faults, Sink

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOW = datetime.now(UTC) + timedelta(hours=2)  # later than anything that a test of this run writes
PEOPLE = [f"p{n}@example.org" for n in range(6)]


@pytest.fixture(params=[True, False], ids=["in groups", "one by one"])
def relay(request: Any, settings: Any, tmp_path: Path) -> Iterator[Callable[..., Sink]]:
    """Start a relay with these faults, and let the settings point at it."""
    running: list[Sink] = []

    def start(**faults: Any) -> Sink:
        sink = Sink(tmp_path, Faults(pipelining=request.param, **faults))
        running.append(sink)
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        return sink

    yield start
    for sink in running:
        sink.end()


@pytest.fixture
def owed(owe: Any, stream: Any) -> dict[str, Delivery]:
    """One letter to each of six people, in order; doubt is listed."""
    stream("careful", on_doubt=Doubt.COUNT_AS_DELIVERED)
    return {address: owe(address, name="careful") for address in PEOPLE}


def states() -> dict[str, str]:
    return dict(Delivery.objects.values_list("address", "state"))


def taken(sink: Sink) -> Counter[str]:
    return Counter(event["to"] for event in sink.events())


@pytest.mark.parametrize("place", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ("451 4.3.0 not now", "pending"),
        ("552 5.3.4 too big", "rejected"),
        ("421 4.3.2 going down", "accepted"),  # a used connection that ends is tried once more on a new one
    ],
)
def test_a_refusal_in_the_middle_is_of_one_message_alone(relay, owed, place: str, reply: str, state: str):
    sink = relay(**{place: {PEOPLE[2]: [reply]}})
    sending.drain(now=NOW)
    expected = dict.fromkeys(PEOPLE, "accepted") | {PEOPLE[2]: state}
    assert states() == expected
    assert taken(sink) == Counter(one for one in PEOPLE if expected[one] == "accepted")
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_a_message_comes_to_whom_it_is_written(relay, owed):
    sink = relay()
    assert sending.drain(now=NOW) == {"accepted": 6}
    assert {event["to"]: event["id"] for event in sink.events()} == {
        address: row.message_id for address, row in owed.items()
    }


def test_who_leaves_after_the_envelope_was_announced_gets_nothing(
    relay, owed, monkeypatch: pytest.MonkeyPatch
):
    sink = relay()
    true_send = SmtpRelay.send

    def leave_meanwhile(self: SmtpRelay, message: Any, following: Any = None) -> Outcome:
        outcome = true_send(self, message, following)
        if message.recipient in {PEOPLE[0], PEOPLE[4]}:  # the next one, and the last one
            gone = PEOPLE[PEOPLE.index(message.recipient) + 1]
            Suppression.add(address_hash(gone), Suppression.Reason.UNSUBSCRIBED)
        return outcome

    monkeypatch.setattr(SmtpRelay, "send", leave_meanwhile)
    assert sending.drain(now=NOW) == {"accepted": 4, "skipped": 2}
    assert taken(sink) == Counter(set(PEOPLE) - {PEOPLE[1], PEOPLE[5]})


def test_a_connection_that_ends_after_the_dot_leaves_one_in_doubt_and_the_next_one_well(relay, owed):
    sink = relay(drop_after=[PEOPLE[1], PEOPLE[2]])
    assert sending.drain(now=NOW) == {"accepted": 4, "uncertain": 2}
    assert taken(sink) == Counter(PEOPLE)
    assert {one for one, state in states().items() if state == "uncertain"} == {PEOPLE[1], PEOPLE[2]}


def test_a_connection_that_ends_behind_the_reply_leaves_no_doubt(relay, owed):
    sink = relay(close_after=PEOPLE[1:5])
    assert sending.drain(now=NOW) == {"accepted": 6}
    assert taken(sink) == Counter(PEOPLE)
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_a_connection_that_was_reset_between_two_messages_is_made_anew(relay, owed):
    sink = relay(reset_after=[PEOPLE[0]])
    letters = [messages.compose(row, streams.get("careful")) for row in owed.values()]
    smtp = SmtpRelay()
    assert smtp.send(letters[0]).verdict is Verdict.ACCEPTED
    time.sleep(0.3)
    assert smtp.send(letters[1]).verdict is Verdict.ACCEPTED
    smtp.close()
    assert taken(sink) == Counter(PEOPLE[:2])


def test_a_reply_of_strange_bytes_is_kept_as_a_line(relay, owed):
    relay(data={PEOPLE[1]: ["250 taken\x00 \x1b[31m \ufffd"]}, rcpt={PEOPLE[2]: ["550 5.2.1 \x00"]})
    assert sending.drain(now=NOW) == {"accepted": 5, "rejected": 1}
    assert Delivery.objects.get(address=PEOPLE[1]).smtp_text.startswith("taken [31m")


def test_every_letter_of_a_claim_is_written_before_the_first_intent(
    relay, owed, monkeypatch: pytest.MonkeyPatch
):
    relay()
    seen: set[str] = set()
    true_compose = Composer.compose

    def look(self: Composer, row: Delivery, *args: Any, **named: Any) -> Message:
        seen.update(states().values())
        return true_compose(self, row, *args, **named)

    monkeypatch.setattr(Composer, "compose", look)
    assert sending.drain(now=NOW) == {"accepted": 6}
    assert seen == {"claimed"}, "between an intent and its bytes nothing is written that could fail"


def test_a_connection_that_ends_before_the_dot_leaves_no_doubt(relay, owed):
    sink = relay(drop_before={PEOPLE[1]: 2, PEOPLE[3]: 1})
    assert sending.drain(now=NOW) == {"accepted": 5, "pending": 1}
    assert sending.drain(now=NOW + timedelta(minutes=1)) == {"accepted": 1}
    assert taken(sink) == Counter(PEOPLE)


def test_a_limit_of_messages_a_connection_loses_nothing(relay, owed):
    sink = relay(per_connection=2)
    assert sending.drain(now=NOW) == {"accepted": 6}
    assert taken(sink) == Counter(PEOPLE)
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)  # the failing statement must not take a transaction around it along
def test_what_is_known_of_one_message_is_kept_when_the_next_one_cannot_be_written(
    relay, owed, monkeypatch: pytest.MonkeyPatch
):
    sink = relay()
    true_statement = ledger.Intent.of

    def broken(self: ledger.Intent, row: Delivery) -> ledger.Statement:
        sql, values = true_statement(self, row)
        return (f"{sql} AND no_such_column = 1" if row.address == PEOPLE[1] else sql), values

    monkeypatch.setattr(ledger.Intent, "of", broken)
    with pytest.raises(DatabaseError):
        sending.drain(now=NOW)
    assert states() == dict.fromkeys(PEOPLE, "pending") | {PEOPLE[0]: "accepted"}
    assert taken(sink) == Counter(PEOPLE[:1])
