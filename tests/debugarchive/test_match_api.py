"""A pasted error over the API: JSON and plain text, with and without the slash, whatever the body holds."""

import json

import pytest
from django.test import Client

from debugarchive.api import MOST_BYTES
from tests.debugarchive.factories import make_error
from tests.search.strange import STRANGE

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

URL = "/api/v1/errors/match/"
TEXT = "TypeError: Cannot read properties of undefined (reading 'name')"


@pytest.fixture
def entry():
    return make_error(messages=[{"engine": "V8", "text": TEXT}])


@pytest.mark.parametrize("url", [URL, URL.rstrip("/")])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_the_answer(client: Client, entry, url: str, kind: str):
    text = f"{TEXT}\n    at main (/home/ada/a.js:1:2)"
    body = json.dumps({"text": text}) if kind.endswith("json") else text
    response = client.post(url, body, content_type=kind)
    assert response.status_code == 200, response.content
    answer = response.json()
    assert answer["level"] == "exact"
    (match,) = answer["matches"]
    assert (match["public_id"], match["title"], match["level"]) == (entry.public_id, entry.title, "exact")
    assert match["url"].endswith(entry.get_absolute_url())
    assert "V8" in match["why"]
    assert answer["error"]["template"] == "cannot read properties of undefined (reading *)"
    assert len(answer["signature"]) == 16
    assert "/home/ada" not in answer["redacted"]
    assert answer["stripped"] == ["1 path"]
    assert response["Cache-Control"] == "no-store"


def test_no_match_is_an_answer(client: Client):
    answer = client.post(URL, "lorem ipsum dolor", content_type="text/plain").json()
    assert (answer["level"], answer["matches"], answer["signature"]) == ("none", [], "")


@pytest.mark.parametrize(
    "body",
    [
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xff\x80 caf\xe9\n" + TEXT.encode(),
        b"\x00\x00" + TEXT.encode(),
    ],
)
@pytest.mark.usefixtures("entry")
def test_any_encoding_is_read(client: Client, body: bytes):
    for kind in ("text/plain", "text/plain; charset=nonsense", "application/octet-stream"):
        response = client.generic("POST", URL, body, content_type=kind)
        assert response.status_code == 200
        assert response.json()["level"] == "exact"


def test_strange_texts_are_answered_or_refused_clearly(client: Client):
    for number, text in enumerate(STRANGE):
        for body, kind in (
            (json.dumps({"text": text}), "application/json"),
            (json.dumps({"text": f"ValueError: {text}"}), "application/json"),
            (text.encode("utf-8", "surrogatepass"), "text/plain"),
        ):
            response = client.post(URL, body, content_type=kind, REMOTE_ADDR=f"10.0.{number}.7")
            assert response.status_code in {200, 400}, text
            if response.status_code == 400:
                assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("", "text/plain", 400),
        ("[]", "application/json", 400),
        ('{"text": 7}', "application/json", 400),
        ('{"text": ""}', "application/json", 400),
        ("{", "application/json", 400),
        ("x", "image/png", 415),
        (b"x" * (MOST_BYTES + 1), "text/plain", 413),
        (b"x" * 10_000_000, "text/plain", 413),
        (b'{"text": "' + b"x" * 10_000_000 + b'"}', "application/json", 413),
    ],
)
def test_what_can_not_be_read_is_refused(client: Client, body: str | bytes, kind: str, status: int):
    response = client.post(URL, body, content_type=kind)
    assert response.status_code == status
    assert response.json()["status"] == status


def test_two_megabytes_in_one_line_are_answered(client: Client, entry):
    response = client.post(URL, TEXT.encode() + b" x" * 1_000_000, content_type="text/plain")
    assert response.status_code == 200
    assert len(response.json()["redacted"]) < 5_000


def test_other_methods_and_parameters_are_refused(client: Client):
    assert client.get(URL).status_code == 405
    assert client.post(f"{URL}?text=x", "x", content_type="text/plain").status_code == 400


def test_too_many_are_told_to_wait(client: Client, monkeypatch):
    monkeypatch.setattr("hub.core.limits.Limit.hit", lambda *_: False)
    response = client.post(URL, TEXT, content_type="text/plain")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
