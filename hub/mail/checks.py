"""System checks: what is wrong with the mail settings, and the mend."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage

SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl")


def check_mail_settings(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """EMAIL_URL is one that the SMTP relay speaks, and DEFAULT_FROM_EMAIL is an address."""
    found: list[CheckMessage] = []
    scheme = urlsplit(settings.EMAIL_URL).scheme
    if settings.EMAIL_URL and scheme not in SCHEMES:
        found.append(
            checks.Error(
                f"EMAIL_URL begins with {scheme!r}, which is no SMTP relay.",
                hint="Use smtp+tls://user:password@host:587, or leave it empty to write mails as files.",
                id="mail.E001",
            )
        )
    if "@" not in parseaddr(settings.DEFAULT_FROM_EMAIL)[1]:
        found.append(
            checks.Error(
                "DEFAULT_FROM_EMAIL holds no address.",
                hint="Give one as in: Knowledge Hub <hub@example.org>",
                id="mail.E002",
            )
        )
    if settings.EMAIL_URL and parseaddr(settings.DEFAULT_FROM_EMAIL)[1].endswith("@localhost"):
        found.append(
            checks.Warning(
                "Mail leaves this machine from an address at localhost; most receivers refuse it.",
                hint="Set DEFAULT_FROM_EMAIL to an address of the domain that your relay signs for.",
                id="mail.W001",
            )
        )
    return found
