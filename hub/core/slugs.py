"""Slugs that keep technical names apart: C++ is not C, C# is not C, .NET is not net."""

import re

from django.utils.text import slugify

_SPOKEN = (
    ("c++", "cpp"),
    ("c#", "csharp"),
    ("f#", "fsharp"),
    (".net", "dotnet"),
    ("#", " sharp "),
    ("+", " plus "),
    ("&", " and "),
)
_WORDS_KEPT = 12
MAX_LENGTH = 100


def technical_slug(name: str) -> str:
    """Return the slug of a name in ASCII: ``C++`` → ``cpp``, ``ASP.NET`` → ``asp-dotnet``.

    Empty when the name holds nothing that a slug can show (only punctuation or another script).
    """
    text = name.casefold()
    for written, spoken in _SPOKEN:
        text = text.replace(written, f"-{spoken}-" if written == ".net" else spoken)
    return slugify(re.sub(r"[._/:]+", "-", text))[:MAX_LENGTH].strip("-_")


def title_slug(title: str) -> str:
    """Return the slug of an entry's title, its first words only; ``entry`` where nothing is left."""
    words = technical_slug(title).split("-")
    return "-".join(words[:_WORDS_KEPT])[:MAX_LENGTH].strip("-_") or "entry"
