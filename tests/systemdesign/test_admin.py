"""Design notes in admin: looked up, never saved."""

import pytest
from django.test import Client

from tests.factories import make_editor, make_reviewer, make_user
from tests.systemdesign.factories import make_design_note

pytestmark = pytest.mark.django_db
LIST = "/admin/systemdesign/designnote/"


def test_a_note_is_found_by_words_and_by_its_id(client: Client):
    client.force_login(make_editor())
    wanted = make_design_note(title="A peculiar design")
    make_design_note()
    for query in ("peculiar", wanted.public_id.lower()):
        response = client.get(LIST, {"q": query})
        assert list(response.context["cl"].result_list.values_list("pk", flat=True)) == [wanted.pk]


def test_the_list_can_be_narrowed_by_kind_of_note(client: Client):
    client.force_login(make_editor())
    wanted = make_design_note(note_kind="principle")
    make_design_note()
    response = client.get(f"{LIST}?note_kind__exact=principle")
    assert [row.pk for row in response.context["cl"].result_list] == [wanted.pk]


def test_a_note_is_shown_read_only(client: Client):
    client.force_login(make_reviewer())
    entry = make_design_note(note_kind="principle")
    text = client.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "Principle" in text
    assert "<textarea" not in text
    assert client.post(f"{LIST}{entry.pk}/change/", {"title": "After"}).status_code == 403


def test_others_are_shown_the_door(client: Client):
    assert client.get(LIST).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(LIST).status_code == 403
