"""However many subscribers there are, they are dealt out in groups: nobody twice, nobody left out."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hub.core.addresses import address_hash
from hub.mail import outbox
from hub.mail.models import Delivery
from subscriptions import alerts, digests, fanout
from subscriptions.models import Edition, Subscriber
from subscriptions.news import News, last_announced
from subscriptions.preferences import Preferences
from tests.factories import make_question, make_tag, make_technology

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

FRIDAY = datetime(2026, 11, 20, 6, tzinfo=UTC)
LATER = FRIDAY + timedelta(hours=3)


def make_readers(number: int, frequency: str = "instant", **over: Any) -> list[Subscriber]:
    """Active subscribers who were told of all that is public, and whose digest is due."""
    now, before = timezone.now(), Subscriber.objects.count()
    addresses = [f"reader-{before + n}@example.org" for n in range(number)]
    values = {"last_event": last_announced(), "hour": 0, "next_at": FRIDAY, **over}
    return Subscriber.objects.bulk_create(
        Subscriber(
            address=address, address_hash=address_hash(address), state="active", frequency=frequency,
            asked_at=now, confirmed_at=now, created_at=now, **values,
        )
        for address in addresses
    )  # fmt: skip


def send_digests() -> int:
    return digests.send_digests(now=LATER)


ways = pytest.mark.parametrize(
    ("frequency", "send"), [("instant", alerts.send_alerts), ("daily", send_digests)]
)


@ways
def test_one_subscriber_takes_as_many_queries_as_three_hundred(
    frequency: str, send: Callable[[], int], django_assert_max_num_queries: Any
):
    technology, numbers = make_technology(), []
    for number in (1, 300):
        for row in make_readers(number, frequency):
            row.technologies.add(technology)
        make_question(technology=technology.slug)
        Delivery.objects.all().delete()
        Edition.objects.all().delete()
        Subscriber.objects.exclude(frequency="instant").update(next_at=FRIDAY)
        with django_assert_max_num_queries(40) as queries:
            assert send() == Subscriber.objects.count()
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


@ways
def test_who_gets_a_mail_is_what_their_preferences_say_one_by_one(frequency: str, send: Callable[[], int]):
    dice = random.Random(47)
    technologies = [make_technology(), make_technology()]
    tags = [make_tag("security"), make_tag("testing")]
    make_question(technology=technologies[0].slug, difficulty=6)
    for _ in range(60):
        easiest = dice.choice([1, 1, 6])
        (row,) = make_readers(
            1, frequency, last_event=dice.choice([0, last_announced()]), difficulty_from=easiest,
            kinds=dice.choice([[], ["question"], ["snippet"]]), levels=dice.choice([[], ["mid", "senior"]]),
        )  # fmt: skip
        row.technologies.set(dice.sample(technologies, dice.choice([0, 0, 1, 2])))
        row.tags.set(dice.sample(tags, dice.choice([0, 0, 1, 2])))
    make_question(technology=technologies[1].slug, tags=["testing"], level="mid", difficulty=5)
    to_event = last_announced()
    expected = {
        row.pk: {"from": row.last_event, "to": to_event}
        for row in Subscriber.objects.all()
        if News(row.last_event, to_event).wanted(Preferences.of(row))
    }
    assert 10 < len(expected) < 50
    assert send() == len(expected)
    assert dict(Delivery.objects.values_list("about", "context")) == expected
    assert set(Subscriber.objects.values_list("last_event", flat=True)) == {to_event}


@ways
def test_every_message_has_the_id_that_previews_and_single_letters_would_give_it(
    frequency: str, send: Callable[[], int]
):
    make_readers(3, frequency)
    make_question()
    assert send() == 3
    for row in Delivery.objects.all():
        assert row.message_id == outbox.message_id(row.stream, row.slot, row.recipient_hash)


@pytest.mark.parametrize(
    ("frequency", "send", "slot"),
    [("instant", alerts.send_alerts, "to:{}"), ("daily", send_digests, "2026-11-20")],
)
def test_whose_slot_is_taken_keeps_the_cursor(frequency: str, send: Callable[[], int], slot: str):
    taken, *_ = make_readers(3, frequency)
    before = taken.last_event
    make_question()
    slot = slot.format(last_announced())
    stream = "alert" if frequency == "instant" else "digest"
    outbox.enqueue(stream, slot, taken.address, stream, {"from": 0, "to": 1}, about=taken.pk)
    assert send() == 2
    others = Subscriber.objects.exclude(pk=taken.pk)
    assert set(others.values_list("last_event", flat=True)) == {last_announced()}
    taken.refresh_from_db()
    assert taken.last_event == before
    assert Delivery.objects.get(about=taken.pk).context == {"from": 0, "to": 1}


def test_an_edition_begins_where_the_first_of_those_who_got_it_were():
    make_question()
    told = last_announced()
    behind, *_ = make_readers(1, "daily", last_event=0)
    make_readers(2, "daily")
    make_question()
    outbox.enqueue("digest", "2026-11-20", behind.address, "digest", {"from": 0, "to": 1}, about=behind.pk)
    assert send_digests() == 2
    assert Edition.objects.get().from_event == told


@ways
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [1, 3, 4, 8])
def test_wherever_a_chunk_ends_everybody_gets_one(
    frequency: str, send: Callable[[], int], size: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fanout, "CHUNK", size)
    make_readers(4, frequency)
    make_readers(2, frequency, kinds=["snippet"])
    make_readers(2, frequency, time_zone="Asia/Tokyo")
    make_question()
    assert [send(), send()] == [6, 0]
    assert Delivery.objects.values("recipient_hash").distinct().count() == 6
    assert set(Subscriber.objects.values_list("last_event", flat=True)) == {last_announced()}
    if frequency == "daily":
        midnights = {FRIDAY.replace(day=21, hour=0), FRIDAY.replace(hour=15)}
        assert set(Subscriber.objects.values_list("next_at", flat=True)) == midnights


@ways
@pytest.mark.django_db(transaction=True)
def test_what_dies_between_two_chunks_is_done_by_the_next_beat(
    frequency: str, send: Callable[[], int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fanout, "CHUNK", 3)
    make_readers(8, frequency)
    make_question()
    owe, chunks = outbox.owe_selected, iter(range(9))

    def dies(*given: Any) -> list[int]:
        owed = owe(*given)
        if next(chunks) == 1:
            raise KeyboardInterrupt
        return owed

    monkeypatch.setattr(outbox, "owe_selected", dies)
    with pytest.raises(KeyboardInterrupt):
        send()
    assert Delivery.objects.count() == 3
    assert send() == 5
    assert Delivery.objects.values("recipient_hash").distinct().count() == 8
