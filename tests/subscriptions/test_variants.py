"""A text rendered once with the personal parts spliced in has the very bytes of one rendered alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

from hub.mail import composing, messages, sending, streams
from hub.mail.composing import MARK, Composer
from hub.mail.models import Delivery
from hub.mail.streams import Stream
from subscriptions import alerts, digests
from subscriptions.models import Subscriber
from tests.factories import make_question, make_subscriber

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ENTRY = {
    "url": "https://hub.example/q/1", "public_id": "PY-MID-001", "kind_label": "Question", "level": "",
    "technology": "Python", "difficulty": 5, "verb": "New",
}  # fmt: skip
TOKENS = strategies.text("abcXYZ019_-", min_size=len(MARK), max_size=len(MARK))
LOCAL = strategies.text("abcdefxyz019.+'_-=", min_size=1, max_size=64).filter(
    lambda text: not text.startswith(".") and not text.endswith(".") and ".." not in text
)
DOMAINS = strategies.sampled_from(["example.org", "a-very-long-name." * 9 + "example.org", "bücher.example"])


@hypothesis_settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    token=TOKENS, local=LOCAL, domain=DOMAINS,
    title=strategies.text(max_size=90), summary=strategies.text(max_size=400),
    lead=strategies.text("x", max_size=80),
)  # fmt: skip
def test_both_ways_give_the_same_bytes(
    token: str, local: str, domain: str, title: str, summary: str, lead: str
):
    def derive(one: str) -> dict[str, Any]:
        return {
            "token": one,
            "entries": [{**ENTRY, "title": title, "summary": summary}],
            "why": f"You asked for {title} {lead}",
            "manage_url": f"https://hub.example/{lead}/{one}/",
            "unsubscribe_url": f"https://hub.example/{lead}/{one}/unsubscribe/",
        }

    def headers(_: Delivery, derived: dict[str, Any]) -> dict[str, str]:
        return {
            "List-Unsubscribe": f"<{derived['unsubscribe_url']}>, <mailto:a@b.c?subject={derived['token']}>"
        }

    stream = Stream("letters", headers=headers)
    row = Delivery(
        stream="letters", slot="1", address=f"{local}@{domain}", template="alert", context={},
        message_id="<0123@hub.example>",
    )  # fmt: skip
    other = Delivery(
        stream="letters",
        slot="1",
        address="ada@example.org",
        template="alert",
        message_id="<4567@hub.example>",
    )
    alone = messages.write(row, stream, derive(token), now=NOW).data
    pieces = composing.cut(messages.write(other, stream, derive(MARK), now=datetime.now(UTC)).data)
    assert MARK.encode() not in b"".join(piece for piece in pieces if isinstance(piece, bytes))
    recipient = messages.wire_address(row.address)
    assert composing.splice(pieces, token, recipient, NOW, row.message_id) == alone


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("frequency", "owe"), [("instant", alerts.send_alerts), ("daily", digests.send_digests)]
)
def test_real_letters_come_out_as_if_each_were_written_alone(frequency: str, owe: Any):
    for difficulty in (1, 1, 1, 6, 6):
        make_subscriber(frequency=frequency, hour=0, difficulty_from=difficulty)
    make_question(difficulty=6)
    Subscriber.objects.filter(next_at__isnull=False).update(next_at=NOW)
    assert owe() == 5
    rows = sending.claim(10, datetime.now(UTC))
    composer = Composer()
    composer.prepare(rows)
    letters = [composer.compose(row, streams.get(row.stream), now=NOW) for row in rows]
    assert letters == [messages.compose(row, streams.get(row.stream), now=NOW) for row in rows]
    assert len(composer._pieces) == 2, "two sets of preferences are two texts"
