"""The fields that only snippets have: files of code, what to fill in before copying, what must be there."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape

from hub.core import fields, markdown, prose
from hub.core.fields.texts import is_record
from hub.core.models import Technology

MAX_NAME_CHARACTERS = 80
_FILE_NAME = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_INFO = re.compile(r"([A-Za-z0-9+#-]+)( norun)?")
_VARIABLE = re.compile(r"`([^`\n]+)`\s*[:–—-]\s*(\S.*)", re.DOTALL)


class Language(fields.Known):
    """One language, by its slug. Frameworks and databases are technologies, not languages."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Technology, **kwargs)
        self.queryset = Technology.objects.filter(kind=Technology.Kind.LANGUAGE)


class Files(fields.Parts):
    """Files of code, the main one first: [{name, language, code}].

    Text form: ``### name`` and one fenced block a file; ``code`` is its exact text and ends with a line
    end. A fence marked ``norun`` (its code can't run by itself) gives ``flags: "norun"`` too.
    """

    merge = fields.CODE

    def read(self, text: str) -> list[dict[str, str]]:
        files = super().read(text)
        taken: set[str] = set()
        for file in files:
            if file["name"].casefold() in taken:
                raise ValidationError(f"“{file['name']}” stands twice.", code="twice")
            taken.add(file["name"].casefold())
        return files

    def part(self, heading: str, body: str) -> dict[str, str]:
        name = heading.strip("`")
        if not _FILE_NAME.fullmatch(name) or len(name) > MAX_NAME_CHARACTERS:
            raise ValidationError(f"“{heading[:100]}” is no name of a file.", code="name")
        tokens = markdown.parse(body)
        if len(tokens) != 1 or tokens[0].type != "fence":
            raise ValidationError(f"“{name}”: give one fenced block of code, nothing else.", code="code")
        info, code = _INFO.fullmatch(" ".join(tokens[0].info.split())), tokens[0].content
        if not info:
            raise ValidationError(f"“{name}”: name the language of its block: ```python", code="language")
        if not code.strip():
            raise ValidationError(f"“{name}” holds no code.", code="empty_part")
        flags = {"flags": info.group(2).strip()} if info.group(2) else {}
        return {"name": name, "language": info.group(1), "code": code, **flags}

    def text(self, value: Any) -> str:
        return "\n\n".join(f"### {file.get('name', '')}\n\n{_fenced(file)}" for file in value or [])

    def html(self, value: Any, name: str) -> str:
        return "".join(markdown.code_figure(file["code"], _info(file), title=file["name"]) for file in value)


def _fenced(file: dict[str, str]) -> str:
    return prose.fenced(file.get("code", "").removesuffix("\n"), _info(file))


def _info(file: dict[str, str]) -> str:
    return f"{file.get('language', '')} {file.get('flags', '')}".strip()


class Variables(fields.Items):
    """What to fill in before copying: [{name, text}]. Text form: a list of `` `NAME`: what stands there``."""

    def checked(self, value: Any) -> Any:
        value = fields.StructuredText.checked(self, value)
        if not all(is_record(item) and set(item) == {"name", "text"} for item in value):
            raise ValidationError("Give a list of {name, text}.", code="invalid")
        return super().checked([_line(item) for item in value])

    def read(self, text: str) -> list[dict[str, str]]:
        variables: dict[str, str] = {}
        for item in super().read(text):
            found = _VARIABLE.fullmatch(item)
            if not found:
                raise ValidationError(f"“{item[:60]}”: write `NAME`: what stands there.", code="variable")
            name = found.group(1).strip()
            if name in variables:
                raise ValidationError(f"`{name}` stands twice.", code="twice")
            variables[name] = " ".join(found.group(2).split())
        return [{"name": name, "text": text} for name, text in variables.items()]

    def text(self, value: Any) -> str:
        return super().text([_line(item) if isinstance(item, dict) else item for item in value or []])

    def html(self, value: Any, name: str) -> str:
        rows = "".join(
            f"<div><dt><code>{escape(item['name'])}</code></dt><dd>{markdown.render_inline(item['text'])}</dd></div>"
            for item in value
        )
        return f'<dl class="facts variables">{rows}</dl>'


def _line(item: dict[str, Any]) -> str:
    return f"`{item.get('name', '')}`: {item.get('text', '')}"


class Requirements(fields.Names):
    """Packages, each with the range of its versions. Ranges hold commas, so ``;`` parts them in a text."""

    def _words(self, value: Any) -> list[str]:
        """The items of a list, or the parts of a text."""
        if isinstance(value, str):
            return re.split(r"[;\n]", value)
        super()._words(value)  # refuses nested values
        return [str(item) for item in value or []]

    def text(self, value: Any) -> str:
        return "; ".join(value or [])
