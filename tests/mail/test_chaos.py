"""A real worker is killed while alerts go out; `make chaos` does this and more at length."""

import random
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.mail.chaos.scenarios import kills
from tests.mail.chaos.world import World
from tests.mail.test_at_once import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def test_a_worker_killed_while_alerts_go_out_repeats_none_and_loses_none(tmp_path: Path):
    (tmp_path / "queue" / "control").mkdir(parents=True)
    environment = {
        "DATABASE_URL": database_url(),
        "HUB_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "MAIL_CONNECTIONS": "2",
        **{name: getattr(settings, name) for name in ("SECRET_KEY", "LINK_KEY", "ADDRESS_KEY")},
    }
    connections = 2 if connection.vendor == "postgresql" else 1
    world = World(tmp_path, environment, size=120, connections=connections, dice=random.Random(1))
    result = kills(world, times=1)
    assert not result.faults
    assert result.sent + result.doubtful >= 120
