"""Errors in the API."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.debugarchive.factories import make_error
from tests.factories import archive

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def answer(client: Client, url: str) -> Any:
    response = client.get(url)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_a_list_has_the_fields_of_errors(client: Client):
    entry = make_error(series="js", error_kind="type", severity="low", exception_type="TypeError")
    (row,) = answer(client, "/api/v1/errors/")["results"]
    assert row["public_id"] == entry.public_id
    assert (row["series"], row["error_kind"], row["severity"], row["exception_type"]) == (
        "js", "type", "low", "TypeError",
    )  # fmt: skip


def test_the_whole_error_has_its_wordings_as_structure(client: Client):
    wordings = [{"engine": "V8", "text": "a"}, {"engine": "Firefox", "text": "b"}]
    entry = make_error(messages=wordings, affected=["V8"], workaround="Wait.", workaround_risk="performance")
    error = answer(client, f"/api/v1/errors/{entry.public_id.lower()}/")
    sections = {section["key"]: section for section in error["sections"]}
    assert sections["messages"]["value"] == wordings
    assert (error["affected"], error["workaround_risk"]) == (["V8"], "performance")


@pytest.mark.parametrize("query", ["series=js", "error_kind=import", "severity=critical", "q=wanted"])
def test_it_filters_as_the_page_does(client: Client, query: str):
    wanted = make_error(title="What is wanted", series="js", error_kind="import", severity="critical")
    make_error()
    rows = answer(client, f"/api/v1/errors/?{query}")["results"]
    assert [row["public_id"] for row in rows] == [wanted.public_id]


@pytest.mark.parametrize("query", ["series=nowhere", "error_kind=panic", "sevrity=low"])
def test_an_unknown_filter_or_value_is_refused(client: Client, query: str):
    response = client.get(f"/api/v1/errors/?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_an_archived_error_is_not_there(client: Client):
    entry = archive(make_error())
    assert client.get(f"/api/v1/errors/{entry.public_id}/").status_code == 404
    assert answer(client, "/api/v1/errors/")["results"] == []


def test_a_list_asks_as_many_questions_for_one_error_as_for_twenty(client: Client):
    counts = []
    for number in range(20):
        make_error(series="js" if number % 2 else "py")
        if number in {0, 19}:
            with CaptureQueriesContext(connection) as queries:
                client.get("/api/v1/errors/")
            counts.append(len(queries))
    assert counts[0] == counts[1]
