"""Figures: files that never change, under names that nobody guesses."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from hub.core.figures import NAME, path_of

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


@require_safe
def figure(request: HttpRequest, name: str) -> HttpResponseBase:
    """One picture; its name is the hash of its bytes, so it is fresh for ever (RFC 8246)."""
    found = NAME.fullmatch(name)
    if found is None:
        raise Http404("There is no such figure.")
    etag = f'"{name}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        try:
            file = path_of(name).open("rb")
        except OSError:
            raise Http404("There is no such figure.") from None
        response = FileResponse(file, content_type=_TYPES[found.group("suffix")])
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["ETag"] = etag
    return response
