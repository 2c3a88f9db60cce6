from itertools import count
from typing import Any

from hub.core import publishing
from hub.core.models import Entry, Technology, Topic
from hub.core.payload import Payload, validated
from tests.factories import make_technology, make_topic, make_weakness

_numbers = count(1)

ESTIMATES = (
    "requests_per_day = 10_000_000  # requests a day\npeak = requests_per_day / 86400 * 3  # requests/s"
)
OPTIONS = """### One server

Simple.

#### Pros

- Cheap

#### Cons

- One

### Many servers (chosen)

#### Pros

- Many
- Fast

#### Cons

- Dear"""


def design_data(**over: Any) -> dict[str, Any]:
    """The raw data of a valid design note; a technology, topic or weakness that is missing is made."""
    number = next(_numbers)
    data: dict[str, Any] = {
        "title": f"Design {number} — a system on paper",
        "summary": f"What a reader of design {number} learns.",
        "technology": "python",
        "topic": "testing",
        "tags": ["practice"],
        "difficulty": 6,
        "note_kind": "pattern",
        "problem": f"What design {number} has to solve.",
        **over,
    }
    if not Technology.objects.filter(slug=data["technology"]).exists():
        make_technology(data["technology"], **{"code": "PY"} if data["technology"] == "python" else {})
    if not Topic.objects.filter(slug=data["topic"]).exists():
        make_topic(data["topic"])
    for label in data.get("weaknesses", []):
        make_weakness(label)
    return data


def design_payload(**over: Any) -> Payload:
    """The payload of a valid design note."""
    return validated("design", design_data(**over))


def make_design_note(*, public_id: str = "", **over: Any) -> Entry:
    """A public design note; ``over`` changes its payload."""
    event = publishing.publish(design_payload(**over), None, public_id=public_id)
    assert event.entry is not None
    return event.entry
