"""Contributions by e-mail: a mail is a submission, an answer is a remark, and nothing is lost."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contributions import mailed
from contributions.models import Channel, Comment, State, Submission
from contributions.tokens import path_of
from hub.mail import sending
from hub.mail.models import Delivery
from tests.factories import make_submission
from tests.subscriptions.reading import messages

pytestmark = pytest.mark.django_db
ADA = "Ada Lovelace <ada@example.net>"
TRACE = """Traceback (most recent call last):
  File "/srv/app/run.py", line 3, in <module>
    import flask
ModuleNotFoundError: No module named 'flask'
"""


@pytest.fixture
def box(settings, tmp_path):
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    settings.CONTRIBUTIONS_MAILBOX = f"maildir://{tmp_path}/box"
    settings.CONTRIBUTIONS_EMAIL = "contribute@hub.example"
    return tmp_path / "box"


def mail(text="How do you read a plan?\n\nBegin at the innermost node.", **headers):
    letter = EmailMessage()
    fields = {
        "From": ADA,
        "To": "contribute@hub.example",
        "Subject": "Reading plans",
        "Message-ID": "<1@example.net>",
    }
    for name, value in (fields | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        if value:
            letter[name] = value
    letter.set_content(text)
    return letter


def put(box: Path, *letters) -> None:
    for number, letter in enumerate(letters):
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()
        (box / "new" / f"{number}").write_bytes(raw)


def aside(box: Path) -> str:
    return "".join(path.read_text("utf-8", "replace") for path in (box / ".Set-aside").glob("new/*"))


def test_a_mail_is_a_submission_that_waits_for_its_confirmation(box, client):
    put(box, mail())
    assert mailed.fetch() == {"contribution": 1}
    submission = Submission.objects.get()
    assert (submission.state, submission.channel) == (State.UNCONFIRMED, Channel.MAIL)
    assert (submission.contributor_name, submission.contributor_email) == ("Ada Lovelace", "ada@example.net")
    data = submission.revision().payload
    assert (data["title"], data["summary"]) == ("Reading plans", "How do you read a plan?")
    assert "innermost node" in data["deep_dive"]
    assert Delivery.objects.get().template == "confirm_submission"
    assert client.post(path_of(submission, "confirm"), follow=True).status_code == 200
    submission.refresh_from_db()
    assert submission.state == State.PENDING
    assert client.get(path_of(submission, "revise")).status_code == 200


def test_the_mailbox_is_empty_afterwards_and_a_repeated_mail_is_one(box):
    for _ in range(2):
        put(box, mail())
        mailed.fetch()
    assert Submission.objects.count() == Delivery.objects.count() == 1
    assert list((box / "new").iterdir()) == []


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Error: it will not import", "It does not import.", "error"),
        ("[snippet] Retry", "Use this.", "snippet"),
        ("Re: Security topics: CSRF", "Forms.", "security"),
        ("It fails", TRACE, "error"),
        ("Plans: how?", "Words.", "question"),
    ],
)
def test_the_subject_or_the_text_says_which_kind(box, subject, text, kind):
    put(box, mail(text, Subject=subject))
    mailed.fetch()
    assert Submission.objects.get().kind == kind


def test_attached_texts_are_taken_over_and_the_rest_is_named(box):
    letter = mail()
    letter.add_attachment("print('hello')\n", filename="hello.py")
    letter.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="screen.png")
    put(box, letter)
    mailed.fetch()
    text = Submission.objects.get().revision()
    assert "```python\nprint('hello')" in text.payload["deep_dive"]
    assert text.note == "Attached, not taken over: screen.png"


def test_a_mail_in_html_alone_is_read_without_its_tags(box):
    letter = mail()
    letter.set_content("<p>First &amp; foremost</p><script>alert(1)</script><p>Second</p>", subtype="html")
    put(box, letter)
    mailed.fetch()
    assert "First & foremost\n" in Submission.objects.get().revision().payload["deep_dive"]


def test_an_answer_is_a_remark_without_what_it_quotes(box):
    submission = make_submission("changes_requested", email="ada@example.net")
    words = "I mended it.\n\nOn Monday, the Knowledge Hub wrote:\n> Please say why."
    put(box, mail(words, Subject=f"Re: {submission.reference}: a question"))
    assert mailed.fetch() == {"answer": 1}
    remark = Comment.objects.get(is_by_contributor=True)
    assert (remark.text, remark.revision.submission) == ("I mended it.", submission)
    put(box, mail(words, Subject=f"Re: {submission.reference}: a question"))
    assert mailed.fetch() == {"repeated": 1}


def test_an_answer_is_known_by_the_mail_that_it_answers(box, settings, tmp_path):
    settings.EMAIL_URL, settings.MAIL_DIR = "", tmp_path / "sent"
    submission = make_submission("changes_requested", email="ada@example.net")
    sending.drain()
    sent = messages(settings.MAIL_DIR)[-1]
    assert sent["Reply-To"] == "contribute@hub.example"
    put(box, mail("Yes.", Subject="Done", In_Reply_To=sent["Message-ID"]))
    assert mailed.fetch() == {"answer": 1}
    assert Comment.objects.get(is_by_contributor=True).revision.submission == submission


@pytest.mark.parametrize("state", ["changes_requested", "rejected"])
def test_nobody_answers_for_another_and_nothing_is_said_to_what_is_closed(box, state):
    email = "ada@example.net" if state == "rejected" else "grace@example.net"
    submission = make_submission(state, email=email)
    put(box, mail("Mine!", Subject=submission.reference))
    assert mailed.fetch() == {"set aside": 1}
    assert not Comment.objects.filter(is_by_contributor=True).exists()
    assert "Mine!" in aside(box)


@pytest.mark.parametrize(
    ("letter", "reason"),
    [
        (mail(Auto_Submitted="auto-replied"), "a machine sent it"),
        (mail(Precedence="bulk"), "a machine sent it"),
        (mail(X_Autoreply="yes"), "a machine sent it"),
        (mail(Return_Path="<>"), "delivery report"),
        (mail(From="contribute@hub.example"), "a loop"),
        (mail(From=None), "no usable address"),
        (mail(From="nobody"), "no usable address"),
        (mail(""), "no text"),
        (mail("x" * 200_000), "longer than"),
        (mail(Subject="Re: KH-ZZZZZ"), "does not exist"),
        (b"\x00\xff\xfe not a mail at all", "no usable address"),
        (b"From: a@b.example\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe", ""),
    ],
)
def test_what_is_no_contribution_is_set_aside_with_the_reason(box, letter, reason):
    put(box, letter)
    told = mailed.fetch()
    assert sum(told.values()) == 1
    if reason:
        assert told == {"set aside": 1}
        assert reason in aside(box)
        assert not Delivery.objects.exists()


def test_a_sender_who_writes_too_often_is_set_aside_not_lost(box):
    put(box, *(mail(Message_ID=f"<{number}@example.net>", Subject=f"Plan {number}") for number in range(11)))
    assert mailed.fetch() == {"contribution": 10, "set aside": 1}
    assert "more often than 10 times" in aside(box)


@pytest.mark.parametrize("name", ["Subject", "From"])
def test_headers_bring_nothing_into_the_mails_that_we_send(box, settings, tmp_path, name):
    settings.EMAIL_URL, settings.MAIL_DIR = "", tmp_path / "sent"
    raw = mail().as_bytes().replace(b"Reading plans", b"=?utf-8?q?a=0D=0ABcc=3A_x=40y=2Eexample?=")
    put(box, raw.replace(b"Ada Lovelace", b"=?utf-8?q?Ada=0D=0ABcc=3A_x?="))
    mailed.fetch()
    sending.drain()
    assert all(message["Bcc"] is None for message in messages(settings.MAIL_DIR))


def test_the_command_tells_what_it_found_and_what_is_missing(box, settings, capsys):
    put(box, mail())
    call_command("fetch_contributions")
    assert capsys.readouterr().out == "1 contribution\n"
    settings.CONTRIBUTIONS_MAILBOX = ""
    with pytest.raises(CommandError, match="CONTRIBUTIONS_MAILBOX is empty"):
        call_command("fetch_contributions")
