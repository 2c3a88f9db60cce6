"""Suggesting a correction of a public entry."""

import pytest

from contributions.models import Submission
from tests.contributions.posting import question_post, texts
from tests.factories import archive, make_question, revise

pytestmark = pytest.mark.django_db


def address(entry):
    return f"/contribute/entry/{entry.public_id}/"


def correction(entry, **over):
    """What the form posts when somebody changes these fields of the entry as it is now."""
    data = {**entry.current_revision.payload, **over}
    person = {
        name: value for name, value in question_post().items() if name.startswith(("your_", "stamp", "agree"))
    }
    return {**texts("question", data), **person, "base": entry.current_revision.number, "action": "send"}


def test_the_form_begins_with_the_public_text(client):
    entry = make_question(deep_dive="What is public now.")
    page = client.get(address(entry))
    assert page.status_code == 200
    assert "What is public now." in page.text
    assert client.get(address(entry).lower()).status_code == 200


def test_a_correction_knows_its_entry_and_the_revision_it_began_from(client):
    entry = make_question()
    shown = entry.current_revision
    post = correction(entry, summary="Better.")
    revise(entry, title="Meanwhile?")
    assert client.post(address(entry), post).status_code == 302
    submission = Submission.objects.get()
    assert (submission.target, submission.base_revision) == (entry, shown)
    assert submission.revision().payload["summary"] == "Better."


def test_what_only_editors_set_is_kept(client):
    entry = make_question(verified_with=["Python 3.11.7"], slug="kept-slug")
    post = {**correction(entry, summary="Better."), "slug": "stolen", "verified_with": "Nothing"}
    client.post(address(entry), post)
    payload = Submission.objects.get().revision().payload
    assert (payload["slug"], payload["verified_with"]) == ("kept-slug", ["Python 3.11.7"])


def test_a_correction_that_changes_nothing_is_sent_back(client):
    entry = make_question()
    answer = client.post(address(entry), correction(entry))
    assert answer.status_code == 422
    assert "not changed anything" in answer.text
    assert not Submission.objects.exists()


@pytest.mark.parametrize("base", ["", "0", "999", "-1", "x", "9" * 50])
def test_a_made_up_base_is_taken_as_the_present_revision_or_refused(client, base):
    entry = make_question()
    answer = client.post(address(entry), {**correction(entry, summary="Better."), "base": base})
    assert answer.status_code in {302, 422}
    if submission := Submission.objects.first():
        assert submission.base_revision == entry.current_revision


def test_an_archived_or_unknown_entry_has_no_form(client):
    entry = archive(make_question())
    assert client.get(address(entry)).status_code == 404
    for path in ("NOPE-001", "%00", "%F0%9F%92%A3", "x" * 400, "..%2F"):
        assert client.get(f"/contribute/entry/{path}/").status_code == 404
