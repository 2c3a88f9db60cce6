"""PHP, plain and under Laravel, Symfony and WordPress."""

import re
from dataclasses import replace

from debugarchive.matching.faults import (
    Certainty,
    Fault,
    Lines,
    by_shapes,
    last_first,
    shape,
    short_type,
    with_names_quoted,
    without_place,
)

NAME = "php"
_TYPE = r"(?P<type>(?:\w{1,80}\\){0,12}\w{0,80}(?:Error|Exception|Failure)|mysqli_sql_exception)"
_LEVELS = "Fatal error|Parse error|Recoverable fatal error|Catchable fatal error|Warning|Notice|Deprecated|Strict Standards"
_SHAPES = (
    shape(
        rf"(?:PHP )?(?:{_LEVELS}): {{1,4}}Uncaught (?:exception '(?P<type>[\w\\]{{1,200}})' with message '(?P<message>.*?)'(?: in |$))"
    ),
    shape(rf"(?:PHP )?(?:{_LEVELS}): {{1,4}}Uncaught (?:{_TYPE}: )?(?P<message>.*)"),
    shape(r"(?:PHP )?(?:Parse error|ParseError): {1,4}(?P<message>.*)", type="ParseError"),
    shape(rf"(?:PHP )?(?:{_LEVELS}): {{1,4}}(?P<message>.*)"),
    shape(r"(?:[\w\\]{1,200}\s{1,8})?(?P<message>SQLSTATE\[\w{5}\].*)", type="PDOException"),
    shape(r"(?P<message>mysqli?\w{0,20}(?:::|_)\w{1,40}\(\): \(.{5,12}\): .*)", type="mysqli_sql_exception"),
    shape(rf"Next {_TYPE}: (?P<message>.*)"),
    shape(rf"(?:Uncaught PHP Exception |Uncaught Error: |In \w{{1,60}}: )?{_TYPE}: (?P<message>.*)"),
    shape(r"\s{0,8}\[(?P<type>(?:\w{1,80}\\){1,12}\w{1,80})\]\s{0,4}(?P<message>.*)"),
    shape(r"\s{0,8}(?P<type>(?:\w{1,80}\\){1,12}\w{1,80}(?:Exception|Error)?)\s{0,8}(?P<message>)$"),
    shape(r"\s{0,4}In \S{1,120}\.php line \d{1,7}:(?P<message>)$", type="Exception"),
)
_NAMES = (
    re.compile(r"Undefined (?:index|offset|variable|property|constant): ([\w$:]{1,200})"),
    re.compile(r"Use of undefined constant (\w{1,200})"),
)
_STACK = re.compile(r"#\d{1,4} |Stack trace:|\s{2}thrown in ")
_LOGGED = re.compile(r"\[object\] \((?P<type>[\w\\]{1,200})\(code: [^)]{0,20}\): ?(?P<message>.*)")


def find(lines: Lines) -> list[Fault]:
    """The exception of the last ``Next`` first; a type on a line of its own takes its message from the next."""
    context = "wordpress " if any("/wp-" in line for line in lines) else ""
    is_trace = any(_STACK.match(line) for line in lines)
    found = []
    for fault in by_shapes(NAME, _SHAPES, lines):
        one = _with_next_line(fault, lines) if not fault.message else fault
        one = _logged(one)
        message = _trimmed(one.message)
        certainty = Certainty.TRACE if is_trace and "Uncaught" in lines[fault.at] else Certainty.SHAPE
        if message:
            message = with_names_quoted(message, _NAMES)
            found.append(replace(one, message=message, certainty=certainty, context=context))
    following = [fault for fault in found if lines[fault.at].startswith("Next ")]
    return last_first(following) + [fault for fault in found if fault not in following]


def _trimmed(message: str) -> str:
    """A message without its place, the quote of an outer log, and what a web server says after it."""
    message = message.split('" while reading ', maxsplit=1)[0].strip()
    if message.count('"') % 2 and message.endswith('"'):
        message = message[:-1]
    return without_place(message).removesuffix(" and defined").strip()


def _with_next_line(fault: Fault, lines: Lines) -> Fault:
    following = lines[fault.at + 1].strip() if fault.at + 1 < len(lines) else ""
    return replace(fault, message=following)


def _logged(fault: Fault) -> Fault:
    """Laravel writes the message twice; the second time as JSON, with the type."""
    head, found, tail = fault.message.partition(' {"exception":"')
    if not found:
        return fault
    logged = _LOGGED.match(tail)
    return replace(
        fault, message=head, type=short_type(logged["type"].replace("\\\\", "\\")) if logged else fault.type
    )
