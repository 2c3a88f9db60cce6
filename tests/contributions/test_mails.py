"""The letters of a submission: owed with the action, written when they leave, inert whatever was typed."""

from email import message_from_bytes, policy

import pytest

from contributions import mails
from contributions.actors import Contributor, Staff
from contributions.linking import renew_link
from contributions.models import Submission
from contributions.tokens import address_of
from contributions.workflow import perform
from hub.mail import messages, sending, streams
from hub.mail.models import Delivery
from tests.factories import make_editor, make_lead, make_question, make_submission, question_payload

pytestmark = pytest.mark.django_db


def letter(template):
    """The letter of a template as it goes on the wire, parsed."""
    delivery = Delivery.objects.get(template=template)
    data = messages.compose(delivery, streams.get(delivery.stream)).data
    return message_from_bytes(data, policy=policy.default)


def bodies(message):
    return [message.get_body((kind,)).get_content() for kind in ("plain", "html")]


def test_the_confirmation_holds_its_link_and_nothing_that_a_visitor_typed():
    submission = make_submission("unconfirmed", title="Buy cheap pills?", name="Casino")
    for body in bodies(letter("confirm_submission")):
        assert address_of(submission, "confirm") in body
        assert submission.reference in body
        assert "pills" not in body
        assert "Casino" not in body


def test_every_letter_can_be_written():
    holder, lead = make_editor(), make_lead()
    asked = make_submission("changes_requested")
    mails.reminder(asked, "20 December 2026")
    renew_link(make_submission("published", by=holder))
    make_submission("rejected", by=holder)
    held = make_submission("in_review", by=holder)
    perform(held, "revise", Contributor(held.pk), payload=question_payload(), note="")
    perform(held, "take_over", Staff(lead), reason="You are away.")
    templates = set(Delivery.objects.values_list("template", flat=True))
    assert templates == {
        "confirm_submission", "submission_received", "changes_requested", "submission_reminder",
        "submission_published", "submission_closed", "submission_revised", "claim_taken_over",
        "link_changed",
    }  # fmt: skip
    for delivery in Delivery.objects.all():
        message = message_from_bytes(
            messages.compose(delivery, streams.get(delivery.stream)).data, policy=policy.default
        )
        assert message["Subject"]
        assert all(bodies(message))


def test_what_was_typed_is_inert_in_the_letter():
    evil = '<script>alert(1)</script>"><b>x'
    editor = make_editor()
    submission = make_submission("in_review", by=editor, title=evil)
    perform(
        submission, "request_changes", Staff(editor), version=submission.version, revision=submission.head,
        comment=evil,
    )  # fmt: skip
    message = letter("changes_requested")
    assert "<script>" not in bodies(message)[1]
    assert "\n" not in message["Subject"]


def test_a_duplicate_is_told_with_the_entry():
    entry = make_question(title="Said before?")
    submission = make_submission("in_review")
    perform(
        submission, "duplicate", Staff(submission.claimed_by), version=submission.version,
        revision=submission.head, entry=entry,
    )  # fmt: skip
    assert all("Said before?" in body for body in bodies(letter("submission_closed")))


def test_a_confirmation_that_nobody_needs_any_more_does_not_leave():
    submission = make_submission("pending")
    Delivery.objects.exclude(template="confirm_submission").delete()
    sending.drain(relay=Nowhere())
    delivery = Delivery.objects.get()
    assert (delivery.state, submission.state) == (Delivery.State.SKIPPED, "pending")


class Nowhere:
    """A relay that must not be asked to send."""

    def open(self):
        """Opens."""

    def close(self):
        """Closes."""

    def send(self, *_):
        raise AssertionError("nothing may leave")


def test_links_follow_the_generation():
    submission = make_submission("unconfirmed")
    before = address_of(submission, "confirm")
    Submission.objects.filter(pk=submission.pk).update(link_generation=2)
    assert before not in bodies(letter("confirm_submission"))[0]
