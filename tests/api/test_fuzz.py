"""What a fuzzer makes of the schema, and what people who mean harm send: an answer, never a 500.

A test run tries a part of all combinations, each value somewhere; `make fuzz` tries them all.
"""

import json
import os
from collections.abc import Sequence
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from contributions.tokens import token_of
from hub.core.limits import Limit
from tests.factories import make_question, make_submission, question_data

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))  # of each operation and mode
IS_THOROUGH = "FUZZ_EXAMPLES" in os.environ
PART = 6  # one value of so many in a usual run
bounded = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
STRANGE = [
    "", "\x00", "\ufffd", "%", "%s", "%(name)s", "{0}", "'" * 500, '"', "(((", "*", "-a", "NOT", "a OR OR",
    "kind:", "level:\x00", "\u202e", "🎉", "9" * 400, "-1", "0", "1e9", "٣", "²", "../..", "a " * 300,
    "<script>alert(1)</script>", "\r\nSet-Cookie: a=b", "cD0x", "W10", "bnVsbA", "WzEsMiwzXQ", "eyJhIjogMX0",
]  # fmt: skip
READ = [
    "/api/v1/entries/", "/api/v1/questions/", "/api/v1/search/", "/api/v1/suggest/", "/api/v1/changes/",
    "/search/", "/search/suggest/", "/questions/", "/alerts/", "/alerts/archive/", "/contribute/questions/",
]  # fmt: skip
PARAMETERS = [
    "q", "page", "level", "topic", "tag", "difficulty", "role", "type", "sort", "technology", "kind",
    "cursor", "page_size", "fields", "since", "limit", "title", "weakness",
]  # fmt: skip
HOSTILE: list[Any] = [
    None, True, 7, -1, 2**63, 2**70, 1e308, "", "\x00", "\ud800", "x" * 100_000, [], {}, [[[]]], {"a": {}},
    ["\x00"], [None], {"\x00": "\x00"}, "%s", "\r\nBcc: a@b.example",
]  # fmt: skip


def some(values: Sequence[Any], turn: int) -> Sequence[Any]:
    """All values, or every sixth of them beginning elsewhere each turn."""
    return values if IS_THOROUGH else values[turn % PART :: PART]


@pytest.fixture(autouse=True)
def no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything through to the code behind the limits."""
    monkeypatch.setattr(Limit, "hit", lambda limit, key: True)


@pytest.mark.parametrize("mode", GenerationMode)
def test_no_case_that_the_schema_gives_rise_to_is_a_server_error(transactional_db, live_server, mode):
    entry, submission = make_question(), make_submission("changes_requested")
    real = {"public_id": entry.public_id, "token": token_of(submission)}
    document = Client().get("/api/schema/", headers={"accept": "application/json"}).json()
    tried = 0
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue  # there is nothing to get wrong
        known = {name: real[name] for name in real if f"{{{name}}}" in operation.path}

        @bounded
        @given(operation.as_strategy(mode, **({"path_parameters": known} if known else {})))
        def hold(case: Any) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(base_url=live_server.url, checks=[not_a_server_error])

        hold()
    assert tried > 40


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("path", READ)
def test_no_value_of_a_parameter_is_a_server_error(client: Client, path: str):
    make_question()
    for turn, name in enumerate(PARAMETERS, READ.index(path)):
        for value in some(STRANGE, turn):
            response = client.get(path, {name: value})
            assert response.status_code < 500, (name, value)
            assert not response.cookies


@pytest.mark.django_db
@pytest.mark.both_databases
def test_no_body_is_a_server_error(client: Client):
    entry, submission = make_question(), make_submission("changes_requested")
    token = token_of(submission)
    sign_up = {"email": "ada@example.com", "kind": ["question"], "tag": [], "hour": 8, "time_zone": "UTC"}
    proposal: dict[str, Any] = {
        "kind": "question", "entry": entry.public_id, "revision": 1, "fields": question_data(), "name": "Ada",
        "email": "ada@example.com", "link": "https://ada.example", "note": "", "agreement": True,
    }  # fmt: skip
    revision = {"fields": question_data(), "note": "", "version": submission.version}
    targets: dict[str, dict[str, Any]] = {
        "/api/v1/subscriptions/": sign_up,
        "/api/v1/contributions/": proposal,
        f"/api/v1/contributions/{token}/revisions/": revision,
    }
    for path, valid in targets.items():
        for turn, name in enumerate(valid):
            for value in some(HOSTILE, turn):
                check(client, path, {**valid, name: value})
    for turn, name in enumerate(proposal["fields"]):
        for value in some(HOSTILE, turn):
            fields = {**proposal["fields"], name: value}
            check(client, "/api/v1/contributions/", {**proposal, "fields": fields})


def check(client: Client, path: str, body: dict[str, Any]) -> None:
    response = client.post(path, json.dumps(body).encode(), content_type="application/json")
    assert response.status_code < 500, body
