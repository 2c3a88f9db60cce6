"""The parts of a machine that some tests need: which are there, and how to get the ones that are not."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

DATABASE_URL = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS_URL = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@cache
def chromium() -> str | None:
    """Return the path of an installed Chromium; ``CHROMIUM`` in the environment names one elsewhere."""
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ((named,) if named else CHROMIUM_NAMES))
    return next((path for path in found if path), None)


@cache
def has_postgresql() -> bool:
    """Tell whether the PostgreSQL of ``TEST_DATABASE_URL`` answers."""
    try:
        psycopg.connect(DATABASE_URL, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


@cache
def has_redis() -> bool:
    """Tell whether the Redis of ``TEST_REDIS_URL`` answers."""
    try:
        with redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3, socket_timeout=3) as connection:
            connection.ping()
    except redis.RedisError:
        return False
    return True


@cache
def postgresql_program(name: str) -> str | None:
    """Return the path of one of PostgreSQL's own programs, which Debian keeps off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return shutil.which(name) or (str(found[-1]) if found else None)


@dataclass(frozen=True)
class Part:
    """One part: the marker of the tests that need it, whether it is there, and how to get it."""

    marker: str
    is_there: Callable[[], bool]
    how: str


def without_password(url: str) -> str:
    """Return the address of a service as it may be printed."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.hostname}:{address.port}{address.path}"


PARTS = (
    Part(
        "postgresql",
        has_postgresql,
        f"PostgreSQL 15 or newer at {without_password(DATABASE_URL)}, or TEST_DATABASE_URL of another",
    ),
    Part(
        "redis",
        has_redis,
        f"Redis 7 or newer at {without_password(REDIS_URL)}, or TEST_REDIS_URL of another",
    ),
    Part(
        "own_postgresql",
        lambda: postgresql_program("initdb") is not None,
        "PostgreSQL's server programs, initdb and pg_ctl (apt install postgresql)",
    ),
    Part(
        "own_redis",
        lambda: shutil.which("redis-server") is not None,
        "the program redis-server (apt install redis-server)",
    ),
    Part(
        "browser",
        lambda: chromium() is not None,
        "Chromium (apt install chromium), or CHROMIUM with its path",
    ),
)
