"""Letters that come back, as mail servers write them."""

from textwrap import dedent

from hub.mail.models import Delivery


def bounce(
    delivery: Delivery | str,
    to: str = "ada@example.org",
    *,
    status: str = "5.1.1",
    action: str = "failed",
    original: str = "",
    diagnostic: str = "",
    returned: str = "message/rfc822",
    form: str = "message/delivery-status",
    recipient: str = "rfc822",
) -> bytes:
    """A delivery report (RFC 3464) on a delivery, or on a Message-ID."""
    message_id = delivery if isinstance(delivery, str) else delivery.message_id
    original = f"Original-Recipient: rfc822; {original}\n" if original else ""
    diagnostic = diagnostic or f"smtp; 550 {status} <{to}>: no such user here"
    lines = f"Final-Recipient: {recipient}; {to}\n{original}Action: {action}\nStatus: {status}\n"
    return dedent("""\
        From: MAILER-DAEMON@mx.example.org
        To: hub@hub.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="B"

        --B
        Content-Type: text/plain

        Your mail could not be delivered.

        --B
        Content-Type: {form}

        Reporting-MTA: dns; mx.example.org

        {lines}Diagnostic-Code: {diagnostic}

        --B
        Content-Type: {returned}

        Message-ID: {message_id}
        To: ada@example.org
        Subject: Week 47

        --B--
        """).format(
        form=form, lines=lines, diagnostic=diagnostic, returned=returned, message_id=message_id
    ).encode()  # fmt: skip


def complaint(
    delivery: Delivery | str, to: str = "ada@example.org", *, kind: str = "abuse", header_to: str = ""
) -> bytes:
    """A complaint (RFC 5965); with an empty ``to`` the report itself names no recipient."""
    message_id = delivery if isinstance(delivery, str) else delivery.message_id
    named = f"Original-Rcpt-To: <{to}>\n" if to else ""
    header = f"To: {header_to}\n" if header_to else ""
    return dedent("""\
        From: feedback@isp.example.org
        Subject: FW: Week 47
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="B"

        --B
        Content-Type: text/plain

        This is an email abuse report.

        --B
        Content-Type: message/feedback-report

        Feedback-Type: {kind}
        User-Agent: SomeGenerator/1.0
        Version: 1
        {named}
        --B
        Content-Type: message/rfc822

        Message-ID: {message_id}
        {header}Subject: Week 47

        Hello.
        --B--
        """).format(kind=kind, named=named, message_id=message_id, header=header).encode()  # fmt: skip


VACATION = (
    b"From: ada@example.org\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied (vacation)\r\n\r\n"
    b"I am away. 550 5.1.1 no such user\r\n"
)
