"""Who may review what: Django's own permissions, three a kind; ``groups.py`` says who holds them.

``review_<kind>`` claims, comments, asks for changes and approves; ``publish_<kind>`` publishes and
schedules; ``lead_<kind>`` rejects what others hold, takes over, reopens and overrides.
"""

from typing import Any

from hub.core import catalogue

REVIEW, PUBLISH, LEAD = "review", "publish", "lead"
DUTIES = (REVIEW, PUBLISH, LEAD)


def may(user: Any, duty: str, kind: str) -> bool:
    """Whether an account holds one duty for one kind; false for whoever is not active staff."""
    return bool(
        user.is_authenticated
        and user.is_active
        and user.is_staff
        and user.has_perm(f"contributions.{duty}_{kind}")
    )


def kinds_seen_by(user: Any) -> list[str]:
    """The names of the kinds for which an account holds any duty."""
    return [kind.name for kind in catalogue.kinds() if any(may(user, duty, kind.name) for duty in DUTIES)]
