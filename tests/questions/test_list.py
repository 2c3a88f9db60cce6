"""The list of questions: filters, facets, order, pages."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from questions.models import QuestionType
from tests.factories import archive, make_question, make_tag, make_technology, revise
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
        ("technology=flask", {"technology": "flask"}),
        ("technology=FLASK", {"technology": "flask"}),
        ("topic=security", {"topic": "security"}),
        ("level=senior", {"level": "senior", "difficulty": 8}),
        ("difficulty=9", {"level": "senior", "difficulty": 9}),
        ("difficulty=8-10", {"level": "senior", "difficulty": 9}),
        ("tag=C%2B%2B", {"tags": ["c++"]}),
        ("role=tester", {"roles": ["tester"]}),
        ("type=debug", {"question_type": "debug"}),
        ("q=wanted", {}),
        (
            "level=senior&difficulty=8-9&topic=security",
            {"level": "senior", "difficulty": 8, "topic": "security"},
        ),
    ],
)
def test_each_filter_narrows_the_list(client: Client, query: str, values: dict[str, Any]):
    wanted = make_question(**{"title": "What is wanted?", **values})
    make_question(title="What else is there?")
    assert titles(client, f"/questions/?{query}") == [wanted.title]


def test_several_levels_are_alternatives(client: Client):
    for level, difficulty in (("junior", 2), ("mid", 5), ("senior", 8)):
        make_question(title=level, level=level, difficulty=difficulty)
    assert titles(client, "/questions/?level=junior&level=senior") == ["junior", "senior"]


def test_a_technology_finds_its_children(client: Client):
    python = make_technology("python", code="PY")
    make_technology("flask", parent=python)
    make_question(title="On Flask", technology="flask")
    make_question(title="On SQL", technology="sql")
    assert titles(client, "/questions/?technology=python") == ["On Flask"]
    assert titles(client, "/questions/python/") == ["On Flask"]
    assert facet(client, "/questions/", "technology") == {"python": 1, "flask": 1, "sql": 1}


def test_a_facet_counts_what_each_choice_would_show(client: Client):
    make_question(technology="flask", level="mid", difficulty=5, roles=["tester"])
    make_question(technology="flask", level="senior", difficulty=8)
    make_question(technology="sql", level="mid", difficulty=5)
    url = "/questions/?technology=flask&level=mid"
    assert facet(client, url, "technology") == {"flask": 1, "sql": 1}
    assert facet(client, url, "level") == {"mid": 1, "senior": 1}
    assert facet(client, url, "role") == {"tester": 1}
    assert client.get(url).context["pagination"].total == 1


def test_each_choice_of_a_facet_leads_to_as_many_as_it_says(client: Client):
    for number in range(6):
        level, difficulty = ("mid", 5) if number % 2 else ("senior", 8)
        kind = QuestionType.values[number % 3]
        make_question(
            technology=["flask", "sql"][number % 2], level=level, difficulty=difficulty, question_type=kind
        )
    facets = client.get("/questions/?level=mid").context["facets"]
    options = [option for group in facets if group.key != "level" for option in group.options]
    narrowing = [option for option in options if not option.is_active]
    assert narrowing
    for option in narrowing:
        assert client.get(option.url).context["pagination"].total == option.count, option


def test_choosing_an_active_choice_again_removes_it(client: Client):
    make_question()
    url = "/questions/?level=mid&difficulty=5"
    (level,) = [group for group in client.get(url).context["facets"] if group.key == "level"]
    assert level.options[0].is_active
    assert level.options[0].url == "/questions/?difficulty=5"


def test_a_technology_has_a_path_of_its_own(client: Client):
    make_question(technology="flask")
    (technology,) = [
        group for group in client.get("/questions/?level=mid").context["facets"] if group.key == "technology"
    ]
    assert technology.options[0].url == "/questions/flask/?level=mid"
    (technology,) = [
        group
        for group in client.get(technology.options[0].url).context["facets"]
        if group.key == "technology"
    ]
    assert technology.options[0].url == "/questions/?level=mid"


def test_a_technology_in_capitals_leads_to_the_same_path(client: Client):
    for _ in range(11):
        make_question(technology="flask")
    pagination = client.get("/questions/?technology=FLASK").context["pagination"]
    assert pagination.next_url == "/questions/flask/?page=2"


@pytest.mark.parametrize(
    "query",
    [
        "level=expert", "technology=cobol", "topic=nothing", "tag=nothing", "role=nobody", "type=riddle",
        "difficulty=0",
        "difficulty=7-5", "difficulty=x", "sort=random", "technology=%00", "level=%00", "tag=%25",
    ],
)  # fmt: skip
def test_an_unknown_value_is_refused_with_the_reason(client: Client, query: str):
    make_question()
    response = client.get(f"/questions/?{query}")
    assert response.status_code == 400
    assert response.context["problem"]
    assert response.context["entries"] == []


def test_an_unknown_parameter_changes_nothing_and_is_not_passed_on(client: Client):
    for _ in range(11):
        make_question()
    response = client.get("/questions/?utm_source=letter")
    assert response.context["pagination"].next_url == "/questions/?page=2"


@pytest.mark.parametrize("text", STRANGE)
def test_strange_words_never_fail(client: Client, text: str):
    make_question()
    response = client.get("/questions/", {"q": text.encode("utf-8", "replace").decode()})
    assert response.status_code in {200, 400}
    assert (response.status_code == 400) == (len(text) > 500)


def test_the_default_order_is_by_difficulty(client: Client):
    for difficulty in (6, 4, 5):
        make_question(title=str(difficulty), difficulty=difficulty)
    assert titles(client, "/questions/") == ["4", "5", "6"]
    assert titles(client, "/questions/?sort=hardest") == ["6", "5", "4"]


def test_sorting_changes_the_ordinals_and_never_the_ids(client: Client):
    for difficulty in (6, 4, 5):
        make_question(difficulty=difficulty)
    easiest, hardest = (client.get(f"/questions/?sort={sort}") for sort in ("difficulty", "hardest"))
    ids = [[entry.public_id for entry in response.context["entries"]] for response in (easiest, hardest)]
    assert ids[0] == ids[1][::-1]
    for response in (easiest, hardest):
        assert [f"Q·{number:03d}" in response.content.decode() for number in (1, 2, 3, 4)] == [
            True,
            True,
            True,
            False,
        ]


def test_pages_hold_ten_and_say_where_they_stand(client: Client):
    for number in range(20):
        make_question(title=f"Question number {number:02d}", difficulty=5)
    first, second = client.get("/questions/"), client.get("/questions/?page=2")
    assert "Showing 1–10 of 20 questions" in first.content.decode()
    assert "Showing 11–20 of 20 questions" in second.content.decode()
    assert "Q·011" in second.content.decode()
    shown = [entry.pk for response in (first, second) for entry in response.context["entries"]]
    assert len(set(shown)) == 20


@pytest.mark.parametrize("page", ["3", "0", "-1", "x", "1.5", "٢", "99999999999", ""])
def test_a_page_that_does_not_exist_is_404(client: Client, page: str):
    for _ in range(20):
        make_question()
    assert client.get("/questions/", {"page": page}).status_code == 404


def test_an_empty_list_has_one_page_and_invites(client: Client):
    response = client.get("/questions/")
    assert response.status_code == 200
    assert "0 questions" in response.content.decode()
    assert client.get("/questions/?page=2").status_code == 404


def test_a_list_ends_at_its_hundredth_page_and_says_to_narrow(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("hub.core.pagination.MOST_PAGES", 2)
    for _ in range(21):
        make_question()
    assert "narrow" in client.get("/questions/?page=2").context["problem"]
    response = client.get("/questions/?page=3")
    assert response.status_code == 404
    assert "narrow your filter" in response.content.decode()


def test_filtered_lists_are_not_for_search_engines(client: Client):
    make_question(technology="flask")
    assert "noindex" not in client.get("/questions/").content.decode()
    assert "noindex" not in client.get("/questions/flask/").content.decode()
    assert "noindex" in client.get("/questions/?level=mid").content.decode()


def test_an_unknown_technology_in_the_path_is_404(client: Client):
    assert client.get("/questions/cobol/").status_code == 404


def test_an_alias_of_a_tag_finds_the_tag(client: Client):
    tag = make_tag("javascript")
    tag.aliases.create(slug="ecmascript")
    make_question(title="Tagged", tags=["javascript"])
    assert titles(client, "/questions/?tag=ECMAScript") == ["Tagged"]


@pytest.mark.parametrize(
    "url",
    [
        "/questions/",
        "/questions/python/",
        "/questions/?level=mid&topic=testing&role=tester&tag=practice",
        "/questions/?q=answer",
    ],
)
def test_a_warm_list_asks_three_questions_whatever_its_length(
    client: Client, django_assert_num_queries: Any, url: str
):
    for number in range(20):
        make_question(roles=["tester"])
        if number in {0, 19}:
            client.get(url)
            with django_assert_num_queries(3):
                client.get(url)


def test_a_cold_list_asks_as_many_questions_for_one_row_as_for_twenty(client: Client):
    asked = []
    for number in range(20):
        make_question()
        if number in {0, 19}:
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                client.get("/questions/")
            asked.append(len(captured))
    assert asked[0] == asked[1]


def test_totals_follow_every_public_change(client: Client):
    entry = make_question()
    assert client.get("/questions/").context["pagination"].total == 1
    make_question()
    assert client.get("/questions/").context["pagination"].total == 2
    archive(entry)
    assert client.get("/questions/").context["pagination"].total == 1


def test_an_unchanged_list_is_not_sent_again(client: Client, django_assert_num_queries: Any):
    entry = make_question()
    etag = client.get("/questions/").headers["ETag"]
    with django_assert_num_queries(1):
        assert client.get("/questions/", headers={"if-none-match": etag}).status_code == 304
    revise(entry, title="Changed")
    assert client.get("/questions/", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_list_is_only_read(client: Client, method: str):
    assert getattr(client, method)("/questions/").status_code == 405


def test_a_reader_gets_no_cookie(client: Client):
    assert not client.get("/questions/").cookies
