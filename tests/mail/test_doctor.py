"""The doctor names what is wrong with mail, with its mend, asking the real relay, site and mailbox."""

import smtplib
import ssl
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.mail import doctor, relay
from hub.mail.checks import check_mail_settings
from hub.mail.messages import Message
from hub.mail.models import Delivery
from tests.factories import make_question
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def right(settings: Any) -> None:
    """Settings that nothing is wrong with, but for a relay."""
    settings.EMAIL_URL = ""
    settings.SITE_URL = "https://hub.example.org"
    settings.DEFAULT_FROM_EMAIL = "Knowledge Hub <news@hub.example.org>"
    settings.BOUNCES_EMAIL, settings.UNSUBSCRIBE_EMAIL = "bounces@hub.example.org", "leave@hub.example.org"
    settings.KEYS_MADE_HERE = []


def faults(findings: Any) -> list[str]:
    return [finding.what for finding in findings if finding.is_fault]


def minded(findings: Any) -> list[str]:
    return [finding.what for finding in findings if finding.mend and not finding.is_fault]


def test_right_settings_are_right():
    assert not [finding for finding in (*doctor.sender(), *doctor.keys_and_site()) if finding.mend]


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"DEFAULT_FROM_EMAIL": "Hub <hub@gmail.com>", "BOUNCES_EMAIL": ""}, "DMARC policy"),
        ({"DEFAULT_FROM_EMAIL": "hub@localhost", "BOUNCES_EMAIL": "", "EMAIL_URL": "smtp://x"}, "refuse"),
        ({"BOUNCES_EMAIL": "bounces@elsewhere.example"}, "another domain than From"),
        ({"SITE_URL": "http://hub.example.org", "EMAIL_URL": "smtp://x"}, "by https only"),
    ],
)
def test_each_fault_of_the_settings_is_named(settings: Any, over: dict[str, str], words: str):
    for name, value in over.items():
        setattr(settings, name, value)
    named = [what for what in faults((*doctor.sender(), *doctor.keys_and_site())) if words in what]
    assert len(named) == 1


def test_what_is_no_fault_is_still_said(settings: Any):
    settings.DEFAULT_FROM_EMAIL = "hub@other.example"
    settings.BOUNCES_EMAIL = ""
    settings.KEYS_MADE_HERE = ["LINK_KEY"]
    said = minded((*doctor.sender(), *doctor.keys_and_site(), *doctor.at_relay(), *doctor.returning()))
    for words in ("expect one house", "LINK_KEY were made", "written as files", "not read from a mailbox"):
        assert any(words in what for what in said), words


@pytest.mark.parametrize(
    ("one", "other", "aligned"),
    [
        ("a.org", "a.org", True),
        ("m.a.org", "a.org", True),
        ("a.org", "m.a.org", True),
        ("ba.org", "a.org", False),
    ],
)
def test_domains_align_as_dmarc_relaxes_it(one: str, other: str, aligned: bool):
    assert doctor.is_aligned(one, other) == aligned


def test_a_relay_that_answers_is_right(sink: Sink):
    assert not faults(doctor.at_relay())
    assert not sink.letters, "nothing was sent"


def test_a_relay_that_refuses_our_sender_is_named(sink: Sink):
    sink.mail_reply = "553 5.1.8 not yours"
    (fault,) = faults(doctor.at_relay())
    assert "refuses our sender bounces@hub.example.org: 553 5.1.8 not yours" in fault


def test_a_relay_that_is_not_there_is_named(sink: Sink):
    sink.stop()
    (fault,) = faults(doctor.at_relay())
    assert "can't be reached" in fault


def test_a_relay_without_encryption_or_sign_in_is_named(sink: Sink, settings: Any):
    settings.EMAIL_USE_TLS = True
    assert "STARTTLS" in faults(doctor.at_relay())[0]
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, True
    assert "can't be reached: SSLError" in faults(doctor.at_relay())[0]
    settings.EMAIL_USE_SSL, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "hub", "secret"
    assert "AUTH" in faults(doctor.at_relay())[0]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), "refuses user and password (535)"),
        (ssl.SSLCertVerificationError(1, "expired"), "certificate"),
    ],
)
def test_a_password_or_certificate_that_is_wrong_is_named(
    sink: Sink, monkeypatch: Any, error: Any, words: str
):
    error.verify_message = "certificate has expired"

    def refuse() -> None:
        raise error

    monkeypatch.setattr(relay, "connected", refuse)
    assert words in faults(doctor.at_relay())[0]


def test_a_public_relay_without_encryption_is_a_fault(sink: Sink, monkeypatch: Any):
    monkeypatch.setattr(doctor, "is_local", lambda host: False)
    assert "unencrypted" in faults(doctor.at_relay())[0]


