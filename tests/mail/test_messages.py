"""The bytes of a message: parts, headers, and nothing that a title or a name could break."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

from hub.mail import messages
from hub.mail.messages import list_headers
from hub.mail.models import Delivery
from hub.mail.streams import Stream

ENTRY = {
    "title": "What is a <b>closure</b> & why?", "url": "https://hub.example/q/1", "public_id": "PY-MID-001",
    "kind_label": "Question", "technology": "Python", "level": "Mid-Level", "summary": "Ça va — 'quoted'",
    "difficulty": 5, "verb": "New",
}  # fmt: skip
LINKS = {"manage_url": "https://hub.example/alerts/t/", "unsubscribe_url": "https://hub.example/alerts/t/u/"}


def delivery(**over: Any) -> Delivery:
    values = {
        "stream": "letters", "slot": "1", "address": "ada@example.org", "template": "alert",
        "context": {"entries": [ENTRY], "why": "You asked.", **LINKS}, "message_id": "<1234@hub.example>",
    }  # fmt: skip
    return Delivery(**{**values, **over})


def parsed(row: Delivery, stream: Stream | None = None) -> Any:
    data = messages.compose(row, stream or Stream("letters")).data
    assert b"\n" not in data.replace(b"\r\n", b""), "every line ends in CRLF"
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii()
    return message_from_bytes(data, policy=default)


def test_a_message_has_a_text_and_an_html_part_with_the_same_links():
    message = parsed(delivery())
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        assert ENTRY["url"] in part
        assert LINKS["unsubscribe_url"] in part
    assert message["Subject"] == ENTRY["title"]
    assert "What is a <b>closure</b> & why?" in text, "text is not escaped"
    assert "What is a &lt;b&gt;closure&lt;/b&gt; &amp; why?" in html
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<1234@hub.example>", "auto-generated")


def test_styles_stand_in_the_elements_and_dark_mode_stays():
    html = parsed(delivery()).get_body(("html",)).get_content()
    assert 'class="button" style=' in html or 'class="item" style=' in html
    assert "prefers-color-scheme: dark" in html
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "title",
    [
        "Hello\r\nBcc: eve@example.org",
        "Hello\nX-Evil: 1\n\n<script>alert(1)</script>",
        "Hello\x00\x0b\x85\u2028Bcc: eve@example.org",
        "=?utf-8?q?=0D=0ABcc:_eve@example.org?=",
        "Grüße " * 60,
        "x" * 5000,
        "\ud800 a lone surrogate",
    ],
)
def test_a_hostile_title_adds_no_header(title: str):
    message = parsed(delivery(context={"entries": [{**ENTRY, "title": title}], **LINKS}))
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message.get_all("To") == ["ada@example.org"]
    assert "\n" not in message["Subject"]


@hypothesis_settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(strategies.text(max_size=200))
def test_whatever_a_title_holds_the_headers_are_ours(title: str):
    message = parsed(delivery(context={"entries": [{**ENTRY, "title": title}], **LINKS}))
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip


def test_list_headers_are_whole_and_cannot_replace_our_own(settings: Any):
    settings.UNSUBSCRIBE_EMAIL = "leave@hub.example"
    url = "https://hub.example/alerts/" + "A" * 38 + "/unsubscribe/"
    headers = list_headers(
        "alerts", unsubscribe_url=url, unsubscribe_mail="A" * 38, help_url="https://hub.example/alerts/",
        archive_url="https://hub.example/alerts/archive/", feedback="2026-W47",
    )  # fmt: skip
    stream = Stream(
        "letters",
        headers=lambda row, derived: {**headers, "To": "eve@example.org", "X-A": "a\r\nBcc: e@e.org"},
    )
    data = messages.compose(delivery(), stream).data
    line = f"List-Unsubscribe: <{url}>, <mailto:leave@hub.example?subject={'A' * 38}>\r\n".encode()
    assert line in data, "in one piece, or clients would not find the links"
    message = parsed(delivery(), stream)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_all("To") == ["ada@example.org"]
    assert message["Bcc"] is None


def test_an_international_domain_travels_in_ascii():
    row = delivery(address="ada@bücher.example")
    assert messages.compose(row, Stream("letters")).recipient == "ada@xn--bcher-kva.example"
    assert parsed(row)["To"] == "ada@xn--bcher-kva.example"


def test_every_attempt_has_the_same_message_id():
    first, second = (messages.compose(delivery(), Stream("letters")) for _ in range(2))
    assert first.message_id == second.message_id == "<1234@hub.example>"
