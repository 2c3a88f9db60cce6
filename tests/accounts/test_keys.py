"""Keys: an editor's script shows one instead of a password, and contributes in the editor's name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributions.models import State, Submission
from hub.accounts.models import AccessKey
from hub.mail.models import Delivery
from tests.accounts.people import PASSWORD, sign_in, with_password
from tests.factories import make_editor, make_question, make_submission, make_user, question_data

pytestmark = pytest.mark.django_db
PATH = "/api/v1/contributions/"


@pytest.fixture
def editor():
    return with_password(make_editor("grace"))


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def post(client, path, data, key):
    return client.post(path, data, content_type="application/json", headers=bearer(key))


def body(**over):
    return {"kind": "question", "fields": question_data(), "agreement": True, **over}


def test_a_key_is_shown_once_and_stored_nowhere(client, editor):
    sign_in(client, editor)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.post("/accounts/keys/", {"name": "Import"})
    key = page.context["made"]
    assert key.startswith("khub_")
    assert key in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert key not in str(AccessKey.objects.values().get())
    assert key not in client.get("/accounts/keys/").content.decode()


@pytest.mark.parametrize(("name", "words"), [("", "required"), ("Import", "of this name"), ("x" * 61, "60")])
def test_a_key_needs_a_name_of_its_own(client, editor, name, words):
    sign_in(client, editor)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    AccessKey.issue(editor, "Import")
    page = client.post("/accounts/keys/", {"name": name})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_keys_are_for_staff_who_just_gave_the_password(client, editor):
    assert client.get("/accounts/keys/").status_code == 302
    client.force_login(make_user())
    assert client.get("/accounts/keys/").status_code == 302
    client.force_login(editor)
    assert "/accounts/reauthenticate/" in client.post("/accounts/keys/", {"name": "Import"})["Location"]
    assert not AccessKey.objects.exists()


def test_a_key_is_ended_by_its_owner_alone(client, editor):
    mine, other = AccessKey.issue(editor, "Mine"), AccessKey.issue(make_editor(), "Another's")
    sign_in(client, editor)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for row in AccessKey.objects.all():
        client.post("/accounts/keys/", {"end": row.pk})
    assert client.get(PATH, headers=bearer(mine)).status_code == 401
    assert client.get(PATH, headers=bearer(other)).status_code == 200


def test_a_text_sent_with_a_key_is_in_the_queue_without_a_mail(client, editor):
    answer = post(client, PATH, body(), AccessKey.issue(editor, "Import"))
    assert answer.status_code == 201
    submission = Submission.objects.get()
    assert (submission.state, submission.contributor, submission.channel) == (State.PENDING, editor, "api")
    assert answer.json()["reference"] == submission.reference
    assert not Delivery.objects.exists()


def test_sent_twice_with_one_idempotency_key_it_is_one(client, editor):
    key, data = AccessKey.issue(editor, "Import"), body()
    for _ in range(2):
        headers = {**bearer(key), "Idempotency-Key": "one"}
        answer = client.post(PATH, data, content_type="application/json", headers=headers)
        assert answer.status_code == 201
    assert Submission.objects.count() == 1


def test_own_contributions_are_listed_read_revised_and_withdrawn(client, editor):
    key = AccessKey.issue(editor, "Import")
    first, second = (post(client, PATH, body(), key).json()["reference"] for _ in range(2))
    make_submission()
    listed = client.get(f"{PATH}?page_size=1", headers=bearer(key)).json()
    assert [one["reference"] for one in listed["results"]] == [second]
    rest = client.get(listed["next"], headers=bearer(key)).json()
    assert ([one["reference"] for one in rest["results"]], rest["next"]) == ([first], None)
    one = client.get(f"{PATH}{first}/", headers=bearer(key)).json()
    changed = {"fields": {**one["fields"], "summary": "Better."}, "version": one["version"]}
    revised = post(client, f"{PATH}{first}/revisions/", changed, key).json()
    assert (revised["revision"], revised["fields"]["summary"]) == (2, "Better.")
    assert post(client, f"{PATH}{first}/withdrawal/", None, key).json()["state"] == "withdrawn"


def test_the_list_costs_the_same_for_one_and_for_many(client, editor):
    key = AccessKey.issue(editor, "Import")
    costs = []
    for _ in range(2):
        post(client, PATH, body(), key)
        with CaptureQueriesContext(connection) as queries:
            client.get(PATH, headers=bearer(key))
        costs.append(len(queries))
        for _ in range(3):
            post(client, PATH, body(), key)
    assert costs[0] == costs[1] <= 4


def test_others_contributions_do_not_exist_for_a_key(client, editor):
    key = AccessKey.issue(make_editor(), "Import")
    reference = post(client, PATH, body(), AccessKey.issue(editor, "Import")).json()["reference"]
    for path in ("", "revisions/", "withdrawal/"):
        answer = post(client, f"{PATH}{reference}/{path}", {"fields": {}, "version": 1}, key)
        assert answer.status_code in {404, 405}
    assert client.get(f"{PATH}{make_submission().reference}/", headers=bearer(key)).status_code == 404


def test_a_reference_without_a_key_opens_nothing(client, editor):
    reference = post(client, PATH, body(), AccessKey.issue(editor, "Import")).json()["reference"]
    assert client.get(f"{PATH}{reference}/").status_code == 404
    assert client.get(PATH).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Bearer khub_" + "a" * 5000, "Bearer \xff", "bearer khub_"]
)
def test_a_wrong_key_is_refused_and_not_taken_for_a_guest(client, header):
    answer = client.get(PATH, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert "Bearer" in answer["WWW-Authenticate"]


def test_a_key_dies_with_the_account(client, editor):
    key = AccessKey.issue(editor, "Import")
    editor.is_active = False
    editor.save(update_fields=["is_active"])
    assert client.get(PATH, headers=bearer(key)).status_code == 401


def test_a_session_gives_no_authority_in_the_api(client, editor):
    client.force_login(editor)
    assert client.get(PATH).status_code == 401


def test_who_may_not_review_the_kind_may_not_send(client):
    key = AccessKey.issue(make_user(is_staff=True), "Import")
    assert post(client, PATH, body(), key).status_code == 403


def test_a_correction_with_a_key_is_one_open_edit(client, editor):
    key, entry = AccessKey.issue(editor, "Import"), make_question()
    data = {**body(entry=entry.public_id), "fields": {**question_data(), "summary": "Better."}}
    assert post(client, PATH, data, key).status_code == 201
    data["fields"] = {**data["fields"], "summary": "Better still."}
    assert post(client, PATH, data, key).status_code == 409


def test_the_description_names_the_scheme(client):
    document = client.get("/api/schema/", headers={"accept": "application/json"}).json()
    assert document["components"]["securitySchemes"]["accessKey"]["scheme"] == "bearer"
