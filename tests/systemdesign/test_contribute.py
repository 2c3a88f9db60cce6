"""A visitor sends in a design note."""

import time

import pytest
from django.test import Client

from contributions.forms import new_stamp
from contributions.models import Submission
from tests.contributions.posting import texts
from tests.systemdesign.factories import ESTIMATES, design_data

pytestmark = pytest.mark.django_db


def design_post(**over: str) -> dict[str, str]:
    person = {
        "your_name": "Ann", "your_link": "", "your_email": "ann@example.net", "your_note": "",
        "agreement": "on", "company": "", "stamp": new_stamp(time.time() - 60), "action": "send",
    }  # fmt: skip
    return {**texts("design", design_data()), **person, **over}


def test_the_form_asks_for_every_part(client: Client):
    text = client.get("/contribute/design/").content.decode()
    for label in ("Kind of note", "Problem", "Estimates", "Options", "Diagram in words", "Failure modes"):
        assert label in text


def test_estimates_are_kept_as_they_were_typed(client: Client):
    response = client.post("/contribute/design/", design_post(estimates=ESTIMATES))
    assert response.status_code == 302, response.content.decode()
    data = Submission.objects.get().revisions.get().payload
    assert data["estimates"][1]["expression"] == "requests_per_day / 86400 * 3"


def test_a_line_that_can_not_be_worked_out_is_shown_back_with_the_reason(client: Client):
    response = client.post("/contribute/design/", design_post(estimates="peak = per_day / 86400"))
    assert response.status_code == 422
    assert "Line 1: no line is called “per_day”." in response.content.decode()
    assert "peak = per_day / 86400" in response.content.decode()
    assert not Submission.objects.exists()


def test_a_preview_shows_the_table_worked_out(client: Client):
    response = client.post("/contribute/design/", design_post(estimates=ESTIMATES, action="preview"))
    assert '<table class="estimates">' in response.content.decode()
    assert "347" in response.content.decode()
