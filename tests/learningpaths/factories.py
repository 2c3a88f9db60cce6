"""Learning paths for tests, made by the verb that makes them in earnest."""

from itertools import count
from typing import Any

from hub.core import publishing
from hub.core.models import Entry, Technology, Topic
from hub.core.payload import Payload, validated
from tests.factories import make_technology, make_topic, make_weakness

_numbers = count(1)


def module(title: str = "First steps", **over: Any) -> dict[str, Any]:
    """One module as the API sends it; what is left out is empty."""
    return {"title": title, "hours_from": 2, "hours_to": 4, "text": f"What {title} is about.", **over}


def path_data(**over: Any) -> dict[str, Any]:
    """The raw data of a valid path; what it names and is missing is made."""
    number = next(_numbers)
    data: dict[str, Any] = {
        "title": f"The way to goal {number}",
        "summary": f"What a reader of path {number} learns.",
        "technology": "python",
        "topic": "testing",
        "tags": ["practice"],
        "level": "mid",
        "difficulty": 5,
        "track": "data",
        "audience": f"Whoever wants goal {number}.",
        "highlights": ["Joins", "Plans"],
        "outcomes": [f"Reach goal {number}."],
        "modules": [module()],
        **over,
    }
    if not Technology.objects.filter(slug=data["technology"]).exists():
        make_technology(data["technology"], **{"code": "PY"} if data["technology"] == "python" else {})
    if not Topic.objects.filter(slug=data["topic"]).exists():
        make_topic(data["topic"])
    for label in data.get("weaknesses", []):
        make_weakness(label)
    return data


def path_payload(**over: Any) -> Payload:
    return validated("path", path_data(**over))


def make_path(*, public_id: str = "", **over: Any) -> Entry:
    """A public learning path; ``over`` changes its payload."""
    event = publishing.publish(path_payload(**over), None, public_id=public_id)
    assert event.entry is not None
    return event.entry
