"""What surrounds every request: its id and its log line, and an honest answer while the database is away."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader

from hub.core.logs import request_id, without_secrets

logger = logging.getLogger("hub.requests")
GetResponse = Callable[[HttpRequest], HttpResponse]
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestRecord:
    """Gives each request an id (X-Request-ID, taken over from a proxy) and writes one line about it."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        current = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(current)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = current
            logger.info(
                "%s %s %s", request.method, without_secrets(request.path), response.status_code,
                extra={"fields": {"ms": round((time.perf_counter() - started) * 1000, 1)}},
            )  # fmt: skip
            return response
        finally:
            request_id.reset(token)


class DatabaseOutage:
    """Answers 503 with Retry-After while the database can't be reached (RFC 9110, 15.6.4)."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        logger.error("database unreachable: %s", type(exception).__name__, exc_info=exception)
        if request.path.startswith("/api/"):
            problem = {"type": "about:blank", "title": "Service Unavailable", "status": 503}
            response: HttpResponse = JsonResponse(
                problem, status=503, content_type="application/problem+json"
            )
        else:
            response = HttpResponse(loader.render_to_string("503.html"), status=503)
        response.headers["Retry-After"] = "5"
        return response
