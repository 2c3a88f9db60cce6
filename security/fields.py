"""The fields that only security topics have: a CVSS vector, and one listing a language."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape

from hub.core import fields, markdown, prose
from hub.core.slugs import technical_slug
from security.severity import InvalidVector, severity

MAX_LANGUAGE_CHARACTERS = 60


class Vector(fields.Words):
    """A CVSS vector, 3.1 or 4.0, stored in the order of the specification."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return severity(text).vector
        except InvalidVector as error:
            raise ValidationError(str(error), code="vector") from None


class Listings(fields.Parts):
    """One listing a language: [{language, info, code, output}]; each language once.

    Text form: ``### Python (Flask)``, then one fenced block, whose info string is ``info``, and perhaps an
    ``output`` block: what the code prints.
    """

    merge = fields.CODE

    def read(self, text: str) -> list[dict[str, str]]:
        listings = super().read(text)
        taken: set[str] = set()
        for listing in listings:
            if listing["language"].casefold() in taken:
                raise ValidationError(f"“{listing['language']}” stands twice.", code="twice")
            taken.add(listing["language"].casefold())
        return listings

    def part(self, heading: str, body: str) -> dict[str, str]:
        if len(heading) > MAX_LANGUAGE_CHARACTERS:
            reason = f"“{heading[:40]}…” is longer than {MAX_LANGUAGE_CHARACTERS} characters."
            raise ValidationError(reason, code="max_length")
        tokens = markdown.parse(body)
        infos = [" ".join(token.info.split()) for token in tokens if token.type == "fence"]
        if len(infos) != len(tokens) or len(tokens) > 2 or infos[1:] not in ([], ["output"]):
            reason = f"“{heading}”: give one fenced block of code, then perhaps its ```output, nothing else."
            raise ValidationError(reason, code="code")
        if infos[0] in {"", "output"}:
            reason = f"“{heading}”: name the language of its block: ```python"
            raise ValidationError(reason, code="language")
        code, *output = (token.content.removesuffix("\n") for token in tokens)
        if not code.strip():
            raise ValidationError(f"“{heading}” holds no code.", code="empty_part")
        listing = {"language": heading, "info": infos[0], "code": code}
        return listing | ({"output": output[0]} if output else {})

    def text(self, value: Any) -> str:
        return "\n\n".join(
            f"### {listing.get('language', '')}\n\n"
            + "\n\n".join(prose.fenced(code, info) for code, info in _blocks(listing))
            for listing in value or []
        )

    def html(self, value: Any, name: str) -> str:
        anchor = technical_slug(name.replace("_", "-"))
        return "".join(
            f'<h3 id="{anchor}-{number}">{escape(listing["language"])}</h3>{listing_html(listing)}'
            for number, listing in enumerate(value, 1)
        )


def _blocks(listing: dict[str, str]) -> list[tuple[str, str]]:
    """(code, info string) of a listing and, where there is one, of its output."""
    blocks = [(listing.get("code", ""), listing.get("info", ""))]
    return blocks + ([(listing["output"], "output")] if "output" in listing else [])


def listing_html(listing: dict[str, str]) -> str:
    """A listing with its output as safe HTML, without its heading."""
    return "".join(markdown.code_figure(f"{code}\n", info) for code, info in _blocks(listing))
