"""Design notes in the API."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.factories import archive
from tests.systemdesign.factories import ESTIMATES, OPTIONS, make_design_note

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def answer(client: Client, url: str) -> Any:
    response = client.get(url)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_a_list_has_the_fields_of_design_notes(client: Client):
    make_design_note(
        note_kind="case-study", estimates=ESTIMATES, key_figure="peak", options=OPTIONS, decision="Many."
    )
    (row,) = answer(client, "/api/v1/design/")["results"]
    assert (row["note_kind"], row["chosen"]) == ("case-study", "Many servers")
    assert row["key_figure"] == {"label": "Peak", "value": "347", "unit": "requests/s"}


def test_a_note_without_figures_has_none(client: Client):
    entry = make_design_note()
    note = answer(client, f"/api/v1/design/{entry.public_id}/")
    assert (note["key_figure"], note["chosen"], note["estimates"]) == (None, "", [])


def test_the_whole_note_has_its_estimates_worked_out(client: Client):
    entry = make_design_note(estimates=ESTIMATES)
    note = answer(client, f"/api/v1/design/{entry.public_id.lower()}/")
    assert note["estimates"][1] == {
        "name": "peak", "expression": "requests_per_day / 86400 * 3", "unit": "requests/s",
        "value": 10_000_000 / 86400 * 3, "shown": "347", "is_input": False,
    }  # fmt: skip


@pytest.mark.parametrize("query", ["note_kind=principle", "technology=redis", "q=wanted"])
def test_it_filters_as_the_page_does(client: Client, query: str):
    wanted = make_design_note(title="What is wanted", note_kind="principle", technology="redis")
    make_design_note()
    rows = answer(client, f"/api/v1/design/?{query}")["results"]
    assert [row["public_id"] for row in rows] == [wanted.public_id]


@pytest.mark.parametrize("query", ["note_kind=novel", "kind_of_note=pattern"])
def test_an_unknown_filter_or_value_is_refused(client: Client, query: str):
    assert client.get(f"/api/v1/design/?{query}").status_code == 400


def test_an_archived_note_is_not_there(client: Client):
    entry = archive(make_design_note())
    assert client.get(f"/api/v1/design/{entry.public_id}/").status_code == 404
