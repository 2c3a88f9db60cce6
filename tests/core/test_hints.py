"""Hints to workers: sent after the commit, and never anybody's trouble."""

import pytest
from celery import Celery
from django.db import transaction

from hub.core import hints
from hub.core.hints import hint

DEAD = "redis://127.0.0.1:1/0"


class Recorder:
    """A broker that remembers what it was sent."""

    def __init__(self):
        self.sent = []

    def send_task(self, name, args, retry):
        self.sent.append((name, args, retry))


@pytest.fixture
def broker(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(hints, "current_app", recorder)
    monkeypatch.setattr(hints._Broker, "asleep_until", 0.0)
    return recorder


@pytest.fixture
def dead_broker(monkeypatch):
    app = Celery("dead", broker=DEAD, set_as_current=False)
    app.conf.broker_transport_options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    monkeypatch.setattr(hints, "current_app", app)
    monkeypatch.setattr(hints._Broker, "asleep_until", 0.0)


@pytest.mark.django_db(transaction=True)
def test_a_hint_is_sent_when_the_change_is_there_to_be_seen(broker):
    with transaction.atomic():
        hint("mail.drain", 1)
        assert broker.sent == []
    assert broker.sent == [("mail.drain", (1,), False)]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_wakes_nobody(broker):
    with transaction.atomic():
        hint("mail.drain")
        transaction.set_rollback(True)
    assert broker.sent == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_stops_nothing(dead_broker, caplog):
    with transaction.atomic():
        hint("mail.drain")
    assert "no worker woken for mail.drain" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_is_left_alone_for_a_while(broker, monkeypatch):
    def fail(*args, **kwargs):
        broker.sent.append("tried")
        raise ConnectionError

    monkeypatch.setattr(broker, "send_task", fail)
    for _ in range(3):
        hint("mail.drain")
    assert broker.sent == ["tried"]


@pytest.mark.django_db(transaction=True)
def test_any_fault_of_a_broker_stops_nothing_and_is_logged(broker, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("the queue folder is full")

    monkeypatch.setattr(broker, "send_task", fail)
    hint("mail.drain")
    assert "no worker woken for mail.drain" in caplog.text
