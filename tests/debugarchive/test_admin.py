"""Errors and series in admin."""

import pytest
from django.test import Client

from debugarchive.models import ErrorSeries
from hub.core.models import ContentClock
from tests.debugarchive.factories import make_error, make_series
from tests.factories import make_editor, make_reviewer, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/debugarchive/errorentry/"
SERIES = "/admin/debugarchive/errorseries/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_editor(is_superuser=True))
    return client


def test_an_error_is_found_by_words_of_its_message_and_by_its_id(editor: Client):
    wanted = make_error(messages=[{"engine": "V8", "text": "peculiar trouble"}])
    make_error()
    for query in ("peculiar", wanted.public_id.lower()):
        response = editor.get(LIST, {"q": query})
        assert list(response.context["cl"].result_list.values_list("pk", flat=True)) == [wanted.pk]


@pytest.mark.parametrize("query", ["error_kind__exact=import", "severity__exact=low"])
def test_the_list_can_be_narrowed(editor: Client, query: str):
    wanted = make_error(error_kind="import", severity="low")
    make_error()
    response = editor.get(f"{LIST}?{query}")
    assert [row.pk for row in response.context["cl"].result_list] == [wanted.pk]


def test_an_error_is_shown_read_only_with_its_wordings(client: Client):
    client.force_login(make_reviewer())
    entry = make_error(messages=[{"engine": "Rhino", "text": "peculiar trouble"}])
    text = client.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "peculiar trouble" in text
    assert "<textarea" not in text
    assert client.post(f"{LIST}{entry.pk}/change/", {"title": "After"}).status_code == 403


def test_others_are_shown_the_door(client: Client):
    assert client.get(LIST).status_code == 302
    client.force_login(make_user(is_staff=True))
    for url in (LIST, SERIES):
        assert client.get(url).status_code == 403


def test_a_series_is_made_and_ticks_the_clock(editor: Client):
    number = ContentClock.now()
    editor.post(f"{SERIES}add/", {"name": "Kotlin", "slug": "kt", "code": "KT"})
    assert ErrorSeries.objects.get(code="KT").name == "Kotlin"
    assert ContentClock.now() > number


@pytest.mark.parametrize("code", ["kt", "1K", "K-T", "K T"])
def test_a_code_that_makes_no_id_is_refused(editor: Client, code: str):
    editor.post(f"{SERIES}add/", {"name": "Kotlin", "slug": "kt", "code": code})
    assert not ErrorSeries.objects.exists()


def test_slug_and_code_of_a_series_stay(editor: Client):
    series = make_series("kt")
    editor.post(f"{SERIES}{series.pk}/change/", {"name": "Kotlin", "slug": "other", "code": "OTHER"})
    series.refresh_from_db()
    assert (series.name, series.slug, series.code) == ("Kotlin", "kt", "KT")
