"""Logs: one JSON line a record, and nobody's address or key in it."""

import json
import logging
import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver

from hub.core.links import make_token
from hub.core.logs import RecordFormatter, request_id, without_secrets
from hub.core.middleware import RequestRecord

TOKEN = make_token("status", 7, 3)


def line(message: str, *args: object, **fields: object) -> dict:
    record = logging.LogRecord("hub", logging.INFO, __file__, 1, message, args, None)
    record.__dict__.update(fields)
    return json.loads(RecordFormatter().format(record))


def paths_with_a_token(patterns=None, before: str = "/") -> list[str]:
    """Every address of the house that holds a token, with {} in its place."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += paths_with_a_token(pattern.url_patterns, path)
        elif "token>" in path:
            found.append(re.sub(r"<[a-z]+:token>", "{}", path))
    return found


def test_every_address_with_a_token_is_masked():
    paths = paths_with_a_token()
    assert {"/c/{}/", "/alerts/{}/unsubscribe/"} <= set(paths)
    for path in paths:
        masked = without_secrets(f"GET {path.format(TOKEN)}?a=b 200")
        assert TOKEN not in masked
        assert masked == f"GET {path.format('…')}?a=b 200"


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com",
        "to Ada.Lovelace+hub@mail.example.co.uk!",
        "<ada@example.com>",
        "x=ada@example.com&y",
    ],
)
def test_addresses_are_masked(text):
    masked = without_secrets(text)
    assert "…@…" in masked
    assert not re.search(r"example", masked)


@pytest.mark.parametrize(
    "text", ["/questions/flask/why/", "/c/", "decorator @property", "a@b", "/alerts/archive/"]
)
def test_other_words_stay(text):
    assert without_secrets(text) == text


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a@" * 50_000, "a." * 100_000, "/c/" * 50_000, "@" * 100_000]
)
def test_a_huge_message_without_secrets_stays_as_it_is(text):
    assert without_secrets(text) == text


def test_a_record_is_one_line_of_json():
    record = line("a\n%s", "b@example.com", fields={"ms": 1.5})
    assert record["message"] == "a\n…@…"
    assert (record["level"], record["logger"], record["ms"]) == ("INFO", "hub", 1.5)
    assert record["time"].endswith("+00:00")


def test_a_record_names_its_request():
    token = request_id.set("abc-12345")
    try:
        assert line("x")["request"] == "abc-12345"
    finally:
        request_id.reset(token)
    assert "request" not in line("x")


def test_an_error_is_told_without_secrets():
    error = ValueError(f"no room for ada@example.com at /c/{TOKEN}/")
    record = line("failed", exc_info=(ValueError, error, None))
    assert "ValueError" in record["error"]
    assert "ada@" not in record["error"]
    assert TOKEN not in record["error"]


@pytest.fixture
def serve():
    return RequestRecord(lambda request: HttpResponse("x"))


def test_a_request_is_one_line_and_has_an_id(serve, caplog):
    with caplog.at_level(logging.INFO, "hub.requests"):
        response = serve(RequestFactory().get(f"/c/{TOKEN}/?email=ada@example.com"))
    assert re.fullmatch(r"[0-9a-f]{32}", response["X-Request-ID"])
    (record,) = caplog.records
    assert record.getMessage() == "GET /c/…/ 200"


def test_the_id_of_a_proxy_is_taken_over_and_a_strange_one_is_not(serve):
    assert (
        serve(RequestFactory().get("/", headers={"X-Request-ID": "abc-12345"}))["X-Request-ID"] == "abc-12345"
    )
    for strange in ("short", "a" * 65, "<script>alert(1)</script>", "a\tb\tc\td\te"):
        assert serve(RequestFactory().get("/", headers={"X-Request-ID": strange}))["X-Request-ID"] != strange


def test_ids_do_not_leak_from_one_request_into_the_next(serve):
    serve(RequestFactory().get("/"))
    assert request_id.get() == ""
