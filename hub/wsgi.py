"""The WSGI application that gunicorn serves."""

import codecs
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

_ENCODINGS = {"utf-8", "ascii", "iso8859-1"}
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_known_encodings(inner: Application) -> Application:
    """Refuse a request in an encoding that no page or form uses (415; RFC 9110, 15.5.16).

    Django decodes the address with it before any middleware runs, and ``charset=hex`` or ``idna``, which
    Python takes for encodings too, would end there as a 500.
    """

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        try:
            encoding = codecs.lookup(parameters.get("charset", "utf-8")).name
        except LookupError:
            encoding = "utf-8"  # Django passes over what it does not know
        if encoding in _ENCODINGS:
            return inner(environ, start_response)
        start_response("415 Unsupported Media Type", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"Send UTF-8.\n"]

    return outer


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
application = in_known_encodings(get_wsgi_application())
