"""A visitor sends in a snippet."""

import time

import pytest
from django.test import Client

from contributions.forms import new_stamp
from contributions.models import Submission
from tests.contributions.posting import texts
from tests.snippets.factories import snippet_data

pytestmark = pytest.mark.django_db


def snippet_post(**over: str) -> dict[str, str]:
    person = {
        "your_name": "Ann", "your_link": "", "your_email": "ann@example.net", "your_note": "",
        "agreement": "on", "company": "", "stamp": new_stamp(time.time() - 60), "action": "send",
    }  # fmt: skip
    return {**texts("snippet", snippet_data()), **person, **over}


def test_the_form_asks_for_every_part_and_offers_languages_alone(client: Client):
    snippet_data()
    text = client.get("/contribute/snippets/").content.decode()
    for label in (
        "Language",
        "Kind of snippet",
        "Code",
        "Variables",
        "Security note",
        "Test code",
        "Requires",
    ):
        assert label in text


def test_a_contribution_is_kept_as_it_was_typed(client: Client):
    code = "### retry.py\r\n\r\n```python\r\nif a < b:\r\n\tprint('``')\r\n```"
    response = client.post(
        "/contribute/snippets/", snippet_post(code=code, requires="requests >=2, <3; Python >=3.11")
    )
    assert response.status_code == 302, response.content.decode()
    data = Submission.objects.get().revisions.get().payload
    assert data["code"] == [{"name": "retry.py", "language": "python", "code": "if a < b:\n\tprint('``')\n"}]
    assert data["requires"] == ["requests >=2, <3", "Python >=3.11"]


def test_code_outside_a_block_is_shown_back_with_the_reason(client: Client):
    response = client.post("/contribute/snippets/", snippet_post(code="### a.py\n\nprint('mine')"))
    assert response.status_code == 422
    text = response.content.decode()
    assert "one fenced block" in text
    assert "print(&#x27;mine&#x27;)" in text
    assert not Submission.objects.exists()
