"""A contributor asks to be forgotten: the person goes everywhere, public texts and the record stay."""

import pytest
from django.apps import apps
from django.db import connection, models

from contributions.actors import Contributor, Staff
from contributions.commenting import add_comment
from contributions.erasing import erase_person
from contributions.models import Channel, Comment, Enquiry, State, Submission, SubmissionEvent
from contributions.tokens import path_of
from contributions.workflow import Refused, perform
from hub.core.models import ContentClock, Credit
from hub.mail.models import Delivery
from tests.factories import make_editor, make_lead, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ADA = {"email": "ada.lovelace@example.net", "name": "Ada Lovelace", "link": "https://ada.example.net/"}


def everything(needle: str) -> list[str]:
    """Every column of every table that holds these words."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (models.CharField, models.TextField, models.JSONField)):
                rows = model._default_manager.values_list(field.attname, flat=True)
                found += [f"{model.__name__}.{field.name}" for value in rows if needle in str(value).lower()]
    return found


@pytest.mark.parametrize("state", ["unconfirmed", "pending", "in_review", "changes_requested", "approved"])
def test_what_waits_is_withdrawn_and_deleted(state):
    submission = make_submission(state, **ADA)
    erase_person(submission, Contributor(submission.pk))
    submission.refresh_from_db()
    assert (submission.state, submission.title, submission.contributor_email) == (State.WITHDRAWN, "", "")
    assert not submission.revisions.exists()
    connection.check_constraints()
    assert everything("lovelace") == []


def test_a_published_text_stays_under_the_name_of_a_former_contributor(client):
    submission = make_submission("published", note="Call me Ada Lovelace.", **ADA)
    before = ContentClock.now()
    erase_person(submission, Contributor(submission.pk))
    credit = Credit.objects.get()
    assert (credit.name, credit.link) == ("a former contributor", "")
    assert ContentClock.now() == before + 1
    page = client.get(credit.entry.get_absolute_url()).content.decode()
    assert "a former contributor" in page
    assert "Ada" not in page
    assert everything("lovelace") == []


def test_all_that_an_address_sent_goes_at_once_and_nothing_of_others():
    mine = [make_submission(state, **ADA) for state in ("published", "rejected")]
    other = make_submission(email="grace@example.net", name="Grace")
    Enquiry.objects.create(
        kind="other", name="Ada Lovelace", email=ADA["email"], message="Hello.", created_at=other.created_at
    )
    assert erase_person(mine[0], Contributor(mine[0].pk)) == 2
    assert everything("lovelace") == []
    other.refresh_from_db()
    assert (other.state, other.contributor_email) == (State.PENDING, "grace@example.net")


def test_mail_that_is_still_owed_is_cancelled():
    submission = make_submission(**ADA)
    assert Delivery.objects.filter(state="pending").exists()
    erase_person(submission, Contributor(submission.pk))
    assert set(Delivery.objects.values_list("state", "address")) == {("cancelled", "")}


def test_remarks_of_the_contributor_go_and_the_audit_stays():
    submission = make_submission("changes_requested", **ADA)
    add_comment(submission.revision(), make_editor(), "Please, Ada.")
    events = SubmissionEvent.objects.count()
    erase_person(submission, Contributor(submission.pk))
    assert not Comment.objects.exists()
    assert SubmissionEvent.objects.count() == events + 1
    assert SubmissionEvent.objects.last().action == "erase"


def test_the_page_asks_first_and_the_link_is_dead_afterwards(client):
    submission = make_submission(**ADA)
    page, status = path_of(submission, "erase"), path_of(submission)
    assert "Forget you?" in client.get(page).content.decode()
    assert client.head(page).status_code == 200
    submission.refresh_from_db()
    assert submission.state == State.PENDING
    done = client.post(page, follow=True)
    assert "You are forgotten" in done.content.decode()
    assert client.get(status).status_code == client.post(page).status_code == 404


def test_nothing_of_an_erased_submission_can_be_reopened():
    submission = make_submission("rejected", **ADA)
    erase_person(submission, Contributor(submission.pk))
    submission.refresh_from_db()
    with pytest.raises(Refused, match="deleted"):
        perform(submission, "reopen", Staff(make_lead()), version=submission.version, reason="Again.")


def test_a_lead_erases_in_admin_and_nobody_else(client):
    submission = make_submission("published", **ADA)
    path = f"/admin/contributions/submission/{submission.pk}/erase/"
    for user, status in ((make_editor(), 403), (make_lead(), 200)):
        client.force_login(user)
        assert client.get(path).status_code == status
    assert everything("lovelace")
    assert client.post(path).status_code == 302
    assert everything("lovelace") == []
    assert client.post(path).status_code == 403


def test_what_staff_wrote_is_not_erased_here():
    submission = make_submission(**ADA)
    Submission.objects.filter(pk=submission.pk).update(
        contributor_email="", contributor_name="", address_hash="", channel=Channel.ADMIN
    )
    submission.refresh_from_db()
    with pytest.raises(Refused, match="no account"):
        erase_person(submission, Contributor(submission.pk))
