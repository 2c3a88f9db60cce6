"""Public changes at the same time, over real connections: the clock orders them and nobody's is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hub.core import counting
from hub.core.models import (
    ContentClock,
    Entry,
    EntryDay,
    EntryStats,
    Event,
    IdSeries,
    Revision,
    Sighting,
    Technology,
)
from hub.core.publishing import Conflict, publish
from hub.core.taxonomy import merge, rename
from tests.factories import make_question, make_technology, question_payload, revise

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each work in a thread and connection of its own, all begun together; results or exceptions."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except Exception as error:  # noqa: BLE001 (the test looks at it)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_numbers_are_given_without_gaps_in_the_order_of_commits():
    payloads = [question_payload() for _ in range(AT_ONCE * 3)]
    before = ContentClock.now()

    def work(mine: list) -> Callable[[], list[int]]:
        return lambda: [publish(payload, None).n for payload in mine]

    given = at_once(*(work(payloads[start::AT_ONCE]) for start in range(AT_ONCE)))
    assert all(isinstance(numbers, list) and numbers == sorted(numbers) for numbers in given), given
    everyone = sorted(number for numbers in given for number in numbers)
    assert everyone == list(range(before + 1, before + 1 + len(payloads)))
    assert sorted(Event.objects.values_list("n", flat=True)) == everyone


def test_a_reader_who_sees_a_number_sees_every_change_up_to_it():
    payloads = [question_payload() for _ in range(AT_ONCE * 3)]
    before, done, gaps = ContentClock.now(), Signal(), []

    def read() -> int:
        looks = 0
        while not done.is_set():
            seen = ContentClock.now()
            visible = Event.objects.filter(n__gt=before, n__lte=seen).count()
            if visible != seen - before:
                gaps.append((seen, visible))
            looks += 1
        return looks

    def write() -> None:
        try:
            for payload in payloads[: len(payloads) // 2]:
                publish(payload, None)
        finally:
            done.set()

    def write_too() -> None:
        for payload in payloads[len(payloads) // 2 :]:
            publish(payload, None)

    looks, *others = at_once(read, write, write_too)
    assert others == [None, None]
    assert looks > 0
    assert gaps == []


def test_of_several_who_read_the_same_version_one_gets_it():
    question = make_question(title="Why?")

    stale = [Entry.objects.get(pk=question.pk) for _ in range(AT_ONCE)]
    results = at_once(
        *(lambda entry=entry, n=n: revise(entry, title=f"How {n}?") for n, entry in enumerate(stale))
    )
    won = [result for result in results if isinstance(result, Entry)]
    assert len(won) == 1, results
    assert all(isinstance(result, Conflict) for result in results if result not in won), results
    entry = Entry.objects.get(pk=question.pk)
    assert (entry.version, entry.title) == (2, won[0].title)
    assert Revision.objects.filter(entry=question).count() == 2


def test_the_same_title_at_once_gets_different_slugs():
    payloads = [question_payload(title="Why?") for _ in range(AT_ONCE)]
    results = at_once(*(lambda payload=payload: publish(payload, None).entry.slug for payload in payloads))
    assert sorted(results) == ["why", "why-2", "why-3", "why-4"]


def test_ids_given_at_once_are_all_different_and_none_is_left_out():
    def work() -> list[str]:
        given = []
        for _ in range(5):
            with transaction.atomic():
                given.append(IdSeries.next_id("PY-MID"))
        return given

    results = at_once(*[work] * AT_ONCE)
    everyone = sorted(public_id for given in results for public_id in given)
    assert everyone == [f"PY-MID-{number:03d}" for number in range(1, AT_ONCE * 5 + 1)]


def test_a_rolled_back_change_leaves_no_gap():
    before = ContentClock.now()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert ContentClock.tick() / 0
    assert ContentClock.now() == before
    make_question()
    assert Event.objects.get().n == before + 1


def test_a_number_is_given_inside_a_transaction_only():
    with pytest.raises(transaction.TransactionManagementError):
        ContentClock.tick()


def test_roll_ups_at_once_count_each_sighting_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counting, "CHUNK", 7)
    entries, today = [make_question(), make_question()], timezone.now().date()
    Sighting.objects.bulk_create(
        Sighting(entry=entry, act=act, day=today, reader=str(reader))
        for reader in range(20) for entry in entries for act in ("view", "copy")
    )  # fmt: skip
    counted = at_once(*[counting.roll_up] * AT_ONCE)
    assert all(isinstance(number, int) for number in counted), counted
    assert sum(counted) == 80
    assert set(EntryStats.objects.values_list("views", "uses_week")) == {(20, 20)}
    assert set(EntryDay.objects.values_list("views", "copies")) == {(20, 20)}


def test_of_two_who_rename_one_technology_one_is_told():
    make_question(technology="flask")
    read = [Technology.objects.get(slug="flask") for _ in range(AT_ONCE)]
    works = [
        lambda row=row, number=number: rename(row, None, name=f"Flask {number}", slug=f"flask-{number}")
        for number, row in enumerate(read)
    ]
    results = at_once(*works)
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * (AT_ONCE - 1) + ["Event"]
    assert Technology.objects.get(pk=read[0].pk).aliases.get().slug == "flask"


def test_a_text_that_is_published_while_its_technology_is_merged_loses_nothing():
    make_question(technology="bottle")
    old, new = Technology.objects.get(slug="bottle"), make_technology("flask")
    payload = question_payload(technology="bottle")
    published, merged = at_once(lambda: publish(payload, None), lambda: merge(old, new, None))
    assert not isinstance(merged, Exception), merged
    assert not isinstance(published, Exception), published
    assert set(Entry.objects.values_list("technology__slug", flat=True)) == {"flask"}
