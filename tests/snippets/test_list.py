"""The list of snippets: by language in the path, by filters and facets behind it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.models import EntryStats
from hub.pages.views.machines import SITEMAP_IDS
from tests.factories import archive, make_technology, revise
from tests.search.strange import STRANGE
from tests.snippets.factories import make_snippet

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
        ("?language=rust", {"language": "rust"}),
        ("?language=RUST", {"language": "rust"}),
        ("rust/", {"language": "rust"}),
        ("?snippet_kind=hook", {"snippet_kind": "hook"}),
        ("?technology=git", {"technology": "git", "language": "bash"}),
        ("?level=senior", {"level": "senior", "difficulty": 8}),
        ("?difficulty=8-9", {"level": "senior", "difficulty": 8}),
        ("?topic=databases", {"topic": "databases"}),
        ("?tag=C%2B%2B", {"tags": ["c++"]}),
        ("?q=wanted", {}),
        ("?q=retry.rs", {"code": "### retry.rs\n\n```rust\nfn main() {}\n```"}),
        ("?q=MariaDB", {"works_with": ["MariaDB"]}),
        ("rust/?snippet_kind=hook&level=mid", {"language": "rust", "snippet_kind": "hook"}),
    ],
)  # fmt: skip
def test_each_filter_narrows_the_list(client: Client, query: str, values: dict[str, Any]):
    make_technology("git", kind="tool")
    wanted = make_snippet(**{"title": "What is wanted", **values})
    make_snippet(title="What else is there")
    assert titles(client, f"/snippets/{query}") == [wanted.title]


@pytest.mark.parametrize(
    "query",
    ["language=cobol", "language=git", "snippet_kind=riddle", "tag=none", "sort=price", "language=%00"],
)
def test_an_unknown_value_is_refused(client: Client, query: str):
    make_technology("git", kind="tool")
    make_snippet()
    response = client.get(f"/snippets/?{query}")
    assert response.status_code == 400
    assert response.context["problem"]


def test_a_path_that_names_no_language_is_404(client: Client):
    make_technology("git", kind="tool")
    for path in ("cobol", "git"):
        assert client.get(f"/snippets/{path}/").status_code == 404


def test_facets_count_what_each_choice_would_show(client: Client):
    make_technology("git", kind="tool")
    make_snippet(language="rust", snippet_kind="hook", level="senior", difficulty=8)
    make_snippet(language="rust", snippet_kind="query")
    make_snippet(language="bash", technology="git", snippet_kind="hook")
    url = "/snippets/rust/?snippet_kind=hook"
    assert facet(client, url, "language") == {"rust": 1, "bash": 1}
    assert facet(client, url, "snippet_kind") == {"hook": 1, "query": 1}
    assert facet(client, url, "technology") == {"rust": 1}
    assert facet(client, url, "level") == {"senior": 1}
    assert facet(client, url, "difficulty") == {"8": 1}
    assert facet(client, url, "tag") == {"practice": 1}


def test_each_choice_of_a_facet_leads_to_as_many_as_it_says(client: Client):
    for number in range(6):
        make_snippet(
            language=["rust", "bash"][number % 2], snippet_kind=["hook", "query", "script"][number % 3]
        )
    facets = client.get("/snippets/bash/").context["facets"]
    others = [option for group in facets for option in group.options if not option.is_active]
    assert others
    for option in others:
        assert client.get(option.url).context["pagination"].total == option.count, option


def test_a_language_has_a_path_of_its_own_and_a_technology_a_filter(client: Client):
    make_technology("git", kind="tool")
    make_snippet(language="bash", technology="git")
    options = {
        group.key: group.options[0].url
        for group in client.get("/snippets/").context["facets"]
        if group.options
    }
    assert options["language"] == "/snippets/bash/"
    assert options["technology"] == "/snippets/?technology=git"
    assert client.get("/snippets/bash/").context["heading"] == "Bash snippets"
    assert client.get("/snippets/?technology=git").context["heading"] == "Git snippets"


def test_a_card_shows_language_kind_preview_and_what_it_works_with(client: Client):
    entry = make_snippet(
        snippet_kind="query", preview_line="SELECT <all>", works_with=["PostgreSQL", "SQLite"], language="sql"
    )
    EntryStats.objects.filter(entry=entry).update(uses_week=1234)
    text = client.get("/snippets/").content.decode()
    for part in (
        '<a class="badge badge-technology" href="/snippets/sql/">Sql</a>', '<span class="badge">Query</span>',
        "<code>SELECT &lt;all&gt;</code>", "PostgreSQL", "SQLite", "1,234 uses this week", entry.public_id,
        "S·001",
    ):  # fmt: skip
        assert part in text, part


def test_pages_hold_ten_and_say_where_they_stand(client: Client):
    for _ in range(11):
        make_snippet()
    assert "Showing 1–10 of 11 snippets" in client.get("/snippets/").content.decode()
    assert "Showing 11–11 of 11 snippets" in client.get("/snippets/python/?page=2").content.decode()
    assert client.get("/snippets/python/?page=3").status_code == 404


def test_an_empty_list_invites(client: Client):
    text = client.get("/snippets/").content.decode()
    assert "0 snippets" in text
    assert 'href="/contribute/snippets/"' in text


@pytest.mark.parametrize("text", STRANGE)
def test_strange_words_never_fail(client: Client, text: str):
    make_snippet()
    response = client.get("/snippets/", {"q": text.encode("utf-8", "replace").decode()})
    assert response.status_code in {200, 400}


@pytest.mark.parametrize(
    "url", ["/snippets/", "/snippets/python/", "/snippets/?snippet_kind=utility&tag=practice"]
)
def test_a_warm_list_asks_three_questions_whatever_its_length(
    client: Client, django_assert_num_queries: Any, url: str
):
    for number in range(20):
        make_snippet()
        if number in {0, 19}:
            client.get(url)
            with django_assert_num_queries(3):
                client.get(url)


def test_a_cold_list_asks_as_many_questions_for_one_row_as_for_twenty_and_at_most_twelve(client: Client):
    asked = []
    for number in range(20):
        make_snippet(language="rust" if number % 2 else "bash")
        if number in {0, 19}:
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                client.get("/snippets/?tag=practice")
            asked.append(len(captured))
    assert asked[0] == asked[1] <= 12


def test_addresses_cost_no_query_of_their_own_on_pages_across_kinds(client: Client):
    client.get("/search/?q=task")  # PostgreSQL is asked once a process what it can do
    for url in (
        "/tags/practice/",
        "/search/?q=task",
        "/search/suggest/?q=task",
        "/changes/",
        "/sitemaps/snippets-{chunk}.xml",
    ):
        asked = []
        for number in range(6):
            snippet = make_snippet(language="rust" if number % 2 else "bash")
            if number in {0, 5}:
                cache.clear()
                with CaptureQueriesContext(connection) as captured:
                    # PostgreSQL's ids go on from test to test, and a sitemap covers a range of ids.
                    assert client.get(url.format(chunk=snippet.pk // SITEMAP_IDS)).status_code == 200
                asked.append(len(captured))
        assert asked[0] == asked[1], url


def test_totals_follow_every_public_change(client: Client):
    entry = make_snippet()
    make_snippet()
    assert client.get("/snippets/").context["pagination"].total == 2
    entry = archive(entry)
    for url in ("/snippets/", "/snippets/python/"):
        assert client.get(url).context["pagination"].total == 1
    revise(entry)
    assert client.get("/snippets/python/").context["pagination"].total == 2


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_list_is_only_read(client: Client, method: str):
    assert getattr(client, method)("/snippets/").status_code == 405
