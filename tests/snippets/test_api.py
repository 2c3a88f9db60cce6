"""Snippets in the API."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import archive
from tests.snippets.factories import code_file, make_snippet

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def answer(client: Client, url: str) -> Any:
    response = client.get(url)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_a_list_has_the_fields_of_snippets(client: Client):
    make_snippet(
        language="sql",
        snippet_kind="query",
        preview_line="SELECT 1",
        works_with=["SQLite"],
        requires=["a >=1, <2"],
    )
    (row,) = answer(client, "/api/v1/snippets/")["results"]
    names = ("language", "snippet_kind", "preview_line", "works_with", "requires")
    assert [row[name] for name in names] == ["sql", "query", "SELECT 1", ["SQLite"], ["a >=1, <2"]]


def test_the_whole_snippet_has_its_files_with_their_raw_addresses(client: Client):
    entry = make_snippet(code=[code_file("a.py", "A\n"), code_file("b.py", "B\n")], complexity="O(1)")
    snippet = answer(client, f"/api/v1/snippets/{entry.public_id.lower()}/")
    assert snippet["complexity"] == "O(1)"
    assert [(file["name"], file["language"], file["code"]) for file in snippet["files"]] == [
        ("a.py", "python", "A\n"), ("b.py", "python", "B\n"),
    ]  # fmt: skip
    for file in snippet["files"]:
        url = file["url"].partition("/s/")[2]
        assert client.get(f"/s/{url}").content.decode() == file["code"]


@pytest.mark.parametrize("query", ["language=rust", "snippet_kind=hook", "q=wanted", "tag=rare"])
def test_it_filters_as_the_page_does(client: Client, query: str):
    wanted = make_snippet(title="What is wanted", language="rust", snippet_kind="hook", tags=["rare"])
    make_snippet()
    rows = answer(client, f"/api/v1/snippets/?{query}")["results"]
    assert [row["public_id"] for row in rows] == [wanted.public_id]


@pytest.mark.parametrize("query", ["language=cobol", "snippet_kind=riddle", "langauge=rust"])
def test_an_unknown_filter_or_value_is_refused(client: Client, query: str):
    response = client.get(f"/api/v1/snippets/?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_an_archived_snippet_is_not_there(client: Client):
    entry = archive(make_snippet())
    assert client.get(f"/api/v1/snippets/{entry.public_id}/").status_code == 404
    assert answer(client, "/api/v1/snippets/")["results"] == []


def test_a_list_asks_as_many_questions_for_one_snippet_as_for_twenty(client: Client):
    asked = []
    for number in range(20):
        make_snippet(language="rust" if number % 2 else "bash")
        if number in {0, 19}:
            with CaptureQueriesContext(connection) as captured:
                client.get("/api/v1/snippets/")
            asked.append(len(captured))
    assert asked[0] == asked[1]
