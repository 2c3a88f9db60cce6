"""PostgreSQL: psql, the server's log, and the message inside every driver's exception."""

import re

from debugarchive.matching.faults import Fault, Lines, by_shapes, shape

NAME = "postgresql"
_SHAPES = (
    shape(
        r"(?:psql:\S{1,300}:\d{1,7}: )?(?:ERROR|FATAL|PANIC):(?: {2,4}| (?=[a-z]))(?:(?P<code>[0-9A-Z]{5}): {1,2})?(?P<message>.*)"
    ),
    shape(r"(?:psql|pg_dump|pg_restore|createdb|dropdb|pg_dumpall): (?:error: )?(?P<message>.*)"),
    shape(r"pq: (?P<message>.*)"),
)
_CARRIED = re.compile(
    r"(?:SQLSTATE\[(?P<code>[0-9A-Z]{5})\](?:: [\w ,]{1,80})?:? (?:\[?7\]? )?)?(?:[\w:.]{1,100}: )?.{0,400}?"
    r"\b(?:ERROR|FATAL|PANIC): {1,4}(?P<message>\S.*)"
)
_STATE = re.compile(r"(?P<message>.*?) ?\(SQLSTATE (?P<code>[0-9A-Z]{5})\)$")
_OFTEN = ("ERROR: ", "FATAL: ", "PANIC: ")


def find(lines: Lines) -> list[Fault]:
    return by_shapes(NAME, _SHAPES, lines)


def carried(message: str) -> tuple[str, str] | None:
    """The code and the message of the server inside a message of a driver."""
    code = ""
    if "SQLSTATE " in message and (stated := _STATE.match(message)):
        code, message = f"SQLSTATE {stated['code']}", stated["message"]
    if any(mark in message for mark in _OFTEN) and (found := _CARRIED.match(message)):
        return code or (f"SQLSTATE {found['code']}" if found["code"] else ""), found["message"]
    return (code, message) if code else None
