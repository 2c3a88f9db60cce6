"""Hubs of their own for these tests: a data folder, a database, and commands run as an operator runs them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

from tests import parts

KEPT = ("PATH", "HOME", "LANG")


@dataclass
class Hub:
    """One hub: its data folder and its environment."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """All variables of the hub's processes, and none of this test run's own."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        content = {"HUB_CONTENT": str(self.folder / "content"), "HUB_DATA": str(self.folder)}
        return {**kept, **content, "DJANGO_SETTINGS_MODULE": "hub.settings", **self.environment}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments, in this hub; wait for its end."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=settings.BASE_DIR, env=self.variables, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *arguments)

    def ask(self, code: str) -> Any:
        """Run code after django.setup(); returns what it leaves in ``answer``, as JSON carries it."""
        frame = f"import json, django; django.setup()\n{code}\nprint('\\n' + json.dumps(answer))"
        result = self.run("-c", frame)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout.splitlines()[-1])

    def prepare(self) -> "Hub":
        """Make folder and database, with no content."""
        (self.folder / "content").mkdir(parents=True, exist_ok=True)
        result = self.manage("migrate", "--verbosity=0", "--skip-checks")
        assert result.returncode == 0, result.stdout + result.stderr
        return self


@contextmanager
def database_of_its_own(name: str) -> Iterator[str]:
    """Yield the address of a new database on the PostgreSQL server of the tests, and drop it at the end."""
    name = f"test_hub_{os.getpid()}_{name}"
    with psycopg.connect(parts.DATABASE_URL, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(parts.DATABASE_URL)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(parts.DATABASE_URL, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
