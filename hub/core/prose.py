"""What a text must be before anything is made of it: whole, decoded, and free of broken blocks."""

import re
import unicodedata

from django.core.exceptions import ValidationError

MAX_CHARACTERS = 60_000
# Typical traces of UTF-8 read as Latin-1 or Windows-1252, twice encoded text, and lost characters.
_MOJIBAKE = re.compile(r"Ã[\x80-\xbf©¨¼¤¶Ÿ‰]|â€[™œ\x9d“”¦˜]|Â[\xa0-\xbf]|ðŸ|\ufffd")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# A fence of backticks has none behind it (CommonMark 4.5): ```x``` is code in a line.
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_HEADING = re.compile(r"^ {0,3}#{1,2}(?:\s|$)")


def normalise(text: str) -> str:
    """Return the text in the one form that is stored: NFC, ``\\n`` line ends, no blank edge lines."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""))
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip()


def check_characters(text: str) -> None:
    """Refuse characters that no honest text holds; raises ValidationError with the line."""
    for pattern, reason in (
        (_CONTROL, "a control character"),
        (_BIDI, "a character that reverses the direction of text"),
        (_MOJIBAKE, "characters of a wrong encoding"),
    ):
        if found := pattern.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise ValidationError(f"Line {line} holds {reason}.", code="characters")


def check_markdown(text: str) -> None:
    """Refuse prose whose blocks are broken; raises ValidationError with the line.

    A code block must be closed, and a text inside a section starts its own headings at ``###``.
    """
    check_characters(text)
    fence, opened = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if found := _FENCE.match(line):
            marks, info = found.groups()
            if not fence:
                fence, opened = marks, number
            elif marks[0] == fence[0] and len(marks) >= len(fence):
                if info.strip():
                    raise ValidationError(
                        f"Line {number}: the code block opened in line {opened} is still open here. End it "
                        f"with a line of {fence} and nothing else.",
                        code="fence",
                    )
                fence = ""
        elif fence and line.rstrip().endswith(fence):
            raise ValidationError(
                f"Line {number}: the end of the code block opened in line {opened} stands behind code; give "
                "it a line of its own.",
                code="fence",
            )
        elif not fence and _HEADING.match(line):
            raise ValidationError(f"Line {number}: headings inside a section start at ###.", code="heading")
    if fence:
        raise ValidationError(f"The code block opened in line {opened} is never closed.", code="fence")


def outside_code(text: str) -> list[tuple[str, bool]]:
    """The lines of a text, each with whether it stands outside every code block."""
    lines: list[tuple[str, bool]] = []
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if not found:
            lines.append((line, not fence))
            continue
        marks, info = found.groups()
        if not fence:
            fence = marks
        elif marks[0] == fence[0] and len(marks) >= len(fence) and not info.strip():
            fence = ""
        lines.append((line, False))
    return lines


def parts(text: str, mark: str) -> list[tuple[str, str]]:
    """Split a text at its headings of one level outside code: ``[("", preamble), (heading, body), …]``."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line, is_outside in outside_code(text):
        if is_outside and line.startswith(f"{mark} "):
            found.append((line[len(mark) + 1 :].strip(), []))
        else:
            found[-1][1].append(line)
    return [(heading, normalise("\n".join(lines))) for heading, lines in found]


def fenced(text: str, info: str = "") -> str:
    """Return a text as one fenced code block; the fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{info}\n{text}\n{marks}"
