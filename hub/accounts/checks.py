"""System checks of signing in."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register


def register_checks() -> None:
    """Make the checks known; called once the app is ready."""
    register(check_second_factor, Tags.security, deploy=True)


def check_second_factor(**_: Any) -> list[CheckMessage]:
    """Whoever may publish proves it with more than a password (``check --deploy``)."""
    if settings.STAFF_SECOND_FACTOR:
        return []
    return [
        checks.Warning(
            "STAFF_SECOND_FACTOR is off: a stolen password alone opens the desk.",
            hint="Leave STAFF_SECOND_FACTOR empty; it is on wherever SITE_URL begins with https.",
            id="accounts.W001",
        )
    ]
