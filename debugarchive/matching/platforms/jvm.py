"""Java and Kotlin: stack traces with their causes, and what javac, kotlinc, Maven and Gradle print."""

import re
from dataclasses import replace

from debugarchive.matching.faults import (
    Certainty,
    Fault,
    Lines,
    any_match,
    by_shapes,
    shape,
    with_names_quoted,
)

NAME = "jvm"
_FRAME = re.compile(r"\s{1,60}at [\w.$/<>@-]{1,300}\(|\s{1,60}\.\.\. \d{1,6} (?:more|common frames)")
_TYPE = r"(?P<type>(?:[a-z_]\w{0,60}\.){1,12}[A-Z][\w$]{1,120})"
_SHAPES = (
    shape(rf"(?:\s{{0,60}}Caused by: |Wrapped by: ){_TYPE}(?:: (?P<message>.*)|$)"),
    shape(rf"Exception in thread \"[^\"]{{0,200}}\" {_TYPE}(?:: (?P<message>.*)|$)"),
    shape(rf"(?:Exception in thread \"[^\"]{{0,200}}\" )?{_TYPE}(?:: (?P<message>.*)|$)"),
    shape(r"[^\s:]{1,300}\.java:\d{1,7}: error: (?P<message>.*)"),
    shape(r"(?:\[ERROR\] )?(?:<path>|[^\s:]{1,300}):?\[\d{1,7},\d{1,7}\] (?:error: )?(?P<message>.*)"),
    shape(r"e: (?:file:\S{1,400}|<path>|[^\s:]{1,300})(?::? ?\(?\d{1,7}[,:] ?\d{1,7}\)?)?:? (?P<message>.*)"),
    shape(
        r"(?P<message>Error: (?:Could not find or load main class|Unable to (?:access jarfile|initialize main class)).*)"
    ),
)
_NAMES = (
    re.compile(r"Error: Could not find or load main class ([\w.$]{1,200})"),
    re.compile(r"(?:e: )?[Uu]nresolved reference: ([\w$]{1,200})"),
    re.compile(r"class ([\w.$]{1,200}) cannot be cast"),
    re.compile(r"package ([\w.]{1,200}) does not exist"),
)
_TYPE_ENDS = re.compile(r"(?:Error|Exception|Throwable|Failure|Exists|NotFound|Timeout|Interrupt)\w{0,20}$")


def find(lines: Lines) -> list[Fault]:
    """The last cause first, then the exceptions around it, in their order."""
    is_trace = any_match(_FRAME, lines)
    found = []
    for fault in by_shapes(NAME, _SHAPES, lines):
        followed = fault.at + 1 < len(lines) and bool(_FRAME.match(lines[fault.at + 1]))
        if fault.type and not (followed or _TYPE_ENDS.search(fault.type)):
            continue
        certainty = Certainty.TRACE if fault.type and is_trace else Certainty.SHAPE
        message = with_names_quoted(fault.message, _NAMES)
        found.append(replace(fault, message=message, certainty=certainty))
    causes = [fault for fault in found if "Caused by: " in lines[fault.at]]
    return causes[::-1] + [fault for fault in found if fault not in causes]
