from itertools import count
from typing import Any

from hub.core import publishing
from hub.core.models import Entry, Tag, Technology, Topic, Weakness
from hub.core.payload import Payload, validated

_numbers = count(1)


def toy_payload(**over: Any) -> Payload:
    """The payload of a valid toy on Python and testing, tagged puzzle."""
    number = next(_numbers)
    Technology.objects.get_or_create(
        slug="python", defaults={"name": "Python", "code": "PY", "kind": "language"}
    )
    Topic.objects.get_or_create(slug="testing", defaults={"name": "Testing"})
    Tag.objects.get_or_create(slug="puzzle", defaults={"name": "puzzle"})
    Weakness.objects.get_or_create(scheme="CWE", code="89", defaults={"name": "Weakness CWE-89"})
    Weakness.objects.get_or_create(
        scheme="OWASP", edition="2025", code="A05", defaults={"name": "Weakness A05:2025"}
    )
    data = {
        "title": f"A wooden puzzle numbered {number}",
        "summary": f"What toy {number} teaches.",
        "technology": "python",
        "topic": "testing",
        "tags": ["puzzle"],
        "level": "mid",
        "difficulty": 5,
        "weaknesses": ["CWE-89", "A05:2025"],
        "pieces": 12,
        "play": f"Take puzzle {number} apart.",
        **over,
    }
    return validated("toy", data)


def make_toy(**over: Any) -> Entry:
    """A public toy; ``over`` changes its payload."""
    event = publishing.publish(toy_payload(**over), None)
    assert event.entry is not None
    return event.entry
