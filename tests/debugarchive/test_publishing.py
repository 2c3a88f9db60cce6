"""What follows from publishing an error: its id, its rows, its card, what search finds it by."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from debugarchive.models import ErrorSeries, ErrorSignature
from hub.core import catalogue
from hub.core.models import Entry
from hub.search import searching
from tests.debugarchive.factories import error_payload, make_error, make_series
from tests.factories import revise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OLD = {"engine": "V8 until 2021", "text": "TypeError: Cannot read property 'name' of undefined"}
NEW = {"engine": "V8", "text": "TypeError: Cannot read properties of undefined (reading 'name')\n    at main"}


def wordings(entry: Entry) -> list[tuple[int, str, str]]:
    return list(ErrorSignature.objects.filter(entry=entry.pk).values_list("position", "engine", "raw"))


def test_an_id_begins_with_the_series_whatever_the_technology():
    make_series("db", code="DB")
    assert make_error(series="db", technology="php").public_id == "DB-001"
    assert make_error(series="db", technology="sql").public_id == "DB-002"
    assert make_error(series="py").public_id == "PY-001"


def test_an_id_from_a_file_is_never_given_out_again():
    make_error(public_id="PY-007")
    assert make_error().public_id == "PY-008"


def test_the_rows_of_wordings_follow_the_current_revision():
    entry = make_error(messages=[NEW, OLD])
    assert wordings(entry) == [(0, "V8", NEW["text"]), (1, "V8 until 2021", OLD["text"])]
    entry = revise(entry, messages=[OLD])
    assert wordings(entry) == [(0, "V8 until 2021", OLD["text"])]


def test_the_typed_row_follows_the_current_revision():
    make_series("js")
    entry = revise(make_error(), series="js", error_kind="type", severity="low", exception_type="TypeError")
    row = entry.typed
    assert (row.series.slug, row.error_kind, row.severity, row.exception_type) == (
        "js",
        "type",
        "low",
        "TypeError",
    )
    assert entry.public_id == "PY-001"


def test_the_card_shows_the_first_line_of_the_message_and_of_the_fix():
    entry = make_error(
        messages=[NEW, OLD], fix="Find **where** it\nis lost.\n\n- One\n- Two", error_kind="type"
    )
    assert entry.card["message"] == "TypeError: Cannot read properties of undefined (reading 'name')"
    assert entry.card["fix"] == "Find where it is lost."
    assert (entry.card["error_kind"], entry.card["wordings"]) == ("Type", 2)


def test_a_long_line_is_cut_at_a_word():
    entry = make_error(fix="word " * 100)
    assert entry.card["fix"].endswith("word …")
    assert len(entry.card["fix"]) <= 202


def test_every_wording_is_found_by_its_words():
    entry = make_error(messages=[NEW, OLD])
    make_error()
    for query in ("Cannot read properties of undefined", "\"Cannot read property 'name' of undefined\""):
        found = searching.matching(Entry.objects.public(), query)
        assert list(found.values_list("pk", flat=True)) == [entry.pk]


def test_what_searchers_type_exactly_is_all_messages():
    data = error_payload(messages=[NEW, OLD]).data
    assert catalogue.get("error").exact_text(data) == f"{NEW['text']}\n{OLD['text']}"


def test_a_series_with_errors_is_not_deleted():
    make_error()
    with pytest.raises(ProtectedError):
        ErrorSeries.objects.get(slug="py").delete()


@pytest.mark.parametrize("values", [{"slug": "JS", "code": "JS"}, {"slug": "js", "code": "js"}])
def test_the_spelling_of_a_series_is_held_by_the_database(values: dict[str, str]):
    with pytest.raises(IntegrityError), transaction.atomic():
        ErrorSeries.objects.create(name="JavaScript", **values)
