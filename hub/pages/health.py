"""Whether the parts answer: for /readyz, for the status page and for the strip on the home page."""

from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from hub.core.models import Heartbeat

WORKER_PATIENCE = timedelta(minutes=2)
_REMEMBERED = 15  # seconds for which the home page believes what it saw


@dataclass(frozen=True)
class Check:
    """One part: its key in /readyz, its name for people, whether it works, in words."""

    key: str
    name: str
    is_ok: bool
    words: str
    detail: str


def checks() -> list[Check]:
    """All parts; none of them raises."""
    return [database(), migrations(), broker(), worker()]


def database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Check(
            "database", "Database", is_ok=False, words="does not answer", detail="Pages can't be read."
        )
    return Check("database", "Database", is_ok=True, words="answers", detail="Pages can be read.")


def migrations() -> Check:
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return Check(
            "migrations", "Schema", is_ok=False, words="unknown", detail="The database does not answer."
        )
    if waiting:
        return Check(
            "migrations", "Schema", is_ok=False, words="behind", detail=f"{waiting} migrations wait."
        )
    return Check("migrations", "Schema", is_ok=True, words="current", detail="No migration waits.")


def broker() -> Check:
    try:
        with current_app.connection_for_write() as messages:
            messages.ensure_connection(max_retries=0)
    except Exception:  # noqa: BLE001 (each transport has its own, and any of them means the same)
        return Check(
            "broker",
            "Messages",
            is_ok=False,
            words="do not pass",
            detail="Work waits for its minute, not longer.",
        )
    return Check("broker", "Messages", is_ok=True, words="pass", detail="Workers are woken at once.")


def worker() -> Check:
    name, detail = "Worker", "Sends mail, publishes what is scheduled."
    try:
        beat = Heartbeat.objects.filter(part="worker").first()
    except DatabaseError:
        beat = None
    if beat is None:
        return Check("worker", name, is_ok=False, words="never seen", detail=detail)
    if timezone.now() - beat.at > WORKER_PATIENCE:
        return Check(
            "worker", name, is_ok=False, words=f"last seen {beat.at:%Y-%m-%d %H:%M} UTC", detail=detail
        )
    return Check("worker", name, is_ok=True, words="at work", detail=detail)


def state() -> str:
    """OPERATIONAL or DEGRADED, for a page that was read from the database a moment ago."""
    near = caches["near"]
    known: str | None = near.get("health:state")
    if known is None:
        known = "OPERATIONAL" if worker().is_ok else "DEGRADED"
        near.set("health:state", known, _REMEMBERED)
    return known
