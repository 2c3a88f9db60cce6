"""JavaScript: V8 old and new (Chrome, Node.js), Firefox, Safari, Hermes, and what frameworks put around them."""

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

NAME = "javascript"
_FRAME = re.compile(
    r"\s{2,60}at (?:.{1,300} \()?[^()]{1,600}:\d{1,7}:\d{1,7}\)?$|[^\s@]{0,200}@[^\s]{1,600}:\d{1,7}:\d{1,7}$"
)
_TYPE = r"(?P<type>(?:[A-Z]\w{0,60})?(?:Error|Exception|Rejection|Violation)|DOMException)(?: \[(?P<code>[A-Z][A-Z0-9_]{2,60})\])?"
_PLACE = r"(?:[^\s:]{1,300}:\d{1,7}(?::\d{1,7})? )?"
_SHAPES = (
    shape(rf"\s{{0,40}}\[(?:cause|errors)\]: (?:\[)?{_TYPE}: (?P<message>.*)"),
    shape(rf"{_PLACE}Uncaught (?:\(in promise\) ?)?(?:{_TYPE}: )?(?P<message>.+)"),
    shape(
        rf"(?:Unhandled (?:[Pp]romise )?[Rr]ejection|UnhandledPromiseRejectionWarning)(?: \([^)]{{1,60}}\))?:? {_TYPE}: (?P<message>.*)"
    ),
    shape(
        r"\[Vue warn\]: (?:Error in|Unhandled error during) [^\"]{1,200}: \"(?P<type>\w{1,60}): (?P<message>.*)\""
    ),
    shape(rf"\s{{0,40}}(?:[●✕×⨯✘] |ERROR |error - |Error: |\(node:\d{{1,9}}\) )?{_TYPE}: (?P<message>.*)"),
    shape(r"(?P<type>error): (?P<message>.*)"),
    shape(r"Module not found: (?P<message>(?:Error: )?.*)", type="ModuleNotFound"),
    shape(r"(?P<message>FATAL ERROR: .*)", type="FatalError"),
)
_NAMES = (
    re.compile(r"([\w$.]{1,200}) is not (?:defined|a function|a constructor|iterable)\b"),
    re.compile(r"([\w$.]{1,200}(?:\([^()]{0,60}\))?[\w$.]{0,100}) is (?:undefined|null)$"),
    re.compile(r"Can't find variable: ([\w$]{1,200})$"),
    re.compile(r"Assignment to constant variable (['\w$]{1,200})"),
)
_CODED = re.compile(r"(?:[a-z_]{2,24} )?(?P<code>E[A-Z]{3,20})\b")
_TAIL = re.compile(r" (?:\(at \S{1,300}\)|<anonymous>:\d.{0,200})$")


def find(lines: Lines) -> list[Fault]:
    """The innermost cause first, then errors in the order in which they were printed."""
    found = [
        fault
        for fault in by_shapes(NAME, _SHAPES, lines)
        if fault.type != "error" or _is_followed(fault, lines)
    ]
    is_trace = bool(found) and any_match(_FRAME, lines)
    found = [_mended(fault, lines, is_trace=is_trace) for fault in found]
    causes = [fault for fault in found if lines[fault.at].lstrip().startswith("[cause]")]
    return causes[::-1] + [fault for fault in found if fault not in causes]


def _is_followed(fault: Fault, lines: Lines) -> bool:
    return fault.at + 1 < len(lines) and bool(_FRAME.match(lines[fault.at + 1]))


def _mended(fault: Fault, lines: Lines, *, is_trace: bool) -> Fault:
    message = _TAIL.sub("", fault.message).replace("of 'undefined' as it", "of 'it' as it")
    code = fault.code
    if not code and (coded := _CODED.match(message)):
        code = coded["code"]
    certainty = (
        Certainty.TRACE if is_trace and (fault.type or _is_followed(fault, lines)) else Certainty.SHAPE
    )
    return replace(fault, message=with_names_quoted(message, _NAMES), code=code, certainty=certainty)
