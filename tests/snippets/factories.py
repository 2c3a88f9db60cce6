from itertools import count
from typing import Any

from hub.core import publishing
from hub.core.models import Entry, Technology, Topic
from hub.core.payload import Payload, validated
from tests.factories import make_technology, make_topic

_numbers = count(1)


def code_file(name: str = "main.py", code: str = "print(1)\n", language: str = "python") -> dict[str, str]:
    return {"name": name, "language": language, "code": code}


def snippet_data(**over: Any) -> dict[str, Any]:
    """The raw data of a valid snippet; a technology, language or topic that is named and missing is made.

    A language that is named alone is the technology too.
    """
    number = next(_numbers)
    data: dict[str, Any] = {
        "title": f"Do task {number}",
        "summary": f"What a reader of task {number} learns.",
        "technology": over.get("language", "python"),
        "topic": "testing",
        "tags": ["practice"],
        "level": "mid",
        "difficulty": 5,
        "language": "python",
        "snippet_kind": "utility",
        "preview_line": f"task({number})",
        "code": [code_file(code=f"print({number})\n")],
        "explanation": f"Why task {number} is done so.",
        **over,
    }
    for slug in filter(None, (data["technology"], data["language"])):
        if not Technology.objects.filter(slug=slug).exists():
            make_technology(slug, **{"code": "PY"} if slug == "python" else {})
    if not Topic.objects.filter(slug=data["topic"]).exists():
        make_topic(data["topic"])
    return data


def snippet_payload(**over: Any) -> Payload:
    """The payload of a valid snippet."""
    return validated("snippet", snippet_data(**over))


def make_snippet(*, public_id: str = "", **over: Any) -> Entry:
    """A public snippet; ``over`` changes its payload."""
    event = publishing.publish(snippet_payload(**over), None, public_id=public_id)
    assert event.entry is not None
    return event.entry
