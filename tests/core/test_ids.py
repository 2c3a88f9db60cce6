"""Public ids: given once, found in any case, never given again."""

import pytest

from hub.core.models import Entry, IdSeries
from hub.core.payload import InvalidPayload
from tests.factories import archive, make_question, revise

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def test_ids_count_within_their_series():
    ids = [make_question(technology=name, level=level, difficulty=5).public_id for name, level in
           (("flask", "mid"), ("flask", "mid"), ("flask", "junior"), ("django", "mid"))]  # fmt: skip
    assert ids == ["FLASK-MID-001", "FLASK-MID-002", "FLASK-JR-001", "DJANGO-MID-001"]


def test_a_number_beyond_three_digits_goes_on():
    IdSeries.objects.create(prefix="PY-MID", last=999)
    assert make_question(level="mid").public_id == "PY-MID-1000"


def test_the_id_of_an_archived_entry_is_not_given_again():
    archive(make_question(level="mid"))
    assert make_question(level="mid").public_id == "PY-MID-002"


def test_the_id_of_an_entry_that_is_gone_is_not_given_again():
    make_question(level="mid").delete()
    assert make_question(level="mid").public_id == "PY-MID-002"


def test_an_id_from_outside_is_kept_and_the_series_goes_on_after_it():
    assert make_question(public_id="PY-MID-041", level="mid").public_id == "PY-MID-041"
    assert make_question(level="mid").public_id == "PY-MID-042"


def test_an_id_below_the_last_one_does_not_turn_the_series_back():
    make_question(public_id="PY-MID-041", level="mid")
    make_question(public_id="PY-MID-007", level="mid")
    assert make_question(level="mid").public_id == "PY-MID-042"


def test_an_id_is_stored_in_upper_case():
    assert make_question(public_id="py-mid-005").public_id == "PY-MID-005"
    assert IdSeries.objects.get().prefix == "PY-MID"


def test_an_id_that_is_taken_is_refused():
    make_question(public_id="PY-MID-005")
    with pytest.raises(InvalidPayload, match="taken"):
        make_question(public_id="py-mid-005")
    assert Entry.objects.count() == 1


def test_an_id_stays_when_level_and_technology_change():
    question = make_question(level="mid", difficulty=6)
    assert revise(question, level="senior").public_id == "PY-MID-001"


def test_the_permalink_is_made_of_the_id():
    assert make_question(public_id="PY-MID-005").permalink == "/id/PY-MID-005"
