"""Python 2 and 3: tracebacks, chained exceptions, exception groups, pytest, ``python -m``."""

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
)

NAME = "python"
_START = re.compile(
    r"[\s|+-]{0,40}(?:Exception Group )?Traceback \(most recent call last\):|\w{1,80} {2,60}Traceback \(most recent call"
)
_MARGIN = re.compile(r"(?: {2,60}[|+](?: |-{1,60} ?\d{0,4} ?-{0,60}|$)){1,20}")
_TYPED = re.compile(r"(?P<type>[A-Za-z_][\w.]{0,150})(?:: (?P<message>.*)|:?$)")
_GROUP = re.compile(r"(?:[\w.]{1,100}\.)?(?:Base)?ExceptionGroup$")
# JavaScript has classes of the same names; these are Python's words for them.
_OWN = (
    r"'?[\w.]{1,80}'? (?:object|codec)|unsupported operand|\w{1,80}\(\) |.{0,80}(?:positional|keyword) argument|can only |"
    r"must be|not all arguments|object of type|invalid syntax|Non-UTF-8|unterminated|unindent|unmatched|can't (?:multiply|use|set)|"
    r"Missing parentheses|cannot unpack|descriptor|expected |EOL while|f-string|invalid (?:character|decimal|non)|'\w{1,20}' "
)
# Packages of Java and Kotlin, and what is no package at all.
_FOREIGN = r"(?!(?:java|javax|jakarta|kotlin|kotlinx|scala|org|com|io|net|android)\.)"
_DOTTED = r"(?:[a-z_]\w{0,60}|MySQLdb)(?:\.[A-Za-z_]\w{0,60}){0,8}"
_SHAPES = (
    shape(
        r"E {2,8}(?P<type>[a-z_.]{0,80}[A-Z]\w{1,60}(?:Error|Exception|Warning|NotFound|Exit)): (?P<message>.*)"
    ),
    shape(
        r"(?:<path>|/?[\w./<>-]{0,100}python[\d.]{0,6}(?:\.exe)?): (?P<message>(?:No module named|can't (?:open|find)).*)"
    ),
    shape(r"(?P<type>Fatal Python error): (?P<message>.*)"),
    shape(_FOREIGN + rf"(?P<type>{_DOTTED}\.[A-Z]\w{{1,80}}): (?P<message>.*)"),
    shape(
        _FOREIGN + r"(?!(?:Type|Syntax|Reference|Range|URI|Eval)Error: (?!" + _OWN + r"))"
        r"(?P<type>[A-Z]\w{0,80}(?:Error|Warning|Interrupt|Exit|Iteration|DoesNotExist|NotFound|TimeoutExpired|Group)): "
        r"(?P<message>.*)"
    ),
)
_NAMES = (
    re.compile(r"No module named ([\w.]{1,200})$"),
    re.compile(r"cannot import name ([\w.]{1,200})$"),
    re.compile(r"global name ([\w.]{1,200}) is not defined$"),
)


def find(lines: Lines) -> list[Fault]:
    """The last exception of the last traceback first, then those that it came from, then single lines."""
    traces, groups, end = _traces(lines)
    singles = [fault for fault in by_shapes(NAME, _SHAPES, lines) if fault.at not in end]
    found = [*last_first(traces), *groups, *last_first(singles)]
    return [replace(fault, message=with_names_quoted(fault.message, _NAMES)) for fault in found]


def _traces(lines: Lines) -> tuple[list[Fault], list[Fault], set[int]]:
    """The exceptions that end tracebacks, the groups around them, and the numbers of their lines."""
    traces: list[Fault] = []
    leaves: list[Fault] = []
    groups: list[Fault] = []
    is_open, seen_frame = False, False
    ends: set[int] = set()
    for at, line in enumerate(lines):
        margin = _MARGIN.match(line)
        if _START.match(line):
            is_open, seen_frame = True, False
            continue
        if not is_open:
            continue
        bare = line[margin.end() :] if margin else line
        if bare.startswith((" ", "\t", "-->", "---")) or bare[:1].isdigit():
            seen_frame = True
            continue
        typed = _TYPED.match(bare)
        if (
            typed is None
            or typed["type"] in {"File", "In"}
            or not (seen_frame or typed["type"][:1].isupper())
        ):
            continue
        fault = Fault(
            NAME,
            (typed["message"] or "").strip(),
            type=short_type(typed["type"]),
            certainty=Certainty.TRACE,
            at=at,
        )
        ends.add(at)
        is_open = False
        if _GROUP.match(typed["type"]):
            groups.append(fault)
        else:
            (leaves if margin else traces).append(fault)
    # Of the exceptions in a group, the first was raised first; it counts as the end of the chain.
    return [*traces, *leaves[::-1]], groups, ends
