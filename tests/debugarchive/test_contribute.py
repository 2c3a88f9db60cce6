"""A visitor sends in an error."""

import time

import pytest
from django.test import Client

from contributions.forms import new_stamp
from contributions.models import Submission
from tests.contributions.posting import texts
from tests.debugarchive.factories import error_data

pytestmark = pytest.mark.django_db


def error_post(**over: str) -> dict[str, str]:
    person = {
        "your_name": "Ann", "your_link": "", "your_email": "ann@example.net", "your_note": "",
        "agreement": "on", "company": "", "stamp": new_stamp(time.time() - 60), "action": "send",
    }  # fmt: skip
    return {**texts("error", error_data()), **person, **over}


def test_the_form_asks_for_every_part(client: Client):
    text = client.get("/contribute/errors/").content.decode()
    for label in ("Series", "Kind of error", "Error messages", "Fix", "Undo the workaround", "Reproduction"):
        assert label in text


def test_a_contribution_is_kept_as_it_was_typed(client: Client):
    messages = "### V8\n\n```text\nTypeError: `x'\n```"
    response = client.post("/contribute/errors/", error_post(messages=messages))
    assert response.status_code == 302, response.content.decode()
    (submission,) = Submission.objects.all()
    assert submission.kind == "error"
    data = submission.revisions.get().payload
    assert data["messages"] == [{"engine": "V8", "text": "TypeError: `x'"}]


def test_a_message_outside_a_block_is_shown_back_with_the_reason(client: Client):
    response = client.post("/contribute/errors/", error_post(messages="TypeError: x"))
    assert response.status_code == 422
    assert "Begin with a heading" in response.content.decode()
    assert "TypeError: x" in response.content.decode()
    assert not Submission.objects.exists()
