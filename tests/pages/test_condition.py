"""Alive, ready, and in words for people."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from hub.core.models import Heartbeat
from hub.pages import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def _worker_at_work() -> None:
    Heartbeat.objects.create(part="worker", at=timezone.now() - timedelta(seconds=30))


def test_alive_asks_nothing_of_the_database(client: Client, django_assert_num_queries: Any):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.both_databases
@pytest.mark.usefixtures("_worker_at_work")
def test_ready_when_every_part_works(client: Client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["ready"] is True
    assert all(check["ok"] for check in response.json()["checks"].values())


def test_not_ready_before_a_worker_was_seen(client: Client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == {"ok": False, "state": "never seen"}


def test_not_ready_when_the_worker_was_not_seen_for_two_minutes(client: Client):
    Heartbeat.objects.create(part="worker", at=timezone.now() - timedelta(minutes=3))
    assert client.get("/readyz").status_code == 503


@pytest.mark.usefixtures("_worker_at_work")
def test_not_ready_while_a_migration_waits(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: [("one", False)]
    )
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"]["state"] == "behind"


def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", fail)
    monkeypatch.setattr(health, "MigrationExecutor", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"]["ok"] is False


@pytest.mark.usefixtures("_worker_at_work")
def test_not_ready_without_a_broker(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["broker"] == {"ok": False, "state": "do not pass"}
    assert response.json()["checks"]["database"]["ok"] is True


def test_the_status_page_says_it_in_words(client: Client):
    assert "Something is not right" in client.get("/status/").content.decode()
    Heartbeat.objects.create(part="worker", at=timezone.now())
    assert "Everything works" in client.get("/status/").content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/status/"])
def test_nobody_keeps_the_answer(client: Client, path: str):
    assert "no-store" in client.get(path)["Cache-Control"]
