"""Going back to an earlier revision in admin: looked at first, published as the next one."""

import pytest
from django.test import Client

from hub.core.models import ContentClock, Entry, Event
from tests.factories import archive, make_editor, make_question, make_reviewer, revise
from tests.toykind.factories import make_toy

pytestmark = pytest.mark.django_db


def url(entry: Entry, number: int = 1) -> str:
    return f"/admin/questions/question/{entry.pk}/revert/{number}/"


@pytest.fixture
def entry() -> Entry:
    return revise(make_question(summary="As it was."), summary="As it is.")


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_editor())
    return client


def test_the_page_of_an_entry_leads_to_its_earlier_revisions(editor: Client, entry: Entry):
    text = editor.get(f"/admin/questions/question/{entry.pk}/change/").content.decode()
    assert url(entry, 1) in text
    assert url(entry, 2) not in text


def test_it_shows_what_would_change_and_then_goes_back(editor: Client, entry: Entry):
    changes = editor.get(url(entry)).context["changes"]
    assert [change.name for change in changes] == ["summary"]
    assert Entry.objects.get(pk=entry.pk).summary == "As it is."
    response = editor.post(url(entry), {"version": entry.version, "note": "Better before."}, follow=True)
    assert "says again what revision 1 said" in response.content.decode()
    after = Entry.objects.get(pk=entry.pk)
    assert after.summary == "As it was."
    assert after.revisions.count() == 3
    assert Event.objects.latest("n").note == "Better before."


def test_who_looked_before_somebody_else_changed_it_is_told(editor: Client, entry: Entry):
    revise(entry, summary="Changed meanwhile.")
    response = editor.post(url(entry), {"version": entry.version, "note": ""}, follow=True)
    assert "you had read an older version" in response.content.decode()
    assert Entry.objects.get(pk=entry.pk).summary == "Changed meanwhile."


def test_an_archived_entry_comes_back_by_it(editor: Client, entry: Entry):
    entry = archive(entry)
    assert "would be public again" in editor.get(url(entry, 2)).content.decode()
    editor.post(url(entry, 2), {"version": entry.version})
    assert Entry.objects.get(pk=entry.pk).is_public


@pytest.mark.parametrize("who", ["anonymous", "reviewer"])
def test_who_may_not_publish_does_not_go_back(client: Client, entry: Entry, who: str):
    if who == "reviewer":
        client.force_login(make_reviewer())
    n = ContentClock.now()
    for method in ("get", "post"):
        response = getattr(client, method)(url(entry), {"version": entry.version})
        assert response.status_code == (403 if who == "reviewer" else 302)
    assert ContentClock.now() == n


def test_what_is_not_there_is_404(editor: Client, entry: Entry):
    toy = make_toy()
    for path in (url(entry, 9), f"/admin/questions/question/{toy.pk}/revert/1/"):
        assert editor.get(path).status_code == 404


def test_a_version_that_is_no_number_changes_nothing(editor: Client, entry: Entry):
    assert editor.post(url(entry), {"version": "x"}).status_code == 200
    assert Entry.objects.get(pk=entry.pk).summary == "As it is."
