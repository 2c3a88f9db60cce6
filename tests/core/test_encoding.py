"""A request in an encoding that can't be read is refused, whatever it asks for."""

from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from hub.wsgi import application

pytestmark = pytest.mark.django_db


def status_of(method: str, path: str, content_type: str) -> str:
    """The status line that the server would send."""
    path, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "localhost",
    }
    environ |= {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": "2", "wsgi.input": BytesIO(b"{}")}
    setup_testing_defaults(environ)
    said: list[str] = []
    b"".join(application(environ, lambda status, headers: said.append(status)))
    return said[0]


@pytest.mark.parametrize("charset", ["hex", "rot13", "idna", "undefined", "utf-16", "punycode", "utf-7"])
@pytest.mark.parametrize(
    "path", ["/?q=%ff", "/search/?q=%ff", "/api/v1/search/?q=%ff", "/admin/login/?x=%ff"]
)
def test_an_encoding_that_no_page_uses_is_refused(path: str, charset: str):
    assert status_of("GET", path, f"text/html; charset={charset}").startswith("415 ")
    assert status_of("POST", path, f"application/json; charset={charset}").startswith("415 ")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "x",
        ";;",
        "text/html",
        "*; charset=",
        *(f"a/b; charset={name}" for name in ("UTF8", "us-ascii", "no-such", '"')),
    ],
)
def test_what_browsers_and_programs_send_is_read(content_type: str):
    assert status_of("GET", "/healthz?q=%ff", content_type).startswith("200 ")
