"""Bodies of API requests: whatever they hold, the answer says what was wrong with it."""

import pytest

pytestmark = pytest.mark.django_db
PATHS = ("/api/v1/contributions/", "/api/v1/subscriptions/")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        "[1]",
        '"x"',
        "null",
        "5",
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"a": 1e400}',
        "\ufeff{}",
        r'{"\ud800": 1}',
        r'{"kind": "\ud800"}',
        r'{"kind": "question", "payload": {"\ud800": 1}}',
        r'{"kind": "question", "payload": {"level": "\ud800", "technology": "\ud800", "title": ["\ud800"]}}',
        r'{"kind": "question", "payload": [], "email": {}, "name": []}',
        '{"kind": "question", "payload": "x"}',
        r'{"email": "a\ud800@example.com"}',
        r'{"email": "a\u0000@example.com", "kinds": {"a": 1}}',
    ],
    ids=lambda body: repr(body)[:40],
)
def test_a_broken_body_is_a_problem_of_its_sender(client, path, body):
    response = client.post(path, body, content_type="application/json")
    assert 400 <= response.status_code < 500
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code


@pytest.mark.parametrize("path", PATHS)
def test_bytes_that_are_no_text_are_a_problem_of_their_sender(client, path):
    response = client.post(path, b'{"a": "\xff"}', content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize("path", PATHS)
def test_another_kind_of_body_is_refused_by_its_name(client, path):
    response = client.post(path, "a=b", content_type="application/x-www-form-urlencoded")
    assert response.status_code == 415
