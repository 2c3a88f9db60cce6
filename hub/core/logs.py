"""Logs: one JSON line a record, with the request's id, without personal data."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
_TOKEN_PATHS = re.compile(r"/(c|contributions|alerts|testimonials)/[A-Za-z0-9_-]{30,}")
_RESET_PATHS = re.compile(r"/accounts/password/reset/key/[^\s/]+")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def without_secrets(text: str) -> str:
    """The text with tokens in paths and e-mail addresses masked."""
    text = _RESET_PATHS.sub("/accounts/password/reset/key/…", _TOKEN_PATHS.sub(r"/\1/…", text))
    return _ADDRESS.sub("…@…", text)


class RecordFormatter(logging.Formatter):
    """Formats a record as one JSON object: time, level, logger, message, request, error."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if current := request_id.get():
            fields["request"] = current
        if record.exc_info:
            fields["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps({**fields, **getattr(record, "fields", {})}, ensure_ascii=False)
