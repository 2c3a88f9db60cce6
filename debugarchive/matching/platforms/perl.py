"""Perl: ``message at script line N.``"""

import re

from debugarchive.matching.faults import Fault, Lines

NAME = "perl"
_END = re.compile(
    r"(?:<path>|\S{1,300}|-e|\(eval \d{1,6}\)) line \d{1,7}(?:, <\$?\w{1,40}> (?:line|chunk) \d{1,9})?(?:\.|, near .{0,200})?$"
)
_INC = re.compile(r"(Can't locate (?:object method )?\S{1,200} (?:in @INC|via package)).*")
_DBI = re.compile(r"DB[ID]\S{0,80}(?: \w{1,20})?(?:\([^()]{0,400}\))? failed: ")
_MODULE = re.compile(r"Can't locate ([\w/:]{1,200}(?:\.pm)?) in @INC")


def find(lines: Lines) -> list[Fault]:
    """The messages that end as Perl ends them, in their order."""
    found = []
    for at, line in enumerate(lines):
        # Perl's own ending is the last one; a message may hold " at " too.
        message, between, place = line.rpartition(" at ")
        if not between or not _END.match(place):
            continue
        is_carried = bool(carrier := _DBI.match(message.strip()))
        message = message.strip()[carrier.end() :] if carrier else message
        message = _INC.sub(r"\1", message.strip())
        message = _MODULE.sub(r"Can't locate '\1' in @INC", message)
        found.append(Fault(NAME, message, is_carried=is_carried, at=at))
    return found
