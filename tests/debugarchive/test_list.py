"""The list of errors: by series in the path, by filters and facets behind it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.debugarchive.factories import make_error, make_series
from tests.factories import archive, make_technology
from tests.search.strange import STRANGE

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def titles(client: Client, url: str) -> list[str]:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:2000]
    return [entry.title for entry in response.context["entries"]]


def facet(client: Client, url: str, key: str) -> dict[str, int]:
    (found,) = [facet for facet in client.get(url).context["facets"] if facet.key == key]
    return {option.value: option.count for option in found.options}


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("?technology=php", {"technology": "php"}),
        ("?series=js", {"series": "js"}),
        ("js/", {"series": "js"}),
        ("?error_kind=import", {"error_kind": "import"}),
        ("?severity=critical", {"severity": "critical"}),
        ("?difficulty=8-9", {"difficulty": 8}),
        ("?topic=databases", {"topic": "databases"}),
        ("?tag=C%2B%2B", {"tags": ["c++"]}),
        ("?q=wanted", {}),
        (
            "js/?error_kind=import&severity=critical",
            {"series": "js", "error_kind": "import", "severity": "critical"},
        ),
    ],
)
def test_each_filter_narrows_the_list(client: Client, query: str, values: dict[str, Any]):
    wanted = make_error(**{"title": "What is wanted", **values})
    make_error(title="What else is there")
    assert titles(client, f"/errors/{query}") == [wanted.title]


@pytest.mark.parametrize(
    "query", ["series=nowhere", "error_kind=panic", "severity=9", "tag=none", "sort=price"]
)
def test_an_unknown_value_is_refused(client: Client, query: str):
    make_error()
    response = client.get(f"/errors/?{query}")
    assert response.status_code == 400
    assert response.context["problem"]


def test_an_unknown_series_in_the_path_is_not_found(client: Client):
    make_error()
    assert client.get("/errors/nowhere/").status_code == 404


@pytest.mark.parametrize("text", STRANGE)
def test_strange_words_are_no_error(client: Client, text: str):
    make_error()
    response = client.get("/errors/", {"q": text.encode("utf-8", "replace").decode()})
    assert response.status_code in {200, 400}


def test_each_facet_counts_what_its_choices_would_show(client: Client):
    make_technology("php")
    make_error(series="js", error_kind="type", severity="low", tags=["a", "b"])
    make_error(series="js", error_kind="import", severity="high", tags=["a"])
    make_error(series="py", error_kind="import", severity="high", technology="php", tags=["a"])
    archive(make_error(series="py", error_kind="memory"))
    url = "/errors/js/"
    assert facet(client, url, "series") == {"js": 2, "py": 1}
    assert facet(client, url, "error_kind") == {"type": 1, "import": 1}
    assert facet(client, url, "severity") == {"low": 1, "high": 1}
    assert facet(client, url, "tag") == {"a": 2, "b": 1}
    assert facet(client, "/errors/", "technology") == {"python": 2, "php": 1}


def test_a_tag_that_is_set_stays_among_the_facets_however_rare(client: Client):
    for number in range(20):
        make_error(tags=[f"tag{number}"])
        make_error(tags=[f"tag{number}"])
    make_error(tags=["rare"])
    assert "rare" not in facet(client, "/errors/", "tag")
    assert facet(client, "/errors/?tag=rare", "tag")["rare"] == 1


def test_facets_lead_to_the_path_of_a_series_and_back(client: Client):
    make_error(series="js", error_kind="type")
    (series,) = [
        facet for facet in client.get("/errors/?error_kind=type").context["facets"] if facet.key == "series"
    ]
    assert series.options[0].url == "/errors/js/?error_kind=type"
    (series,) = [
        facet
        for facet in client.get("/errors/js/?error_kind=type").context["facets"]
        if facet.key == "series"
    ]
    assert series.options[0].url == "/errors/?error_kind=type"


def test_a_series_is_a_page_of_its_own_and_a_filter_is_not(client: Client):
    make_series("js", name="JavaScript")
    make_error(series="js")
    response = client.get("/errors/js/")
    assert response.context["heading"] == "JavaScript errors"
    assert not response.context["noindex"]
    assert response.context["canonical_url"].endswith("/errors/js/")
    assert client.get("/errors/js/?severity=medium").context["noindex"]


def test_a_card_shows_badges_message_fix_and_views(client: Client):
    entry = make_error(
        messages=[{"engine": "Python 3", "text": "Fault: <b>"}], error_kind="plugin", fix="Mend it."
    )
    entry.stats.views = 7800
    entry.stats.save()
    text = client.get("/errors/").content.decode()
    for words in ("Plugin error", "Fault: &lt;b&gt;", "Mend it.", "7,800 views", entry.public_id):
        assert words in text


def test_pages_are_numbered_and_end(client: Client):
    for _ in range(11):
        make_error()
    assert "Showing 11–11 of 11 errors" in client.get("/errors/?page=2").content.decode()
    assert client.get("/errors/?page=3").status_code == 404


def test_the_list_asks_as_many_questions_for_one_error_as_for_twenty(client: Client):
    counts = []
    for number in range(20):
        make_error(tags=[f"tag{number}"])
        if number in {0, 19}:
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                client.get("/errors/")
            counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 12
