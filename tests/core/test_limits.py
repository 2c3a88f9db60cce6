"""Limits: how often one key may do one thing, counted by every process together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from hub.core import limits
from hub.core.limits import Limit, first_reached
from hub.core.models import Counter
from hub.core.tasks import forget_counters

LIMIT = Limit("test", most=3, period=3600)
MIDDAY = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def clock(monkeypatch):
    """The time that limits see, in seconds; ``clock.now`` sets it."""

    class Clock:
        now = MIDDAY

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


@pytest.mark.django_db
def test_as_many_uses_as_allowed_pass_and_no_more(clock):
    assert [LIMIT.hit("a") for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_keys_and_scopes_count_by_themselves(clock):
    assert [LIMIT.hit(key) for key in ("a", "a", "a", "b")] == [True] * 4
    assert Limit("other", most=3, period=3600).hit("a")


@pytest.mark.django_db
def test_looking_counts_nothing(clock):
    assert not any(LIMIT.is_reached("a") for _ in range(5))
    for _ in range(3):
        LIMIT.hit("a")
    assert LIMIT.is_reached("a")


@pytest.mark.django_db
def test_uses_fade_with_the_hour_and_do_not_begin_anew_with_it(clock):
    clock.now = MIDDAY + 3590
    assert all(LIMIT.hit("a") for _ in range(3))
    clock.now = MIDDAY + 3600
    assert not LIMIT.hit("a")
    clock.now = MIDDAY + 3600 + 2700
    assert LIMIT.hit("a")
    clock.now = MIDDAY + 3 * 3600
    assert all(LIMIT.hit("a") for _ in range(3))


@pytest.mark.django_db
def test_the_wait_ends_with_the_window(clock):
    clock.now = MIDDAY + 600
    assert LIMIT.retry_after == 3000


@pytest.mark.django_db
def test_a_key_is_stored_as_a_hash_only(clock):
    LIMIT.hit("203.0.113.0/24")
    assert "203" not in Counter.objects.get().key


@pytest.mark.django_db
def test_every_limit_counts_and_the_first_that_is_passed_is_named(clock):
    narrow, wide = Limit("narrow", most=1, period=60), Limit("wide", most=2, period=60)
    both = [(narrow, "a"), (wide, "a")]
    assert first_reached(both) is None
    assert first_reached(both) is narrow
    assert first_reached([(wide, "a")]) is wide


@pytest.mark.django_db
def test_counters_that_count_no_more_are_forgotten(clock):
    LIMIT.hit("a")
    LIMIT.hit("b")
    past, still_counting = Counter.objects.all()
    for counter, minutes in ((past, -1), (still_counting, 1)):
        counter.expires_at = timezone.now() + timedelta(minutes=minutes)
        counter.save(update_fields=["expires_at"])
    forget_counters()
    assert Counter.objects.get() == still_counting


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_uses_at_once_pass_exactly_as_often_as_allowed():
    limit = Limit("at once", most=5, period=100_000_000)

    def use(_: int) -> bool:
        try:
            return limit.hit("a")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        passed = list(pool.map(use, range(18)))
    assert passed.count(True) == 5
    assert Counter.objects.get().count == 18
