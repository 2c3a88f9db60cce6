"""SQLite: its command line, and the message inside every driver's exception."""

import re

from debugarchive.matching.faults import Fault, Lines, by_shapes, shape, with_names_quoted

NAME = "sqlite"
_NAMES = (
    re.compile(r"no such (?:table|column|function|index|module): (\S{1,200})"),
    re.compile(r"(?:UNIQUE|NOT NULL|CHECK) constraint failed: (.{1,300})"),
    re.compile(r"table (\S{1,200}) (?:already exists|has )"),
    re.compile(r"ambiguous column name: (\S{1,200})"),
)
_SHAPES = (
    shape(
        r"(?P<message>(?:Error|Runtime error|Parse error)(?: near line \d{1,7})?(?:: (?:stepping|in prepare|near line \d{1,7}))?[,:] .*)"
    ),
)
_SHELL = re.compile(
    r"(?:(?:Error|Runtime error|Parse error)(?: near line \d{1,7})?[:,] ?)?(?:(?:stepping|in prepare), )?"
    r"(?P<message>.*?)(?: \(\d{1,4}\))?$"
)
_OWN = re.compile(
    r"(?:FOREIGN KEY|UNIQUE|NOT NULL|CHECK) constraint failed|no such (?:table|column|function|index|module)\b"
    r"|database (?:is locked|disk image is malformed|table is locked|schema is locked|or disk is full)"
    r"|unable to open database|attempt to write a readonly|near \"|file is not a database|table .{1,100} already exists"
    r"|table .{1,100} has (?:no column|\d)|ambiguous column|incomplete input|too many SQL variables|datatype mismatch"
)
_CODED = re.compile(r"(?:\[?SQLITE_[A-Z_]{3,40}\]?:? ?)(?:\(.{1,60}\) )?(?P<message>.*)")
_PDO = re.compile(r"SQLSTATE\[\w{5}\](?:: [\w ,]{1,80})?:? \[?\d{1,2}\]? (?P<message>.*)")
_NET = re.compile(r"SQLite Error \d{1,4}: '(?P<message>.*)'\.?$")
_WRAPPED = re.compile(r".{0,200}\((?P<message>[^()]{5,300})\)$")


def find(lines: Lines) -> list[Fault]:
    return [fault for fault in by_shapes(NAME, _SHAPES, lines) if carried(fault.message)]


def carried(message: str) -> tuple[str, str] | None:
    """The library's own message inside a driver's; SQLite's result codes are too broad to tell by."""
    for pattern in (_NET, _PDO, _SHELL, _CODED):
        if found := pattern.match(message):
            message = found["message"]
            break
    if (wrapped := _WRAPPED.match(message)) and _OWN.match(wrapped["message"]):
        message = wrapped["message"]
    return ("", with_names_quoted(message, _NAMES)) if _OWN.match(message) else None
