"""Shells: bash, dash, zsh, ksh, BusyBox, env, PowerShell and cmd."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Fault, Lines, by_shapes, shape, with_names_quoted

NAME = "shell"
_SHELL = r"(?:-?(?:ba|da|z|k|a|fi)?sh|env|<path>|/usr/bin/env|sudo|exec)"
# What a program that runs others says of them; by these a bare path before a colon is known for a shell's.
_PHRASES = (
    "command not found|[Nn]ot found|No such file or directory|Permission denied|cannot execute|bad interpreter|"
    "Exec format error|Argument list too long|invalid option|unexpected|unbound variable|Is a directory"
)
_SHAPES = (
    shape(rf"(?:{_SHELL}|[\w./<>-]{{1,200}}): (?:line )?\d{{1,7}}: (?P<message>.*)"),
    shape(r"(?:-?(?:ba|da|k|a)?sh): (?P<message>.{3,})"),
    shape(rf"(?:{_SHELL}): (?P<message>.{{0,300}}(?:{_PHRASES})\b.*)"),
    shape(r"(?:zsh|fish): (?P<message>.*)"),
    shape(r"(?P<message>exec (?:<path>|\S{1,300}): .{3,200})$"),
    shape(
        r"(?:\S{1,100}: )?(?P<message>The term '.{1,200}' is not recognized as .*)",
        type="CommandNotFoundException",
    ),
    shape(r"(?P<message>'.{1,200}' is not recognized as an internal or external command.*)"),
    shape(r"\s{1,8}\+ FullyQualifiedErrorId : (?P<message>)(?P<type>\w{1,80})"),
)
# zsh writes script:[:3: and script:3: where bash has a word, ksh script[3]:
_OTHERS = (
    (re.compile(r"([\w./<>-]{1,200}):\[:(\d{1,7}): "), r"\1: line \2: [: "),
    (
        re.compile(r"([\w./-]{1,200}\.(?:sh|zsh|ksh)|zsh|<path>):(\d{1,7}): (?!error|warning|fatal)"),
        r"\1: line \2: ",
    ),
    (re.compile(r"([\w./-]{1,200}\.(?:sh|ksh)|ksh)\[(\d{1,7})\]: "), r"\1: line \2: "),
)
_NAMES = (
    re.compile(r"(\S{1,200}): (?:command )?not found$"),
    re.compile(r"command not found: (\S{1,200})$"),
    re.compile(r"\[: (\S{1,200}): (?:binary operator|integer|unexpected operator|unary)"),
    re.compile(
        r"(\S{1,200}): (?:unbound variable|parameter not set|bad substitution|ambiguous redirect|Permission denied)"
    ),
    re.compile(r"cd: (\S{1,200}): "),
)


def find(lines: Lines) -> list[Fault]:
    """Complaints in their order; what the shell looked for is a name, its own words are not."""
    found = []
    spelled = [_as_bash(line) for line in lines]
    for fault in by_shapes(NAME, _SHAPES, spelled):
        if not fault.message:
            continue
        message = fault.message
        if not message.startswith(("$", "cd: $")):
            message = with_names_quoted(message, _NAMES)
        found.append(replace(fault, message=message))
    return found


def _as_bash(line: str) -> str:
    for pattern, replacement in _OTHERS:
        if pattern.match(line):
            return pattern.sub(replacement, line, count=1)
    return line
