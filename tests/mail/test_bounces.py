"""What comes back: who does not exist or complains is suppressed, once, and nobody can make it up."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.mail import bounces, sending, webhooks
from hub.mail.mailbox import SetAside
from hub.mail.models import Delivery, DeliveryReport, Suppression
from hub.mail.relay import Verdict, judged
from tests.mail.letters import VACATION, bounce, complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(owe: Callable[..., Delivery], settings: Any, tmp_path: Path) -> Delivery:
    """A letter that the relay took."""
    settings.EMAIL_URL, settings.MAIL_DIR = "", tmp_path
    row = owe()
    sending.drain()
    row.refresh_from_db()
    assert row.state == "accepted"
    return row


def reasons() -> list[str]:
    return list(Suppression.objects.values_list("reason", flat=True))


def test_an_address_that_does_not_exist_is_written_to_no_more(sent: Delivery, owe: Any):
    assert bounces.take(bounce(sent)) == "bounce"
    assert reasons() == ["bounce"]
    report = DeliveryReport.objects.get()
    assert (report.delivery, report.kind) == (sent, "bounce")
    assert "5.1.1" in report.text
    owe(slot="second")
    assert sending.drain() == {"skipped": 1}


@pytest.mark.parametrize("form", ["message/delivery-status", "message/global-delivery-status"])
@pytest.mark.parametrize(
    "returned", ["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"]
)
def test_the_message_is_found_whole_or_by_its_headers(sent: Delivery, form: str, returned: str):
    assert bounces.take(bounce(sent, form=form, returned=returned)) == "bounce"


@pytest.mark.parametrize("status", ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_every_code_of_a_missing_mailbox_counts(sent: Delivery, status: str):
    assert bounces.take(bounce(sent, status=status)) == "bounce"


@pytest.mark.parametrize(
    "status", ["4.2.2", "5.2.2", "5.7.1", "5.7.26", "5.3.4", "4.1.1", "5.1.7", "5.1.8", ""]
)
def test_other_failures_are_noted_and_suppress_nobody(sent: Delivery, status: str):
    assert bounces.take(bounce(sent, status=status)) == "failure"
    assert reasons() == []
    assert DeliveryReport.objects.get().kind == "failure"


def test_the_code_of_the_dialogue_says_more_than_a_status_without_subject(sent: Delivery):
    assert bounces.take(bounce(sent, status="5.0.0", diagnostic="smtp; 550 5.1.1 no such user")) == "bounce"


@pytest.mark.parametrize(
    ("action", "word"), [("delayed", "delay"), ("delivered", "success"), ("relayed", "success")]
)
def test_a_report_that_ends_nothing_changes_nothing(sent: Delivery, action: str, word: str):
    assert bounces.take(bounce(sent, action=action, status="4.4.7")) == word
    assert not DeliveryReport.objects.exists()


def test_a_replay_counts_once(sent: Delivery):
    assert [bounces.take(bounce(sent)) for _ in range(3)] == ["bounce", "repeated", "repeated"]
    assert DeliveryReport.objects.count() == 1


def test_a_replay_does_not_suppress_again_whom_an_editor_let_in(sent: Delivery):
    bounces.take(bounce(sent))
    Suppression.objects.all().delete()
    bounces.take(bounce(sent))
    assert reasons() == []


@pytest.mark.parametrize(
    "forged",
    [
        lambda row: bounce(row, to="eve@example.org"),
        lambda row: bounce("<0123456789abcdef0123456789abcdef@localhost>"),
        lambda row: complaint(row, to="eve@example.org"),
        lambda row: complaint("<0123456789abcdef0123456789abcdef@localhost>"),
        lambda row: complaint(row, to="", header_to="eve@example.org"),
    ],
)
def test_a_report_must_name_a_message_of_ours_to_that_recipient(sent: Delivery, forged: Any):
    with pytest.raises(SetAside, match="no message that was sent to that recipient"):
        bounces.take(forged(sent))
    assert reasons() == []


def test_a_message_that_has_not_left_can_not_have_come_back(owe: Any):
    with pytest.raises(SetAside):
        bounces.take(bounce(owe()))


def test_the_address_before_forwarding_counts(sent: Delivery):
    assert bounces.take(bounce(sent, to="ada@elsewhere.example", original="Ada@Example.org")) == "bounce"


def test_an_international_domain_is_known_in_its_ascii_form(owe: Any, settings: Any, tmp_path: Path):
    settings.EMAIL_URL, settings.MAIL_DIR = "", tmp_path
    row = owe("ada@bücher.example")
    sending.drain()
    assert bounces.take(bounce(row, to="ada@xn--bcher-kva.example")) == "bounce"


def test_no_address_is_kept_in_a_reports_words(sent: Delivery):
    bounces.take(bounce(sent, diagnostic="smtp; 550 5.1.1 <ada@example.org> (was bob@example.net) unknown"))
    for text in (DeliveryReport.objects.get().text, Suppression.objects.get().note):
        assert "@" not in text
        assert "unknown" in text


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out"])
def test_who_complains_is_suppressed_at_once(sent: Delivery, kind: str):
    assert bounces.take(complaint(sent, kind=kind)) == "complaint"
    assert reasons() == ["complaint"]


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "dmarc"])
def test_other_feedback_is_no_complaint(sent: Delivery, kind: str):
    assert bounces.take(complaint(sent, kind=kind)) == "no complaint"
    assert reasons() == []


@pytest.mark.parametrize("header_to", ["", "ada@example.org"])
def test_a_complaint_may_leave_the_recipient_out_for_the_message_had_one(sent: Delivery, header_to: str):
    assert bounces.take(complaint(sent, to="", header_to=header_to)) == "complaint"


def test_a_report_on_a_doubtful_message_settles_that_it_left(sent: Delivery):
    Delivery.objects.update(state="uncertain")
    bounces.take(bounce(sent, status="5.2.2"))
    assert Delivery.objects.get().state == "accepted"


def test_a_vacation_reply_is_no_bounce(sent: Delivery):
    assert bounces.take(VACATION) == "vacation"
    assert not DeliveryReport.objects.exists()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no report"),
        (b"\xff\xfe\x00\r\n" * 9, "no report"),
        (b"Subject: Re: Week 47\r\n\r\nThanks!\r\n", "somebody answered"),
        (b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nx", "no parts"),
        (bounce("no id at all"), "no Message-ID"),
        (bounce("<a@b>").replace(b"Action", b"Reaction"), "names no recipient"),
        (bounce("<a@b>", returned="text/plain"), "which message"),
        (bounce("<a@b>", form="text/plain"), "can be read"),
        (complaint("<a@b>").replace(b"message/rfc822", b"text/html"), "which message"),
    ],
)
def test_what_can_not_be_used_is_set_aside_with_a_reason(raw: bytes, reason: str):
    with pytest.raises(SetAside, match=reason):
        bounces.take(raw)


def test_a_report_on_hundreds_of_recipients_is_not_about_us(sent: Delivery):
    one = b"\nFinal-Recipient: rfc822; x@example.org\nAction: failed\nStatus: 5.1.1\n"
    end = b"\n--B\nContent-Type: message/rfc822"
    raw = bounce(sent).replace(end, one * 100 + end)
    with pytest.raises(SetAside, match="names 101 recipients"):
        bounces.take(raw)


def test_our_own_address_refused_at_rcpt_is_about_us():
    assert judged("RCPT", 550, "5.1.8 bad sender's system").verdict is Verdict.POLICY
    assert judged("RCPT", 550, "5.1.1 no such user").verdict is Verdict.BAD_ADDRESS


def test_the_command_reads_the_mailbox_and_counts(sent: Delivery, settings: Any, tmp_path: Path, capsys: Any):
    box = tmp_path / "box"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    level = b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n'
    nested = b"".join(level % (depth, depth) for depth in range(3000))
    for number, raw in enumerate([bounce(sent), bounce(sent), VACATION, b"Hello", nested]):
        (box / "new" / str(number)).write_bytes(raw)
    settings.BOUNCES_MAILBOX = f"maildir://{box}"
    call_command("fetch_bounces")
    assert capsys.readouterr().out.split("\n")[:4] == ["1 bounce", "1 repeated", "2 set aside", "1 vacation"]
    assert len(list((box / ".Set-aside" / "new").iterdir())) == 2
    call_command("fetch_bounces")
    assert capsys.readouterr().out == "No letters.\n"


@pytest.mark.parametrize(
    ("url", "words"),
    [("", "BOUNCES_MAILBOX is empty"), ("maildir:///nowhere", "no Maildir"), ("pop3://h", "pop3")],
)
def test_the_command_says_what_is_wrong(settings: Any, url: str, words: str):
    settings.BOUNCES_MAILBOX = url
    with pytest.raises(CommandError, match=words):
        call_command("fetch_bounces")


def event(kind: str, **over: Any) -> Any:
    values = {"message_id": None, "recipient": "ada@example.org", "reject_reason": None, "mta_response": None}
    return SimpleNamespace(**{"event_type": kind, "description": None, **values, **over})


@pytest.mark.parametrize(
    ("happened", "kinds"),
    [
        (event("bounced", reject_reason="bounced"), ["bounce"]),
        (event("bounced", reject_reason="bounced", mta_response="452 4.2.2 mailbox full"), ["failure"]),
        (event("bounced", reject_reason="other", mta_response="550 5.1.1 unknown"), ["bounce"]),
        (event("bounced", reject_reason="blocked"), ["failure"]),
        (event("complained"), ["complaint"]),
        (event("rejected", reject_reason="spam"), ["complaint"]),
        (event("delivered"), []),
        (event("opened"), []),
        (event("complained", recipient="eve@example.org"), []),
        (event("complained", recipient=None), []),
        (event("bounced", reject_reason="bounced", recipient="no address"), []),
    ],
)
def test_a_mail_service_reports_by_anymails_signal(sent: Delivery, happened: Any, kinds: list[str]):
    for _ in range(2):
        webhooks.heard(None, happened, "Postmark")
    assert list(DeliveryReport.objects.values_list("kind", flat=True)) == kinds
    assert reasons() == [kind for kind in kinds if kind != "failure"]


def test_the_service_may_know_our_message_id(sent: Delivery, owe: Any):
    owe(slot="second")
    sending.drain()
    webhooks.heard(None, event("complained", message_id=sent.message_id), "Mailgun")
    assert DeliveryReport.objects.get().delivery == sent
