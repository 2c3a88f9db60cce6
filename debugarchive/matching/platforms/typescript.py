"""TypeScript: errors of tsc, with and without ``pretty``."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Fault, Lines, by_shapes, shape

NAME = "typescript"
_SHAPES = (
    shape(r"(?:<path>|[^\s(]{1,300})\(\d{1,7},\d{1,7}\): error (?P<code>TS\d{4,5}): (?P<message>.*)"),
    shape(r"(?:<path>|[^\s:]{1,300}):\d{1,7}:\d{1,7} - error (?P<code>TS\d{4,5}): (?P<message>.*)"),
    shape(r"(?:.{0,300}\b)?(?:error )?(?P<code>TS\d{4,5}): (?P<message>.*)"),
    shape(r"(?:Type error|Failed to compile\.? Type error): (?P<message>.*)"),
    shape(r"(?P<message>.{5,300})\.?\s?ts\((?P<code>\d{4,5})\)$"),
)
_FIRST_SENTENCE = re.compile(
    r"(.{10,600}?[.'])(?: (?:Did you mean|Do you need|Try changing|You might|Consider) .*|$)"
)


def find(lines: Lines) -> list[Fault]:
    """Errors in their order; an editor's ``ts(2304)`` is TS2304."""
    found = []
    for fault in by_shapes(NAME, _SHAPES, lines):
        code = f"TS{fault.code}" if fault.code.isdigit() else fault.code
        first = _FIRST_SENTENCE.match(fault.message)
        found.append(replace(fault, code=code, message=first[1] if first else fault.message))
    return found
