"""Oracle: ``ORA-00942`` and the like, wherever they stand."""

import re

from debugarchive.matching.faults import Fault, Lines

NAME = "oracle"
_CODE = re.compile(r"\b(?P<code>(?:ORA|PLS|TNS|SP2|DPY|DPI|LRM|RMAN)-\d{4,5}): ?(?P<message>.*)")
# Where it happened, not what: lines of PL/SQL's stack.
_PLACES = {"ORA-06512", "ORA-06550", "ORA-04088", "ORA-00604"}
_HELP = re.compile(r"\s?(?:\(?Help: |https?://|Process ID: ).*")


def find(lines: Lines) -> list[Fault]:
    """Numbered messages in their order, those that only say where it happened at the end."""
    found = []
    for at, line in enumerate(lines):
        if "-" in line and (coded := _CODE.search(line)):
            found.append(Fault(NAME, _HELP.sub("", coded["message"]), code=coded["code"], at=at))
    return sorted(found, key=lambda fault: fault.code in _PLACES)


def carried(message: str) -> tuple[str, str] | None:
    if "-" not in message or (found := _CODE.search(message)) is None:
        return None
    return found["code"], _HELP.sub("", found["message"])
