"""What a browser would post: the fields of a form as texts, and a stamp that is old enough."""

import time
from typing import Any

from contributions.forms import new_stamp
from hub.core import catalogue
from tests.factories import question_data


def texts(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """A payload's data as the form's texts."""
    fields: dict[str, Any] = catalogue.get(kind).form.base_fields
    return {
        name: value if isinstance(value, str) or name == "roles" else fields[name].text(value)
        for name, value in data.items()
    }


def question_post(**over: Any) -> dict[str, Any]:
    """A whole contribution of a question by Ann."""
    person = {
        "your_name": "Ann",
        "your_link": "https://ann.example",
        "your_email": "ann@example.net",
        "your_note": "",
        "agreement": "on",
        "company": "",
        "stamp": new_stamp(time.time() - 60),
        "action": "send",
    }
    return {**texts("question", question_data()), **person, **texts("question", over)}
