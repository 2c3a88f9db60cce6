""".NET in any language: exceptions with inner ones, and the compilers of C#, VB and F#; Visual Basic 6."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Certainty, Fault, Lines, any_match, by_shapes, shape, short_type

NAME = "dotnet"
_FRAME = re.compile(r"\s{1,60}at [\w.<>`$\[\], |+]{1,300}\(.{0,300}\)(?: in .{1,300}:line \d{1,7})?$")
_TYPE = r"(?P<type>(?:[A-Z]\w{0,80}\.){0,12}[A-Z]\w{0,80}Exception)(?: \((?:0x[0-9A-Fa-f]{4,8}|\d{1,6}|[\w ,.-]{1,80})\))?"
_SHAPES = (
    shape(rf"\s{{0,8}}--->? {_TYPE}: (?P<message>.*)"),
    shape(
        rf"(?:Unhandled [Ee]xception[.:]|Unhandled Exception:|\[ERROR\] FATAL UNHANDLED EXCEPTION:|fail:|An unhandled exception[^:]{{0,80}}:) ?(?:\[\w{{1,20}}\]: )?{_TYPE}: (?P<message>.*)"
    ),
    shape(rf"\s{{0,40}}{_TYPE}: (?P<message>.*)"),
    shape(
        r"(?:[^\s(]{1,300}|<path>)\(\d{1,7},\d{1,7}(?:,\d{1,7},\d{1,7})?\): error (?P<code>(?:CS|BC|FS)\d{4,5}): (?P<message>.*)"
    ),
    shape(r"(?:.{0,300}: )?error (?P<code>(?:CS|BC|FS|NU|NETSDK|MSB)\d{4,5}): (?P<message>.*)"),
    shape(r"Run-time error '(?P<code>\d{1,10})':? ?(?P<message>.*)"),
)
_PROJECT = re.compile(r"\s{1,4}\[[^\[\]]{1,400}\]$")


def find(lines: Lines) -> list[Fault]:
    """The innermost exception first; errors of compilers in their order."""
    is_trace = any_match(_FRAME, lines)
    outer: list[Fault] = []
    inner: list[Fault] = []
    for found in by_shapes(NAME, _SHAPES, lines):
        certainty = Certainty.TRACE if is_trace and found.type else Certainty.SHAPE
        fault = replace(_visual_basic(found, lines), certainty=certainty)
        is_inner = lines[fault.at].lstrip().startswith("--")
        head, *rest = _PROJECT.sub("", fault.message).split(" ---> ")
        (inner if is_inner else outer).append(replace(fault, message=head))
        inner += [one for text in rest[:20] if (one := _inline(text, fault))]
    return inner[::-1] + outer


def _visual_basic(fault: Fault, lines: Lines) -> Fault:
    """Visual Basic 6 numbers its errors, and writes the message on the next line of its box."""
    if not fault.code.isdigit():
        return fault
    message = fault.message or (lines[fault.at + 1].strip() if fault.at + 1 < len(lines) else "")
    return replace(fault, code=f"VB {fault.code}", message=message)


def _inline(text: str, around: Fault) -> Fault | None:
    """An inner exception on the line of the outer one, as the .NET Framework prints it."""
    name, found, message = text.partition(": ")
    return (
        replace(around, type=short_type(name), message=message.strip()) if found and " " not in name else None
    )
