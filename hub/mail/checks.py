"""System checks: what is wrong with the mail settings, and the mend. hub.mail.doctor asks the real world."""

from collections.abc import Iterator
from email.utils import parseaddr
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error

from hub.mail import mailbox

SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl")


def check_mail_settings(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """EMAIL_URL is one that the SMTP relay speaks, addresses are some, and what comes back can be read."""
    return [*_faults_of_relay(), *_faults_of_addresses(), *_faults_of_returns()]


def _faults_of_relay() -> Iterator[CheckMessage]:
    scheme = urlsplit(settings.EMAIL_URL).scheme
    if settings.EMAIL_URL and scheme not in SCHEMES:
        yield Error(
            f"EMAIL_URL begins with {scheme!r}, which is no SMTP relay.",
            hint="Use smtp+tls://user:password@host:587, or leave it empty to write mails as files.",
            id="mail.E001",
        )
    elif settings.EMAIL_URL and scheme == "smtp" and settings.EMAIL_HOST_USER:
        yield checks.Warning(
            "EMAIL_URL sends a password without encryption.",
            hint="Use smtp+tls:// (port 587) or smtp+ssl:// (port 465).",
            id="mail.W002",
        )
    if settings.EMAIL_URL and not 1 <= settings.MAIL_CONNECTIONS <= settings.DATABASE_POOL_SIZE:
        yield Error(
            f"MAIL_CONNECTIONS is {settings.MAIL_CONNECTIONS}; each needs a connection to the database too.",
            hint=f"Choose 1 to {settings.DATABASE_POOL_SIZE}, or raise DATABASE_POOL_SIZE.",
            id="mail.E006",
        )


def _faults_of_addresses() -> Iterator[CheckMessage]:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if "@" not in sender:
        yield Error(
            "DEFAULT_FROM_EMAIL holds no address.",
            hint="Give one as in: Knowledge Hub <hub@example.org>",
            id="mail.E002",
        )
    if settings.EMAIL_URL and sender.endswith("@localhost"):
        yield checks.Warning(
            "Mail leaves this machine from an address at localhost; most receivers refuse it.",
            hint="Set DEFAULT_FROM_EMAIL to an address of the domain that your relay signs for.",
            id="mail.W001",
        )
    for name in ("BOUNCES_EMAIL", "UNSUBSCRIBE_EMAIL"):
        value = getattr(settings, name)
        if value and (parseaddr(value)[1] != value or "@" not in value):
            yield Error(
                f"{name} is {value!r}, which is no bare address.",
                hint="Give the address alone, as in: bounces@example.org",
                id="mail.E003",
            )


def _faults_of_returns() -> Iterator[CheckMessage]:
    scheme = urlsplit(settings.BOUNCES_MAILBOX).scheme
    if settings.BOUNCES_MAILBOX and scheme not in mailbox.SCHEMES:
        yield Error(
            f"BOUNCES_MAILBOX begins with {scheme!r}, which is no mailbox that can be read.",
            hint="Use imaps://user:password@host/INBOX or maildir:///path.",
            id="mail.E004",
        )
    if settings.UNSUBSCRIBE_EMAIL and not settings.BOUNCES_MAILBOX:
        yield checks.Warning(
            "UNSUBSCRIBE_EMAIL is in every mail, and BOUNCES_MAILBOX is empty: nobody reads it.",
            hint="Let that address deliver into a mailbox and name it in BOUNCES_MAILBOX.",
            id="mail.W003",
        )
    if settings.ANYMAIL and not find_spec("anymail"):
        yield Error(
            "ANYMAIL is set, and django-anymail is not installed.",
            hint="pip install django-anymail, or leave ANYMAIL empty.",
            id="mail.E005",
        )
