"""What a platform's module finds in a text, and the small tools with which all of them look for it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Certainty(IntEnum):
    """How surely a line is the error that a text is about."""

    LINE = 1  # a line that says enough, of no known shape
    SHAPE = 2  # the shape in which a platform prints its errors
    TRACE = 3  # that shape, with the platform's stack around it


@dataclass(frozen=True)
class Fault:
    """One error as a platform printed it.

    ``type`` is the exception's class without its module, ``code`` the vendor's number of the error
    (``mysql 1452``, ``E0382``, ``ORA-00942``), ``message`` one line. ``is_carried`` says that the type only
    carries the message of something else, as every database driver's does; ``context`` names the framework
    without which a message means something else. ``at`` is the number of the line.
    """

    platform: str
    message: str
    type: str = ""
    code: str = ""
    certainty: Certainty = Certainty.SHAPE
    is_carried: bool = False
    context: str = ""
    at: int = 0


Lines = Sequence[str]
Finder = Callable[[Lines], list[Fault]]


@dataclass(frozen=True)
class Shape:
    """One way in which a platform prints an error on one line: groups ``message``, ``type`` and ``code``."""

    pattern: re.Pattern[str]
    type: str = ""
    code: str = ""
    certainty: Certainty = Certainty.SHAPE

    def fault(self, platform: str, line: str, at: int) -> Fault | None:
        found = self.pattern.match(line)
        if found is None:
            return None
        groups = found.groupdict()
        return Fault(
            platform,
            (groups.get("message") or "").strip(),
            type=short_type(groups.get("type") or self.type),
            code=groups.get("code") or self.code,
            certainty=self.certainty,
            at=at,
        )


def shape(pattern: str, type: str = "", code: str = "", flags: int = 0) -> Shape:  # noqa: A002 (a fault's own word)
    """A shape from a pattern that is matched at the beginning of a line."""
    return Shape(re.compile(pattern, flags), type, code)


def by_shapes(platform: str, shapes: Sequence[Shape], lines: Lines) -> list[Fault]:
    """The faults of the lines, each by the first shape that fits it, in their order."""
    found = []
    for at, line in enumerate(lines):
        for one in shapes:
            if fault := one.fault(platform, line, at):
                found.append(fault)
                break
    return found


def last_first(faults: Iterable[Fault]) -> list[Fault]:
    """For platforms that print the cause, or the last exception of a chain, at the end."""
    return list(faults)[::-1]


def any_match(pattern: re.Pattern[str], lines: Lines) -> bool:
    return any(pattern.match(line) for line in lines)


def short_type(name: str) -> str:
    """The class alone: ``java.net.BindException``, ``PDO\\Error`` and ``A::B`` lose what stands before."""
    return re.split(r"[.\\:/]", name.strip())[-1]


def without_place(message: str) -> str:
    """A message without the ``in file:12`` or ``in file on line 12`` that PHP ends it with."""
    head, between, tail = message.rpartition(" in ")
    return head if between and re.search(r"(?::| on line )\d{1,7}\.?$", tail) else message


def with_names_quoted(message: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """A message whose unquoted name (the first group of a pattern) stands in quotes: ``'foo' is not defined``."""
    for pattern in patterns:
        if (found := pattern.match(message)) and found[1]:
            return f"{message[: found.start(1)]}'{found[1]}'{message[found.end(1) :]}"
    return message