def test_a_sample_has_every_header_and_reaches_nobody(settings: Any):
    make_question()
    message = doctor.sample()
    assert message is not None
    assert not faults(doctor.of_message(message))
    assert not minded(doctor.of_message(message))
    settings.UNSUBSCRIBE_EMAIL = ""
    bare = doctor.sample()
    assert bare is not None
    assert any("no mailto" in what for what in minded(doctor.of_message(bare)))
    without = Message("a@b", "c@d", message.data.replace(b"List-Id:", b"X-Id:"), "<1@b>")
    assert faults(doctor.of_message(without)) == ["A digest lacks List-Id."]
    assert not Delivery.objects.exists()


def test_before_anything_is_published_there_is_no_sample():
    assert doctor.sample() is None
    assert any("nothing was published" in finding.what for finding in doctor.examine())


@pytest.mark.django_db(transaction=True)
def test_one_click_is_tried_on_the_running_site(live_server: Any, settings: Any):
    settings.SITE_URL, settings.ALLOWED_HOSTS = live_server.url, ["*"]
    make_question()
    message = doctor.sample()
    assert message is not None
    (finding,) = doctor.one_click(message)
    assert (finding.is_fault, finding.what) == (
        False,
        "Unsubscribing by one click works: 200, no redirect, no cookie.",
    )
    redirected = Message("a@b", "c@d", message.data.replace(b"/unsubscribe/>", b"/unsubscribe>"), "<1@b>")
    assert "answers " in faults(doctor.one_click(redirected))[0]
    settings.SITE_URL = "http://127.0.0.1:1"
    gone = doctor.sample()
    assert gone is not None
    assert "can't be reached" in faults(doctor.one_click(gone))[0]


def test_the_mailbox_of_bounces_is_opened(settings: Any, tmp_path: Path):
    settings.BOUNCES_MAILBOX = f"maildir://{tmp_path}"
    assert "can't be read" in faults(doctor.returning())[0]
    (tmp_path / "new").mkdir()
    assert not faults(doctor.returning())


def test_the_command_ends_with_a_fault_and_says_the_mend(settings: Any, capsys: Any, monkeypatch: Any):
    settings.BOUNCES_EMAIL = "bounces@elsewhere.example"
    with pytest.raises(CommandError, match="1 fault"):
        call_command("mail_doctor")
    said = capsys.readouterr().out
    assert "FAULT  The envelope sender bounces@elsewhere.example" in said
    assert "→ Set BOUNCES_EMAIL to an address at hub.example.org" in said


def test_a_test_goes_to_one_address(sink: Sink, capsys: Any, monkeypatch: Any):
    make_question()
    monkeypatch.setattr(doctor, "one_click", lambda message: [])
    call_command("mail_doctor", send_to="ada@example.org")
    assert sink.recipients == ["ada@example.org"]
    assert "Sent to ada@example.org: 250 taken." in capsys.readouterr().out
    sink.rcpt_replies["eve@example.org"] = ["550 5.1.1 no such user"]
    with pytest.raises(CommandError, match=r"bad address\): 550 5.1.1"):
        call_command("mail_doctor", send_to="eve@example.org")
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("mail_doctor", send_to="nobody")


@pytest.mark.parametrize(
    ("over", "found"),
    [
        ({}, []),
        ({"EMAIL_URL": "http://x"}, ["mail.E001"]),
        ({"EMAIL_URL": "smtp://a:b@x", "EMAIL_HOST_USER": "a"}, ["mail.W002"]),
        ({"DEFAULT_FROM_EMAIL": "nobody"}, ["mail.E002"]),
        ({"BOUNCES_EMAIL": "Hub <a@b.org>"}, ["mail.E003"]),
        ({"BOUNCES_MAILBOX": "pop3://a:b@x"}, ["mail.E004"]),
        ({"BOUNCES_MAILBOX": ""}, ["mail.W003"]),
        ({"EMAIL_URL": "smtp://x", "MAIL_CONNECTIONS": 0}, ["mail.E006"]),
        ({"EMAIL_URL": "smtp://x", "MAIL_CONNECTIONS": 4, "DATABASE_POOL_SIZE": 3}, ["mail.E006"]),
    ],
)
def test_system_checks_name_wrong_settings(settings: Any, over: dict[str, str], found: list[str]):
    for name, value in {"BOUNCES_MAILBOX": "maildir:///srv/mail", **over}.items():
        setattr(settings, name, value)
    assert [message.id for message in check_mail_settings(None)] == found


def test_anymail_that_is_asked_for_and_missing_is_named(settings: Any, monkeypatch: Any):
    settings.ANYMAIL, settings.BOUNCES_MAILBOX = {"WEBHOOK_SECRET": "a:b"}, "maildir:///srv/mail"
    assert check_mail_settings(None) == []
    monkeypatch.setattr("hub.mail.checks.find_spec", lambda name: None)
    assert [message.id for message in check_mail_settings(None)] == ["mail.E005"]
