"""Programs read the archive: lists, detail, filters, chosen fields, figures."""

import pytest

from tests.factories import archive, make_question, make_role, make_technology, revise

pytestmark = pytest.mark.django_db

LIST = "/api/v1/questions/"


def titles(response):
    return [row["title"] for row in response.json()["results"]]


def test_a_list_shows_public_questions_newest_first(client):
    first, second = make_question(title="First?"), make_question(title="Second?")
    archive(make_question(title="Archived?"))
    response = client.get(LIST)
    assert titles(response) == [second.title, first.title]
    assert response["Access-Control-Allow-Origin"] == "*"
    row = response.json()["results"][0]
    assert row["public_id"] == second.public_id
    assert row["url"].endswith(second.get_absolute_url())
    assert row["technology"] == {"slug": "python", "name": "Python"}
    assert row["minutes"] == 8


def test_all_kinds_stand_in_entries(client):
    entry = make_question()
    assert titles(client.get("/api/v1/entries/")) == [entry.title]
    assert client.get(f"/api/v1/entries/{entry.public_id}/").json()["kind"] == "question"


@pytest.mark.both_databases
@pytest.mark.parametrize("path", [LIST, "/api/v1/entries/", "/api/v1/tags/", "/api/v1/search/?q=practice"])
def test_a_list_takes_as_many_queries_for_one_row_as_for_twenty(client, django_assert_max_num_queries, path):
    make_question(title="The practice of one?")
    client.get(path)
    with django_assert_max_num_queries(3) as one:
        client.get(path)
    for number in range(19):
        make_question(title=f"The practice of {number}?")
    client.get(path)
    with django_assert_max_num_queries(3) as twenty:
        client.get(path)
    assert len(one) == len(twenty)


def test_detail_is_found_in_any_case_and_holds_every_section(client):
    role = make_role("back-end")
    entry = make_question(common_mistakes=["One.", "Two."], roles=["back-end"])
    body = client.get(f"/api/v1/questions/{entry.public_id.lower()}/").json()
    sections = {section["key"]: section for section in body["sections"]}
    assert sections["common_mistakes"]["value"] == ["One.", "Two."]
    assert sections["common_mistakes"]["markdown"] == "- One.\n- Two."
    assert "<li>One.</li>" in sections["common_mistakes"]["html"]
    assert body["roles"] == [role.slug]
    assert body["revision"] == 1


def test_archived_and_unknown_ids_are_404_problems(client):
    gone = archive(make_question())
    for public_id in (gone.public_id, "PY-MID-999", "a" * 40):
        response = client.get(f"/api/v1/questions/{public_id}/")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("level=senior", ["Senior?"]),
        ("level=mid&level=senior", ["Senior?", "Flask?", "Mid?"]),
        ("technology=flask", ["Flask?"]),
        ("technology=python", ["Senior?", "Flask?", "Mid?"]),
        ("topic=security", ["Flask?"]),
        ("tag=forms", ["Flask?"]),
        ("difficulty=7-9", ["Senior?"]),
        ("difficulty=5", ["Flask?", "Mid?"]),
        ("role=architect", ["Senior?"]),
        ("q=flask", ["Flask?"]),
    ],
)
def test_filters_are_those_of_the_page(client, query, expected):
    python = make_technology("python", code="PY")
    make_technology("flask", parent=python)
    make_question(title="Mid?")
    make_question(title="Flask?", technology="flask", topic="security", tags=["forms"])
    make_question(title="Senior?", level="senior", difficulty=8, roles=["architect"])
    assert titles(client.get(f"{LIST}?{query}")) == expected


@pytest.mark.parametrize(
    "query",
    [
        "levle=senior",
        "level=boss",
        "difficulty=99",
        "difficulty=9-2",
        "technology=nothing",
        "fields=secret",
        "page=2",
    ],
)
def test_an_unknown_filter_or_value_is_400_and_named(client, query):
    make_question()
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert query.partition("=")[0] in response.json()["errors"]


def test_only_the_chosen_fields_come(client):
    entry = make_question()
    assert client.get(f"{LIST}?fields=title,public_id").json()["results"] == [
        {"public_id": entry.public_id, "title": entry.title}
    ]
    assert client.get(f"{LIST}{entry.public_id}/?fields=sections").json().keys() == {"sections"}


def test_an_unchanged_answer_is_304_until_something_public_changes(client):
    entry = make_question()
    etag = client.get(LIST)["ETag"]
    assert client.get(LIST, headers={"if-none-match": etag}).status_code == 304
    revise(entry, summary="Another summary.")
    assert client.get(LIST, headers={"if-none-match": etag}).status_code == 200


def test_figures_agree_with_the_list(client):
    for _ in range(3):
        make_question()
    archive(make_question())
    stats = client.get("/api/v1/stats/").json()
    assert stats["total"] == stats["kinds"]["questions"] == len(client.get(LIST).json()["results"]) == 3


def test_vocabularies_count_public_entries_only(client):
    make_question(tags=["one", "two"])
    make_question(tags=["two"])
    archive(make_question(tags=["gone", "two"]))
    tags = client.get("/api/v1/tags/").json()
    assert {tag["slug"]: tag["entries"] for tag in tags} == {"one": 1, "two": 2}
    assert client.get("/api/v1/technologies/").json() == [{"slug": "python", "name": "Python", "entries": 2}]


def test_changes_can_be_followed_by_number(client):
    first = make_question()
    seen = client.get("/api/v1/changes/?since=0").json()
    assert [change["public_id"] for change in seen["results"]] == [first.public_id]
    revise(first, summary="Another summary.")
    more = client.get(f"/api/v1/changes/?since={seen['next_since']}").json()
    assert [change["act"] for change in more["results"]] == ["revise"]
    assert client.get(f"/api/v1/changes/?since={more['next_since']}").json()["results"] == []
    for value in ("-1", "x", "9" * 30, "%00"):
        assert client.get(f"/api/v1/changes/?since={value}").status_code == 400


def test_search_answers_with_excerpts_facets_and_spellings(client):
    make_question(title="How does a transaction isolate?")
    body = client.get("/api/v1/search/?q=transaction").json()
    assert body["total"] == 1
    assert body["results"][0]["title"] == "How does a transaction isolate?"
    assert body["facets"]["kind"] == {"question": 1}
    assert "transaction" in client.get("/api/v1/search/?q=transactoin").json()["did_you_mean"]
    assert client.get("/api/v1/suggest/?q=how+does+a+trans").json()[0]["title"].startswith("How")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_through_reading_resources(client, method):
    assert getattr(client, method)(LIST).status_code == 405


def test_documentation_and_schema_are_served_from_here(client):
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert "cdn" not in page.content.decode()
    schema = client.get("/api/schema/", headers={"accept": "application/json"}).json()
    assert schema["openapi"] == "3.1.0"
    assert "/api/v1/questions/{public_id}/" in schema["paths"]
    assert client.get("/api/v1/nothing/").json()["status"] == 404


def test_the_documentation_page_is_only_read(client):
    for method in ("options", "post", "put", "delete"):
        assert getattr(client, method)("/api/docs/").status_code == 405


@pytest.mark.parametrize("name", ["technology", "topic", "tag", "role"])
@pytest.mark.parametrize("value", ["100%", "%s", "%(name)s", "{0}"])
def test_a_value_that_no_filter_knows_is_told_as_it_was_sent(client, name, value):
    response = client.get(LIST, {name: value})
    assert response.status_code == 400
    assert value in response.json()["errors"][name][0]
