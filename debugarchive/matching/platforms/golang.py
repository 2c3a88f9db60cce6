"""Go: panics, fatal errors of the runtime, the compiler and the module tools."""

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

NAME = "go"
_GOROUTINE = re.compile(r"goroutine \d{1,9} \[")
_SHAPES = (
    shape(r"\s{0,8}panic: (?:runtime error: )?(?P<message>.*)", type="panic"),
    shape(r"runtime error: (?P<message>.*)", type="panic"),
    shape(r"http: panic serving \S{1,100}: (?:runtime error: )?(?P<message>.*)", type="panic"),
    shape(r"fatal error: (?P<message>.*)", type="fatal error"),
    shape(r"(?:\./|vet: )?[\w./<>-]{1,300}\.go:\d{1,7}:\d{1,7}: (?P<message>.*)"),
    shape(r"go: (?P<message>.*)"),
    shape(r"(?P<message>(?:listen|dial|accept|read|write|lookup) (?:tcp|udp|unix|ip)\w{0,6}\b.*)"),
    shape(r"exit status \d{1,3}(?P<message>)$"),
)
_NAMES = (
    re.compile(r"undefined: ([\w.]{1,200})"),
    re.compile(r"declared and not used: ([\w.]{1,200})"),
    re.compile(r"([\w.]{1,200}) (?:declared (?:and|but) not used|redeclared in this block)"),
    re.compile(r"missing go.sum entry for module providing package ([\w./-]{1,200})"),
)
_TAIL = re.compile(r" \[recovered(?:, repanicked)?\]$| \(types from [^()]{1,100}\)$")
# What a call of the network was doing, and with whom; the reason stands behind the last colon.
_CALL = re.compile(r"(?:listen|dial|accept|read|write) (?:tcp|udp|unix|ip)\w{0,6}\b.{0,300}: (?=[a-z])")


def find(lines: Lines) -> list[Fault]:
    """The last of repeated panics first; errors of the compiler in their order."""
    is_trace = any_match(_GOROUTINE, lines)
    found = []
    for fault in by_shapes(NAME, _SHAPES, lines):
        message = _TAIL.sub("", fault.message)
        if not message:
            continue
        if not fault.type and (call := _CALL.match(message)):
            message = message[call.end() :]
        certainty = Certainty.TRACE if is_trace and fault.type else Certainty.SHAPE
        found.append(replace(fault, message=with_names_quoted(message, _NAMES), certainty=certainty))
    panics = [fault for fault in found if fault.type == "panic"]
    return panics[::-1] + [fault for fault in found if fault not in panics]
