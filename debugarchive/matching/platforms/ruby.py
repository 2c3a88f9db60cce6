"""Ruby: uncaught exceptions of 1.9 to 3.4, Rails' log, and Bundler."""

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

NAME = "ruby"
_FRAME = re.compile(r"\s{1,60}(?:\d{1,5}: )?from \S{1,400}:\d{1,7}:in ")
_TYPE = r"(?P<type>(?:[A-Z]\w{0,80}::){0,10}[A-Z]\w{0,80})"
_SHAPES = (
    shape(rf"(?:<path>|[^\s:]{{1,400}}):\d{{1,7}}:in [`'][^`']{{1,200}}': (?P<message>.*) \({_TYPE}\)$"),
    shape(rf"(?:<path>|[^\s:]{{1,400}}):\d{{1,7}}: (?P<message>.*) \({_TYPE}\)$"),
    shape(r"(?:<path>|[^\s:]{1,400}\.rb):\d{1,7}: (?P<message>syntax error.*)", type="SyntaxError"),
    shape(r"(?:<path>|[^\s:]{1,400}):\d{1,7}:in [`'][^`']{1,200}': (?P<message>.*)"),
    shape(
        r"(?P<message>.{5,1500}) \((?P<type>(?:[A-Z]\w{0,80}::){0,10}(?:[A-Z]\w{0,80})?(?:Error|Exception))\)$"
    ),
    shape(
        r"(?P<type>(?:[A-Z]\w{0,80}::){0,10}(?:[A-Z]\w{0,80})?(?:Error|Invalid|NotFound|NotUnique|Exception)) \((?P<message>.*)\):?$"
    ),
    shape(r"(?P<type>(?:[A-Z]\w{0,80}::){1,10}[A-Z]\w{1,80}): (?P<message>.*)"),
    shape(
        r"(?P<message>Could not find (?:gem )?.{1,200} in (?:any of the sources|locally installed gems|rubygems).*)"
    ),
)
_NAMES = (re.compile(r"uninitialized constant ([\w:]{1,200})"), re.compile(r"key not found: (\S{1,200})"))
# Who did not have the method: an object's address and class say nothing.
_OBJECT = re.compile(r" for (?:an instance of [\w:]{1,200}|#<.{1,300}>?|(?:main|class|module)[:\w ]{0,200})$")


def find(lines: Lines) -> list[Fault]:
    """Exceptions in their order: Ruby prints the last one first, and its causes after it."""
    is_trace = any_match(_FRAME, lines)
    found = []
    for fault in by_shapes(NAME, _SHAPES, lines):
        certainty = Certainty.TRACE if is_trace and fault.type else Certainty.SHAPE
        message = _OBJECT.sub("", fault.message)
        found.append(replace(fault, message=with_names_quoted(message, _NAMES), certainty=certainty))
    return found
