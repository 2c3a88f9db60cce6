"""A pasted text, read: what was taken off and out of it, and the faults in it, the likeliest first."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from debugarchive.matching import cleaning
from debugarchive.matching.faults import Certainty, Fault, short_type
from debugarchive.matching.platforms import FINDERS
from debugarchive.matching.platforms.databases import unwrapped
from debugarchive.matching.redaction import NAMES, redact_line
from debugarchive.matching.signing import Signature, sign

MOST_FAULTS = 40  # that are looked up
_MOST_LINES = 600  # that platforms look at, half of them from the end; frames are not counted
_PLAIN_LINES = 24
_ERRNO = re.compile(r"\[(?:Errno|WinError) (?P<number>-?\d{1,6})\] ")
# What the operating system refuses for one reason only, whoever asked (errno.h).
_SYSTEM_CODES = {
    "address already in use": "EADDRINUSE",
    "no space left on device": "ENOSPC",
    "too many open files": "EMFILE",
}
_LEVEL = re.compile(
    r"(?:(?:fatal|type|runtime)? ?error|fatal|warning|warn|critical)[:!] {1,4}", re.IGNORECASE
)
_INLINE = re.compile(
    r"(?:^|[\s(\"'`])(?P<type>(?:\w{1,60}[.\\]){0,8}[A-Z]\w{1,60}(?:Error|Exception)): (?P<message>.{3,})"
)
_SYSTEM = re.compile("|".join(_SYSTEM_CODES), re.IGNORECASE)

# Frames and carets: they say where, not what. Platforms need only to see that there are some.
_FRAME = re.compile(
    r"\s{1,80}at [\w$.<>\[\]/`, |+-]{1,400}[(:]|\s{1,80}\.{3} \d{1,6} (?:more|common)|#\d{1,5} |\s{0,40}[\^~]{1,200}\s{0,20}$"
    r"|\t(?:/|<path>)\S{0,400}:\d{1,7}|\s{1,60}\d{1,5}: (?:from |0x)|\s{1,12}\d{0,6} \|(?: |$)|\s{2,60}File \""
)
_KEPT_FRAMES = 6  # in a row: enough to see whose they are


@dataclass(frozen=True)
class Analysis:
    """What a text holds.

    ``faults`` are those that can be told from others, each with its signature, the likeliest first;
    ``redacted`` is the text without private data, ``removed`` what that was, here or in the browser, by the
    names of ``redaction.NAMES``; ``stripped`` says in words what stood around the error.
    """

    faults: list[tuple[Fault, Signature]]
    redacted: str
    removed: dict[str, int] = field(default_factory=dict)
    stripped: list[str] = field(default_factory=list)
    is_cut: bool = False

    @property
    def primary(self) -> tuple[Fault, Signature] | None:
        return self.faults[0] if self.faults else None


def analyse(text: str) -> Analysis:
    """Read a text of any size and content; never raises, in time linear in what is read of it."""
    text, is_cut = cleaning.capped(text)
    raw, lines_cut = cleaning.split(text)
    stripped: dict[str, None] = {}
    taken: Counter[str] = Counter()
    redacted = [redact_line(line, taken) for line in raw]
    lines = cleaning.clean(redacted, stripped)
    lines = [redact_line(line, taken) for line in lines]
    faults = _faults(_without_frames(lines))
    signed = [(fault, signature) for fault in faults if (signature := sign(fault))]
    return Analysis(
        _distinct(signed)[:MOST_FAULTS],
        "\n".join(redacted),
        {name: count for name in NAMES if (count := sum(line.count(f"<{name}>") for line in redacted))},
        list(stripped),
        is_cut or lines_cut,
    )


def looks_like_error(text: str) -> bool:
    """Whether a short text is plainly the output of a program, not a search for words."""
    faults = analyse(text[:2000]).faults
    return any(fault.certainty > Certainty.LINE for fault, _ in faults)


def _without_frames(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    in_a_row = 0
    for line in lines:
        in_a_row = in_a_row + 1 if _FRAME.match(line) else 0
        if in_a_row <= _KEPT_FRAMES:
            kept.append(line)
    if len(kept) > _MOST_LINES:
        kept = kept[: _MOST_LINES // 2] + kept[-_MOST_LINES // 2 :]
    return kept


def _faults(lines: list[str]) -> list[Fault]:
    """All faults, by certainty, then by the place that its platform gave each, then by that of the line."""
    ranked: list[tuple[int, int, int, int, Fault]] = []
    taken: set[int] = set()
    for order, find in enumerate(FINDERS):
        for rank, fault in enumerate(find(lines)):
            taken.add(fault.at)
            ranked.append((-fault.certainty, min(rank, 1), min(2, rank), order, fault))
    ranked.sort(key=lambda one: (*one[:3], one[4].at, one[3]))
    return [_bare(fault) for *_, fault in ranked] + _plain(lines, taken)


def _plain(lines: list[str], taken: set[int]) -> list[Fault]:
    """Lines of no known shape: one of them may be, word for word, what an entry tells."""
    half = _PLAIN_LINES // 2
    places = [at for at, line in enumerate(lines) if at not in taken and not _FRAME.match(line)]
    if len(places) > _PLAIN_LINES:
        places = places[:half] + places[-half:]
    found = [Fault("", _LEVEL.sub("", lines[at].strip()), certainty=Certainty.LINE, at=at) for at in places]
    return [_bare(_as_quoted(fault)) for fault in found]


def _as_quoted(fault: Fault) -> Fault:
    """The exception that a sentence ends with, as people quote it; else the line as it is."""
    inline = _INLINE.search(fault.message)
    if inline is None:
        return fault
    return replace(fault, type=short_type(inline["type"]), message=inline["message"])


def _bare(fault: Fault) -> Fault:
    """The fault with the message of the database or of the operating system that it carries."""
    fault = unwrapped(fault)
    if found := _ERRNO.match(fault.message):
        fault = replace(fault, message=fault.message[found.end() :])
    if not fault.code and (named := _SYSTEM.search(fault.message)):
        fault = replace(fault, code=_SYSTEM_CODES[named[0].lower()])
    return fault


def _distinct(signed: list[tuple[Fault, Signature]]) -> list[tuple[Fault, Signature]]:
    found: dict[tuple[str, str], tuple[Fault, Signature]] = {}
    for fault, signature in signed:
        found.setdefault((signature.level_1, signature.level_1_named), (fault, signature))
    return list(found.values())
