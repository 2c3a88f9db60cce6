"""The list of design notes: cards, facets, filters."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from systemdesign.models import NoteKind
from tests.factories import archive
from tests.systemdesign.factories import ESTIMATES, make_design_note

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def titles(client: Client, url: str) -> list[str]:
    return [entry.title for entry in client.get(url).context["entries"]]


def test_a_card_shows_kind_summary_and_one_key_figure(client: Client):
    make_design_note(
        note_kind="breakdown", estimates=ESTIMATES, key_figure="peak", summary="What it is about."
    )
    text = client.get("/design/").content.decode()
    assert "Showing 1–1 of 1 design note" in text
    assert 'badge-kind">Breakdown<' in text
    assert "What it is about." in text
    assert 'Peak: <b class="key-figure">347</b> requests/s' in text


def test_the_facets_are_those_of_design_notes(client: Client):
    make_design_note(note_kind="pattern", tags=["cache"])
    make_design_note(note_kind="principle", technology="redis", topic="performance", tags=["cache"])
    facets = {facet.key: facet for facet in client.get("/design/").context["facets"]}
    assert list(facets) == ["note_kind", "technology", "topic", "difficulty", "tag"]
    assert [(one.label, one.count) for one in facets["note_kind"].options] == [
        ("Pattern", 1),
        ("Principle", 1),
    ]
    assert [(one.value, one.count) for one in facets["tag"].options] == [("cache", 2)]


@pytest.mark.parametrize(
    "query",
    ["note_kind=principle", "technology=redis", "topic=web", "difficulty=9", "tag=wanted", "q=peculiar"],
)
def test_a_filter_narrows_the_list(client: Client, query: str):
    make_design_note()
    make_design_note(
        title="Wanted", note_kind="principle", technology="redis", topic="web", difficulty=9, tags=["wanted"],
        decision="A peculiar one.",
    )  # fmt: skip
    assert titles(client, f"/design/?{query}") == ["Wanted"]


def test_every_choice_of_a_facet_leads_to_as_many_as_it_says(client: Client):
    for number in range(6):
        make_design_note(note_kind=NoteKind.values[number % 4], technology=["redis", "sql"][number % 2])
    options = [option for facet in client.get("/design/").context["facets"] for option in facet.options]
    assert options
    for option in options:
        assert client.get(option.url).context["pagination"].total == option.count, option


def test_a_technology_makes_the_heading(client: Client):
    make_design_note(technology="redis")
    assert client.get("/design/?technology=redis").context["heading"] == "System design: Redis"


@pytest.mark.parametrize(
    "query", ["note_kind=novel", "note_kind=%00", "technology=cobol", "tag=nothing", "sort=best"]
)
def test_an_unknown_value_is_refused_with_the_reason(client: Client, query: str):
    make_design_note()
    response = client.get(f"/design/?{query}")
    assert response.status_code == 400
    assert response.context["problem"]


def test_an_archived_note_is_not_listed(client: Client):
    archive(make_design_note())
    response = client.get("/design/")
    assert response.context["pagination"].total == 0
    assert "Contribute a design note" in response.content.decode()


@pytest.mark.parametrize("url", ["/design/", "/design/?note_kind=pattern&tag=practice"])
def test_a_warm_list_asks_three_questions_whatever_its_length(
    client: Client, django_assert_num_queries: Any, url: str
):
    for number in range(20):
        make_design_note()
        if number in {0, 19}:
            client.get(url)
            with django_assert_num_queries(3):
                client.get(url)


def test_a_cold_list_asks_as_many_questions_for_one_note_as_for_twenty(client: Client):
    asked = []
    for number in range(20):
        make_design_note()
        if number in {0, 19}:
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                client.get("/design/")
            asked.append(len(captured))
    assert asked[0] == asked[1] <= 12
