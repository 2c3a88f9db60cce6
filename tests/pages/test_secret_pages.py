"""A page whose address is a key: no answer of it is stored, passed on or indexed, and no refusal either."""

import pytest
from django.test import Client

from contributions.tokens import path_of, token_of
from tests.factories import make_submission, make_subscriber

pytestmark = pytest.mark.django_db


def addresses() -> list[str]:
    asked, ada = make_submission("changes_requested"), make_subscriber("ada@example.com")
    actions = ("status", "confirm", "revise", "merge", "withdraw", "reopen")
    pages = ("", "confirm", "unsubscribe", "export", "erase")
    return [
        *(path_of(asked, name) for name in actions),
        *(ada.path(name) if name else ada.path() for name in pages),
        f"/api/v1/contributions/{token_of(asked)}/",
    ]


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_whatever_is_asked_the_address_stays_where_it_is(client: Client, method: str):
    for path in addresses():
        response = getattr(client, method)(path)
        assert_secret(response, path)


def test_a_form_from_another_site_is_refused_as_quietly(client: Client):
    for path in addresses():
        if not path.startswith("/api/") and "unsubscribe" not in path:
            response = client.post(path, headers={"sec-fetch-site": "cross-site"})
            assert response.status_code in {403, 405}
            assert_secret(response, path)


def assert_secret(response, path: str) -> None:
    assert response.status_code < 500
    assert "no-store" in response.headers["Cache-Control"], path
    assert response.headers["Referrer-Policy"] == "no-referrer", path
    assert response.headers["X-Robots-Tag"] == "noindex", path
    assert not response.cookies
