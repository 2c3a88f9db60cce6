"""Snippets in admin."""

import pytest
from django.test import Client

from tests.factories import make_editor, make_reviewer, make_user
from tests.snippets.factories import make_snippet

pytestmark = pytest.mark.django_db
LIST = "/admin/snippets/snippet/"


def test_a_snippet_is_found_by_words_of_its_code_and_by_its_id(client: Client):
    client.force_login(make_editor(is_superuser=True))
    wanted = make_snippet(preview_line="peculiar()")
    make_snippet()
    for query in ("peculiar", wanted.public_id.lower()):
        response = client.get(LIST, {"q": query})
        assert list(response.context["cl"].result_list.values_list("pk", flat=True)) == [wanted.pk]


def test_the_list_can_be_narrowed_by_kind(client: Client):
    client.force_login(make_reviewer())
    wanted = make_snippet(snippet_kind="hook")
    make_snippet()
    response = client.get(f"{LIST}?snippet_kind__exact=hook")
    assert [row.pk for row in response.context["cl"].result_list] == [wanted.pk]


def test_a_snippet_is_shown_read_only(client: Client):
    client.force_login(make_reviewer())
    entry = make_snippet(title="Do a peculiar task")
    text = client.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "Do a peculiar task" in text
    assert "Python" in text
    assert client.post(f"{LIST}{entry.pk}/change/", {"title": "After"}).status_code == 403


def test_others_are_shown_the_door(client: Client):
    assert client.get(LIST).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(LIST).status_code == 403
