"""Code blocks that lost something on their way: newlines, their end, or the sense of their first line."""

import ast
import json
import re
import tomllib
from collections.abc import Callable

from django.core.exceptions import ValidationError

from hub.core import markdown

# What may stand behind the language of a block, such as raises=KeyError; see docs/content.md.
_FLAG = re.compile(r"norun|[a-z]+=\S+")
# Longer code is only shown: parsers take deep nesting badly.
MAX_PARSED = 10_000
_UNPARSED = ("SyntaxError", "IndentationError", "TabError")
# A block that was put into one line: a language, then code, then the marks that should stand below it.
_LANGUAGES = (
    "python|sql|javascript|js|typescript|bash|sh|java|c|cpp|csharp|rust|go|php|ruby|json|yaml|html|css"
)
_ONE_LINE = re.compile(rf"^ {{0,3}}```(?:{_LANGUAGES})[ \t]+\S.*```[ \t]*$")


def check(text: str) -> None:
    """Refuse blocks that nobody meant so; raises ValidationError with the line.

    Python, JSON and TOML must parse, unless the block says ``norun`` or that a SyntaxError is its point.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if _ONE_LINE.match(line):
            raise ValidationError(
                f"Line {number}: a code block lost its line ends; its code begins on the next line.",
                code="newlines",
            )
    if "```" not in text and "~~~" not in text:
        return
    for token in markdown.parse(text):
        if token.type == "fence":
            _check_block(token.info, token.content, (token.map[0] if token.map else 0) + 1)


def _check_block(info: str, code: str, line: int) -> None:
    language, *flags = info.split() or [""]
    for flag in flags:
        if not _FLAG.fullmatch(flag):
            raise ValidationError(
                f"Line {line}: “{flag[:40]}” stands behind the language of a code block, where only words "
                "such as norun and raises=… may. Code begins on the next line.",
                code="newlines",
            )
    parse = _PARSERS.get(language)
    is_meant = "norun" in flags or any(flag.removeprefix("raises=") in _UNPARSED for flag in flags)
    if parse is None or is_meant or len(code) > MAX_PARSED:
        return
    try:
        parse(code)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        at = line + (getattr(error, "lineno", None) or 1)
        reason = getattr(error, "msg", None) or type(error).__name__
        raise ValidationError(
            f"Line {at}: this {markdown.language_name(language)} can't be read: {reason}. If that is meant, "
            f"write ```{language} norun.",
            code="code",
        ) from None


_PARSERS: dict[str, Callable[[str], object]] = {
    "python": ast.parse,
    "json": json.loads,
    "toml": tomllib.loads,
}
