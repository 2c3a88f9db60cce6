"""The mailbox: on a machine without a relay, staff read here what would have been sent."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

MOST = 200
# A foreign page as far as the browser is concerned: no script, no form, nothing loaded; links work.
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
    " allow-top-navigation-by-user-activation"
)


@require_safe
@never_cache
@staff_member_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails."""
    return render(request, "pages/mailbox.html", {"mails": _newest(), "mail": None, "noindex": True})


@require_safe
@never_cache
@staff_member_required
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: headers and text, with a link to its HTML part."""
    message = _read(_path(name))
    html = message.get_body(("html",))
    shown = {
        **_summary(_path(name), message),
        "sender": str(message["From"] or ""),
        "text": _content(message.get_body(("plain",))),
        "headers": [(header, str(value)) for header, value in message.items()],
        "html_url": reverse("mail:html", args=[name]) if html else None,
        "raw_url": reverse("mail:raw", args=[name]),
    }
    context = {"mails": _newest(current=name), "mail": shown, "noindex": True}
    return render(request, "pages/mailbox.html", context)


@require_safe
@never_cache
@staff_member_required
def html_part(_request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, under a policy of its own: it is content, not a page of ours."""
    html = _content(_read(_path(name)).get_body(("html",)))
    if not html:
        raise Http404("This mail has no HTML part.")
    return HttpResponse(
        html, headers={"Content-Security-Policy": HTML_POLICY, "Referrer-Policy": "no-referrer"}
    )


@require_safe
@never_cache
@staff_member_required
def raw(_request: HttpRequest, name: str) -> HttpResponse:
    """The bytes as they would have gone on the wire, shown as text."""
    return HttpResponse(_path(name).read_bytes(), content_type="text/plain; charset=utf-8")


def _path(name: str) -> Path:
    path = Path(settings.MAIL_DIR) / f"{name}.eml"
    if not path.is_file():
        raise Http404("There is no such mail.")
    return path


def _newest(current: str = "") -> list[dict[str, Any]]:
    folder = Path(settings.MAIL_DIR)
    files = sorted(folder.glob("[!.]*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)[:MOST]
    return [{**_summary(path, _read(path)), "is_current": path.stem == current} for path in files]


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)


def _summary(path: Path, message: EmailMessage) -> dict[str, Any]:
    try:
        sent_at = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        sent_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return {
        "url": reverse("mail:mail", args=[path.stem]),
        "subject": str(message["Subject"] or "(no subject)"),
        "recipient": str(message["To"] or ""),
        "sent_at": sent_at,
    }


def _content(part: Any) -> str:
    return str(part.get_content()) if part is not None else ""
