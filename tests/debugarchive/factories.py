from itertools import count
from typing import Any

from debugarchive.models import ErrorSeries
from hub.core import publishing
from hub.core.models import Entry, Technology, Topic
from hub.core.payload import Payload, validated
from tests.factories import make_technology, make_topic, make_weakness

_numbers = count(1)


def make_series(slug: str = "py", **over: Any) -> ErrorSeries:
    """A series of ids; its name and code follow from the slug. One that exists stays as it is."""
    values: dict[str, Any] = {"name": slug.title(), "code": slug.upper(), **over}
    return ErrorSeries.objects.get_or_create(slug=slug, defaults=values)[0]


def error_data(**over: Any) -> dict[str, Any]:
    """The raw data of a valid error; a technology, topic or series that is named and missing is made."""
    number = next(_numbers)
    data: dict[str, Any] = {
        "title": f"Fault {number} — a cause of its own",
        "summary": f"What a reader of fault {number} learns.",
        "technology": "python",
        "topic": "testing",
        "tags": ["practice"],
        "difficulty": 5,
        "series": "py",
        "error_kind": "runtime",
        "severity": "medium",
        "exception_type": f"Fault{number}",
        "symptom": f"Fault {number} is seen.",
        "messages": [{"engine": "Python 3", "text": f"Fault{number}: it went wrong"}],
        "root_cause": f"Why fault {number} happens.",
        "fix": f"Mend fault {number} for good.",
        **over,
    }
    if not Technology.objects.filter(slug=data["technology"]).exists():
        make_technology(data["technology"], **{"code": "PY"} if data["technology"] == "python" else {})
    if not Topic.objects.filter(slug=data["topic"]).exists():
        make_topic(data["topic"])
    for label in data.get("weaknesses", []):
        make_weakness(label)
    if data["series"]:
        make_series(data["series"])
    return data


def error_payload(**over: Any) -> Payload:
    """The payload of a valid error."""
    return validated("error", error_data(**over))


def make_error(*, public_id: str = "", **over: Any) -> Entry:
    """A public error; ``over`` changes its payload."""
    event = publishing.publish(error_payload(**over), None, public_id=public_id)
    assert event.entry is not None
    return event.entry
