"""What readers see when a request can't be answered."""

import pytest
from django.test import Client

from hub.core.models import Entry
from tests.factories import make_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/questions/python/nothing/",
        "/%00",
        "/%F0%9F%8E%89/",
        "/..%2f..%2fetc/passwd",
        "/" + "a" * 3000,
    ],
)
def test_an_unknown_address_is_404_with_a_way_on(client: Client, path: str):
    response = client.get(path)
    assert response.status_code == 404
    text = response.content.decode()
    assert 'action="/search/"' in text
    assert "noindex" in text
    assert not response.cookies


def test_the_reason_of_a_view_is_told_and_django_s_own_is_not(client: Client):
    make_question()
    assert "This list ends at page 1." in client.get("/questions/?page=2").content.decode()
    assert "matches the given query" not in client.get("/tech/nothing/").content.decode()


def test_a_fault_of_ours_is_500_without_details(client: Client, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(Entry.objects, "public", fail)
    client.raise_request_exception = False
    response = client.get("/questions/")
    assert response.status_code == 500
    assert "a secret detail" not in response.content.decode()
    assert "Something broke on our side" in response.content.decode()


def test_a_host_that_is_not_ours_is_400(client: Client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "made no sense" in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/questions/", "/search/", "/feeds/all.atom", "/sitemap.xml", "/tech/python/", "/id/PY-001"]
)
def test_pages_are_only_read(client: Client, path: str):
    assert client.post(path).status_code == 405
