"""What every test run stands on: a data folder of its own, and no part of the machine taken for granted."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

# Settings are read from the environment once, so it is set before anything of the project is imported.
# DATABASE_URL alone is honoured, to run tests on PostgreSQL, as `make test` does for some of them.
DATA_DIR = tempfile.mkdtemp(prefix="hub-tests-")
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
for name in (
    "REDIS_URL",
    "EMAIL_URL",
    "SITE_URL",
    "HUB_CONTENT",
    "DEBUG",
    "TRUSTED_PROXIES",
    "ALLOWED_HOSTS",
    "PORT",
):
    os.environ.pop(name, None)
os.environ["HUB_DATA"] = DATA_DIR
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # Playwright's event loop runs in the thread of live_server tests.
)

import django

django.setup()

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import TransactionTestCase
from playwright.sync_api import expect

from contributions import triggers
from hub.core import loading
from hub.core.models import ContentClock
from tests import parts


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a missing part and say how to get it; with CI=true a missing part is a failure."""
    on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for part in parts.PARTS:
        marked = [item for item in items if item.get_closest_marker(part.marker)]
        if not marked:
            continue
        if not part.is_there():
            if os.environ.get("CI") == "true":
                raise pytest.UsageError(f"CI=true, and {len(marked)} tests need {part.how}.")
            reason = f"needs {part.how}"
        elif part.marker == "postgresql" and not on_postgresql:
            reason = "runs on PostgreSQL: DATABASE_URL=... pytest, as make test does"
        else:
            continue
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def forgotten_cache() -> None:
    """Begin each test with an empty cache: content numbers, which are its keys, begin again too."""
    for name in settings.CACHES:
        caches[name].clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give each run on PostgreSQL a database of its own, so that two runs on one server do not meet."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("postgresql"):
        database.setdefault("TEST", {})["NAME"] = f"test_hub_{os.getpid()}"


@pytest.fixture(scope="session", autouse=True)
def emptying_leaves_what_migrate_made() -> Iterator[None]:
    """Let tests with real transactions empty every table, and put back what migrations had put there.

    The audit of submissions refuses to be emptied; ``flush`` sends post_migrate, which makes its triggers
    anew.
    """
    empty: Any = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def empty_and_restore(case: TransactionTestCase) -> None:
        triggers.drop()
        empty(case)
        ContentClock.objects.get_or_create(pk=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_and_restore)
        yield


@pytest.fixture(scope="module")
def corpus(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The starter content, loaded once for all tests of a module; what they change is undone after each."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            report = loading.load(settings.BASE_DIR / "content")
            assert (report.problems, report.kept) == ([], [])
            yield
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """Let a slow machine take its time until a browser shows what a test expects."""
    expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive the machine's own Chromium, which talks to the test server and to nobody else."""
    quiet = [
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": parts.chromium(), "args": [*quiet, *sandbox]}
