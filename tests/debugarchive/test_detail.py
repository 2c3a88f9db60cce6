"""The page of an error: the fix first, the workaround with its risk, every wording, the code side by side."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.models import Entry
from tests.debugarchive.factories import make_error, make_series
from tests.factories import archive, make_question, revise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WORDINGS = [
    {"engine": "MySQL", "text": "ERROR 1452 (23000): Cannot add or update a child row"},
    {"engine": "SQLite", "text": "FOREIGN KEY constraint failed"},
]
WHOLE: dict[str, Any] = {
    "messages": WORDINGS,
    "workaround": "Switch the check off.",
    "workaround_risk": "data",
    "workaround_undo": "Switch it on again.",
    "verify": "Insert it twice.",
    "reproduction": "```sql raises=IntegrityError\nINSERT 1;\n```",
    "fixed_code": "```sql\nINSERT 2;\n```",
    "affected": ["MySQL 5.7–9.x", "SQLite 3"],
    "further": "### Error 150\n\nIt is another one.",
}


def page(client: Client, entry: Entry) -> str:
    response = client.get(entry.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_sections_stand_in_the_order_of_need(client: Client):
    text = page(client, make_error(**WHOLE))
    anchors = (
        "fix", "workaround", "workaround-undo", "messages", "symptom", "root-cause",
        "reproduction", "fixed-code", "verify", "further",
    )  # fmt: skip
    places = [text.index(f' id="{anchor}"') for anchor in anchors]
    assert places == sorted(places)


def test_a_workaround_is_marked_with_its_risk_and_undo(client: Client):
    text = page(client, make_error(**WHOLE))
    assert "Risk to data" in text
    assert "Switch it on again." in text


def test_an_error_without_workaround_says_nothing_of_one(client: Client):
    assert "orkaround" not in page(client, make_error())


def test_every_wording_is_code_under_its_engine(client: Client):
    text = page(client, make_error(**WHOLE))
    for wording in WORDINGS:
        assert wording["engine"] in text
        assert f"<code>{wording['text']}\n</code>" in text


def test_reproduction_and_fix_stand_beside_each_other(client: Client):
    text = page(client, make_error(**WHOLE))
    pair = text[text.index("code-pair") : text.index('id="verify"')]
    assert pair.index("Reproduction") < pair.index("Fixed code")
    assert "raises IntegrityError" in pair


def test_affected_versions_and_series_are_named(client: Client):
    make_series("sql", name="Structured queries")
    text = page(client, make_error(**WHOLE, series="sql"))
    assert "MySQL 5.7–9.x" in text
    assert '<a href="/errors/sql/">Structured queries</a>' in text


def test_what_a_writer_types_is_never_markup(client: Client):
    hostile = '<script>alert("x")</script>'
    text = page(
        client,
        make_error(
            title=f"{hostile} in a title", messages=[{"engine": hostile, "text": hostile}],
            affected=[hostile], exception_type=hostile, fix=hostile,
        ),
    )  # fmt: skip
    assert hostile not in text


def test_the_address_is_the_id_and_the_words(client: Client):
    entry = make_error(slug="foreign-key", public_id="SQL-019", series="sql")
    assert entry.get_absolute_url() == "/errors/sql-019-foreign-key/"


@pytest.mark.parametrize("path", ["sql-019-other-words", "SQL-019-foreign-key", "Sql-019-x"])
@pytest.mark.parametrize("suffix", ["/", ".md", ".json", "/history/"])
def test_a_right_id_with_other_words_is_redirected(client: Client, path: str, suffix: str):
    make_error(slug="foreign-key", public_id="SQL-019", series="sql")
    response = client.get(f"/errors/{path}{suffix}")
    assert (response.status_code, response["Location"]) == (301, f"/errors/sql-019-foreign-key{suffix}")


def test_a_changed_slug_redirects(client: Client):
    entry = make_error(slug="before")
    old = entry.get_absolute_url()
    new = revise(entry, slug="after").get_absolute_url()
    assert client.get(old)["Location"] == new


@pytest.mark.parametrize(
    "path", ["sql-999-x/", "sql-19-x/", "sql-019-/", "sql-019/", "sql-019-x.txt", "a/b/"]
)
def test_what_was_never_an_error_is_not_found(client: Client, path: str):
    make_error(slug="x", public_id="SQL-019", series="sql")
    assert client.get(f"/errors/{path}").status_code == 404


def test_an_id_of_another_kind_is_not_found(client: Client):
    question = make_question()
    prefix, number = question.public_id.rsplit("-", 1)
    assert client.get(f"/errors/{prefix.split('-')[0].lower()}-{number}-x/").status_code == 404


def test_an_archived_error_is_gone_and_names_its_successor(client: Client):
    successor = make_error(title="The better entry")
    entry = archive(make_error(), successor=successor)
    response = client.get(entry.get_absolute_url())
    assert response.status_code == 410
    assert "The better entry" in response.content.decode()


def test_the_file_of_an_error_gives_the_same_error_again(client: Client):
    entry = make_error(**WHOLE)
    text = client.get(f"{entry.get_absolute_url()[:-1]}.md").content.decode()
    for part in (
        "## Error messages",
        "### MySQL",
        "```text\nFOREIGN KEY constraint failed\n```",
        "workaround_risk: data",
    ):
        assert part in text


def test_errors_of_the_same_exception_and_series_are_similar(client: Client):
    entry = make_error(exception_type="TypeError", series="js", error_kind="type", tags=["one"])
    far = make_error(title="Far", series="py", exception_type="Other", tags=["two"], technology="php")
    near = make_error(title="Near", series="js", error_kind="import", tags=["three"], technology="php")
    nearest = make_error(
        title="Nearest", series="py", exception_type="TypeError", tags=["four"], technology="php"
    )
    archive(make_error(title="Archived", series="js", error_kind="type"))
    similar = client.get(entry.get_absolute_url()).context["similar"]
    assert [one.public_id for one in similar] == [nearest.public_id, near.public_id]
    assert far.public_id not in {one.public_id for one in similar}


def test_the_question_that_explains_it_is_read_next(client: Client):
    entry = make_error()
    question = make_question(title="Why does it happen?", relations=f"explains {entry.public_id}")
    near = client.get(entry.get_absolute_url()).context["related"]
    assert (near[0].entry.public_id, near[0].reason) == (question.public_id, "explains this")


def test_a_similar_error_is_not_named_twice(client: Client):
    entry, other = make_error(tags=["one"]), make_error(tags=["one"])
    response = client.get(entry.get_absolute_url())
    assert [one.public_id for one in response.context["similar"]] == [other.public_id]
    assert response.context["related"] == []


def test_a_cold_page_asks_at_most_fourteen_questions(client: Client):
    entry = make_error(**WHOLE)
    for _ in range(8):
        make_error()
    make_question(relations=f"explains {entry.public_id}")
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        client.get(entry.get_absolute_url())
    assert len(queries) <= 12
