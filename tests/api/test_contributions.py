"""Programs contribute: the same validators, limits and workflow as the form."""

import pytest

from contributions.models import Submission
from contributions.tokens import token_of
from hub.core.limits import Limit
from hub.mail.models import Delivery
from tests.factories import make_question, make_submission, question_data

pytestmark = pytest.mark.django_db

PATH = "/api/v1/contributions/"


def body(**over):
    return {
        "kind": "question",
        "fields": question_data(),
        "email": "ada@example.com",
        "agreement": True,
        **over,
    }


def post(client, path=PATH, data=None, **headers):
    return client.post(path, data, content_type="application/json", headers=headers)


def test_a_new_entry_waits_for_its_confirmation(client):
    response = post(client, data=body(name="Ada"))
    assert response.status_code == 202
    submission = Submission.objects.get()
    assert submission.state == "unconfirmed"
    assert submission.channel == "api"
    assert Delivery.objects.filter(template="confirm_submission").count() == 1
    assert token_of(submission) not in response.content.decode()


def test_sent_twice_with_one_key_it_is_one_contribution(client):
    data = body()
    for _ in range(2):
        assert post(client, data=data, **{"Idempotency-Key": "abc"}).status_code == 202
    assert Submission.objects.count() == 1


def test_a_correction_begins_from_the_revision_it_names(client):
    entry = make_question()
    data = {
        **body(entry=entry.public_id.lower(), revision=1),
        "fields": {**question_data(), "summary": "Better."},
    }
    assert post(client, data=data).status_code == 202
    submission = Submission.objects.get()
    assert submission.target_id == entry.pk
    assert submission.base_revision_id == entry.current_revision_id


def test_a_correction_that_changes_nothing_is_refused(client):
    entry = make_question()
    fields = {name: value for name, value in entry.current_revision.payload.items() if name != "slug"}
    response = post(client, data=body(entry=entry.public_id, fields=fields))
    assert response.status_code == 400
    assert Submission.objects.count() == 0


@pytest.mark.parametrize(
    ("over", "named"),
    [
        ({"kind": "poem"}, "kind"),
        ({"email": "nobody"}, "email"),
        ({"agreement": False}, "agreement"),
        ({"fields": []}, "__all__"),
        ({"fields": {"title": "Only a title"}}, "summary"),
        ({"fields": {"titel": "x"}}, "titel"),
        ({"entry": "PY-MID-999"}, "entry"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_what_can_not_be_used_is_named(client, over, named):
    response = post(client, data=body(**over))
    assert response.status_code == 400
    assert named in response.json()["errors"]
    assert Submission.objects.count() == 0


def test_fields_of_editors_are_not_a_contributors(client):
    response = post(
        client, data=body(fields={**question_data(), "slug": "mine", "verified_at": "2026-11-01"})
    )
    assert response.status_code == 400
    assert {"slug", "verified_at"} <= set(response.json()["errors"])


@pytest.mark.parametrize(
    "raw", ["", "[", "null", '"text"', "[]", '{"fields": {"title": "\\u0000"}}', "{" * 5000]
)
def test_a_body_of_any_shape_is_answered_with_a_problem(client, raw):
    response = client.post(PATH, raw, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_another_content_type_is_415(client):
    assert client.post(PATH, {"kind": "question"}).status_code == 415


def test_who_sends_too_much_is_told_when_to_come_again(client, monkeypatch):
    monkeypatch.setattr("contributions.views.limits.PER_NETWORK", Limit("contribution-network", 1, 3600))
    assert post(client, data=body()).status_code == 202
    response = post(client, data=body())
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert Submission.objects.count() == 1


def test_the_token_shows_confirms_revises_and_withdraws(client):
    submission = make_submission("unconfirmed")
    path = f"{PATH}{token_of(submission)}/"
    shown = client.get(path)
    assert shown.json()["state"] == "unconfirmed"
    assert shown["Cache-Control"] == "no-store"
    assert post(client, f"{path}confirmation/").json()["state"] == "pending"
    version = client.get(path).json()["version"]
    fields = {**shown.json()["fields"], "summary": "A better one."}
    revised = post(client, f"{path}revisions/", {"fields": fields, "version": version})
    assert revised.json()["revision"] == 2
    stale = post(client, f"{path}revisions/", {"fields": {**fields, "summary": "Late."}, "version": version})
    assert stale.status_code == 409
    assert post(client, f"{path}withdrawal/").json()["state"] == "withdrawn"
    assert post(client, f"{path}withdrawal/").status_code == 409


def test_a_wrong_token_is_404_and_a_get_changes_nothing(client):
    submission = make_submission("unconfirmed")
    token = token_of(submission)
    for wrong in (token[:-2] + "AA", "x", "%00", token + "=="):
        assert client.get(f"{PATH}{wrong}/").status_code == 404
    for action in ("confirmation", "revisions", "withdrawal"):
        assert client.get(f"{PATH}{token}/{action}/").status_code == 405
        assert client.head(f"{PATH}{token}/{action}/").status_code == 405
    submission.refresh_from_db()
    assert submission.state == "unconfirmed"
