"""Rust: rustc and cargo, and panics of both shapes (before and since 1.73)."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Certainty, Fault, Lines, any_match, by_shapes, shape

NAME = "rust"
_ARROW = re.compile(r"\s{1,12}--> \S")
_SHAPES = (
    shape(r"\s{0,4}error\[(?P<code>E\d{4})\]: (?P<message>.*)"),
    shape(r"thread '[^']{1,200}' (?:\(\d{1,12}\) )?panicked at '(?P<message>.*)', \S{1,400}$", type="panic"),
    shape(
        r"thread '[^']{1,200}' (?:\(\d{1,12}\) )?panicked at \S{1,400}:\d{1,7}:\d{1,7}:(?P<message>)$",
        type="panic",
    ),
    shape(r"error: (?P<message>.*)", type="error"),
)
_COMPILING = re.compile(r"\s{0,8}Compiling \S{1,100} v\d|error: could not compile|\s{1,12}--> \S")
_SUMMARY = re.compile(r"could not compile|aborting due to|build failed")
_VALUE = re.compile(r"(called `[^`]{1,80}` on an? `\w{1,20}` value): .*")


def find(lines: Lines) -> list[Fault]:
    """The first error of the compiler first; ``error:`` counts only among its other lines."""
    is_rustc = any_match(_COMPILING, lines)
    has_arrows = any_match(_ARROW, lines)
    found = []
    for fault in by_shapes(NAME, _SHAPES, lines):
        if fault.type == "error" and (not is_rustc or _SUMMARY.match(fault.message)):
            continue
        message = fault.message
        if not message:
            message = lines[fault.at + 1].strip() if fault.at + 1 < len(lines) else ""
        certainty = (
            Certainty.TRACE if fault.type == "panic" or (fault.code and has_arrows) else Certainty.SHAPE
        )
        found.append(replace(fault, message=_VALUE.sub(r"\1", message), certainty=certainty))
    return found
