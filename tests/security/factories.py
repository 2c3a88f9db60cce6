"""Security topics for tests, made by the verb that makes them in earnest."""

from itertools import count
from typing import Any

from hub.core import publishing
from hub.core.models import Entry, Technology, Topic
from hub.core.payload import validated
from tests.factories import make_technology, make_topic, make_weakness

_numbers = count(1)


def topic_data(**over: Any) -> dict[str, Any]:
    """The raw data of a valid security topic; what it names and is missing is made."""
    number = next(_numbers)
    data: dict[str, Any] = {
        "title": f"How does attack {number} work?",
        "summary": f"What a reader of topic {number} learns.",
        "technology": "python",
        "topic": "testing",
        "tags": ["practice"],
        "level": "mid",
        "difficulty": 5,
        "topic_kind": "vulnerability",
        "overview": f"What attack {number} is.",
        "defence": f"What closes attack {number}.",
        **over,
    }
    if not Technology.objects.filter(slug=data["technology"]).exists():
        make_technology(data["technology"], **{"code": "PY"} if data["technology"] == "python" else {})
    if not Topic.objects.filter(slug=data["topic"]).exists():
        make_topic(data["topic"])
    for label in data.get("weaknesses", []):
        make_weakness(label)
    return data


def make_security_topic(*, public_id: str = "", **over: Any) -> Entry:
    """A public security topic; ``over`` changes its payload."""
    event = publishing.publish(validated("security", topic_data(**over)), None, public_id=public_id)
    assert event.entry is not None
    return event.entry
