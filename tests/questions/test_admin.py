"""Questions in admin: looked up, never saved; archived by a verb that asks for the reason."""

from typing import Any

import pytest
from django.test import Client

from hub.core.models import ContentClock, Entry, Event
from tests.factories import archive, make_editor, make_question, make_reviewer, make_user, revise

pytestmark = pytest.mark.django_db
LIST = "/admin/questions/question/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_editor())
    return client


def archive_url(entry: Entry) -> str:
    return f"{LIST}{entry.pk}/archive/"


def test_an_editor_finds_a_question_by_words_and_by_id(editor: Client):
    wanted = make_question(title="What is wanted?")
    make_question(title="What else is there?")
    for query in ("wanted", wanted.public_id.lower()):
        response = editor.get(LIST, {"q": query})
        assert list(response.context["cl"].result_list.values_list("pk", flat=True)) == [wanted.pk]


def test_an_archived_question_is_found_by_its_id(editor: Client):
    entry = archive(make_question())
    assert entry.title in editor.get(LIST, {"q": entry.public_id}).content.decode()


@pytest.mark.parametrize("query", ["status=archived", "technology=flask", "topic=security", "level=senior"])
def test_the_list_can_be_narrowed(editor: Client, query: str):
    wanted = make_question(title="Wanted", technology="flask", topic="security", level="senior", difficulty=8)
    make_question(title="Other")
    if query.startswith("status"):
        archive(wanted)
        query = "status__exact=archived"
    text = editor.get(f"{LIST}?{query}").content.decode()
    assert ">Wanted<" in text
    assert ">Other<" not in text


def test_a_question_is_shown_read_only_with_doors_to_edit_and_archive(editor: Client):
    entry = make_question()
    text = editor.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert f"/admin/contributions/submission/add/?entry={entry.public_id}" in text
    assert archive_url(entry) in text
    assert 'name="title"' not in text


@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_nothing_is_added_or_deleted_here(editor: Client, page: str):
    entry = make_question()
    assert editor.post(f"{LIST}{page.format(pk=entry.pk)}", {"post": "yes"}).status_code == 403
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_saving_is_refused(editor: Client):
    entry = make_question(title="Before")
    assert editor.post(f"{LIST}{entry.pk}/change/", {"title": "After"}).status_code == 403
    assert Entry.objects.get(pk=entry.pk).title == "Before"


def test_archiving_asks_first_and_then_takes_the_question_off_the_pages(editor: Client):
    successor, entry = make_question(), make_question()
    assert "Reason" in editor.get(archive_url(entry)).content.decode()
    assert Entry.objects.get(pk=entry.pk).is_public
    data = {"note": "Superseded.", "successor": successor.public_id.lower(), "version": entry.version}
    response = editor.post(archive_url(entry), data, follow=True)
    assert "is archived" in response.content.decode()
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.is_public, entry.successor_id) == (False, successor.pk)
    assert Event.objects.get(act="archive").note == "Superseded."
    assert editor.get(entry.get_absolute_url()).status_code == 410


def test_archiving_twice_changes_nothing_more(editor: Client):
    entry = make_question()
    data = {"note": "Wrong.", "version": entry.version}
    editor.post(archive_url(entry), data)
    number = ContentClock.now()
    response = editor.post(archive_url(entry), data, follow=True)
    assert "archived already" in response.content.decode()
    assert ContentClock.now() == number


def test_archiving_what_somebody_else_changed_meanwhile_is_refused(editor: Client):
    entry = make_question()
    revise(entry, title="Changed meanwhile")
    response = editor.post(archive_url(entry), {"note": "Wrong.", "version": entry.version}, follow=True)
    assert "you had read an older version" in response.content.decode()
    assert Entry.objects.get(pk=entry.pk).is_public


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"note": "", "version": 1},
        {"note": "x", "version": "x"},
        {"note": "x" * 301, "version": 1},
        {"note": "x", "version": 1, "successor": "NO-SUCH-001"},
        {"note": "x", "version": 1, "successor": "\x00"},
        {"note": "x", "version": 1, "successor": "itself"},
    ],
)
def test_a_bad_form_is_shown_again_and_archives_nothing(editor: Client, data: dict[str, Any]):
    entry = make_question()
    if data.get("successor") == "itself":
        data = {**data, "successor": entry.public_id}
    assert editor.post(archive_url(entry), data).status_code == 200
    assert Entry.objects.get(pk=entry.pk).is_public


def test_a_reviewer_reads_but_does_not_archive(client: Client):
    client.force_login(make_reviewer())
    entry = make_question()
    assert client.get(LIST).status_code == 200
    assert archive_url(entry) not in client.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert client.post(archive_url(entry), {"note": "x", "version": entry.version}).status_code == 403
    assert Entry.objects.get(pk=entry.pk).is_public


def test_others_are_shown_the_door(client: Client):
    entry = make_question()
    for url in (LIST, archive_url(entry)):
        assert client.get(url).status_code == 302
    client.force_login(make_user(is_staff=True))
    for url in (LIST, archive_url(entry)):
        assert client.get(url).status_code == 403


def test_an_unknown_question_is_not_found(editor: Client):
    assert editor.get(f"{LIST}999999/archive/").status_code == 404


def test_the_list_asks_as_many_questions_for_one_row_as_for_twenty(
    editor: Client, django_assert_max_num_queries: Any
):
    for number in range(20):
        make_question()
        if number in {0, 19}:
            editor.get(LIST)
            with django_assert_max_num_queries(8):
                editor.get(LIST)
