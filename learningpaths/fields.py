"""The field that only learning paths have: their modules."""

import re
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.html import escape

from hub.core import catalogue, markdown, prose
from hub.core.fields import PUBLIC_ID, StructuredText
from hub.core.fields.texts import is_record
from hub.core.slugs import technical_slug, title_slug
from learningpaths.models import ResourceKind

MOST_MODULES, MOST_ENTRIES, MOST_RESOURCES = 40, 40, 12
MAX_TITLE_CHARACTERS, MAX_MILESTONE_CHARACTERS = 120, 300
RESOURCE_PARTS = ("kind", "title", "address", "cost", "language")
_LONGEST = {"title": 200, "address": 300, "cost": 40}
_NOTHING: dict[str, Any] = {
    "title": "", "hours_from": 0, "hours_to": 0, "is_project": False, "needs": [], "entries": [],
    "milestone": "", "resources": [], "text": "",
}  # fmt: skip
_KEYS = ("Hours", "Project", "Needs", "Entries", "Milestone", "Resource")
_KEY_LINE = re.compile(rf"({'|'.join(_KEYS)}):(.*)\Z")
_HOURS = re.compile(r"([0-9]{1,3})(?:\s*[-–—]\s*([0-9]{1,3}))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # RFC 5646, as far as anybody needs it here
_is_web_address = URLValidator(schemes=["http", "https"])


class Modules(StructuredText):
    """The modules of a path, in order, each with the keys of ``_NOTHING``.

    Text form: ``### Title``, then lines such as ``Hours: 2–4``, ``Needs: 1, 2`` and ``Entries: PY-JR-001``,
    a blank line, and the text of the module in Markdown.
    """

    def checked(self, value: Any) -> Any:
        value = super().checked(value)
        if not all(_is_module(module) for module in value):
            raise ValidationError(f"Give a list of {{{', '.join(_NOTHING)}}}.", code="invalid")
        return value

    def read(self, text: str) -> list[dict[str, Any]]:
        blocks = _blocks(text)
        if len(blocks) > MOST_MODULES:
            raise ValidationError(f"At most {MOST_MODULES} modules.", code="max_items")
        modules = [block.module() for block in blocks]
        slugs: dict[str, str] = {}
        for block, module in zip(blocks, modules, strict=True):
            slug = title_slug(module["title"])
            if slug in catalogue.RESERVED_SLUGS:
                refuse(block.line, f"“{module['title']}” makes an address that is taken.")
            if slug in slugs:
                refuse(block.line, f"“{module['title']}” and “{slugs[slug]}” have the same address.")
            slugs[slug] = module["title"]
            _check_needs(block, module["needs"], modules)
        return modules

    def text(self, value: Any) -> str:
        return "\n\n".join(_module_text({**_NOTHING, **module}) for module in value or [])

    def html(self, value: Any, name: str) -> str:
        """All modules below each other. Entries stand there as ids: the page links those that are public."""
        anchor = technical_slug(name)
        return "".join(_module_html(module, f"{anchor}-{n}", n) for n, module in enumerate(value, 1))

    def entries(self, value: Any) -> list[tuple[str, str]]:
        return [("uses", public_id) for module in value or [] for public_id in module["entries"]]


def refuse(line: int, reason: str) -> NoReturn:
    raise ValidationError(f"Line {line}: {reason}", code="module")


def _is_module(value: Any) -> bool:
    """Whether an object from the API has the shape of a module, or of a part of one."""
    if not isinstance(value, dict) or set(value) - set(_NOTHING):
        return False
    module = {**_NOTHING, **value}
    return (
        all(type(module[name]) is type(nothing) for name, nothing in _NOTHING.items())
        and all(type(number) is int for number in module["needs"])
        and all(isinstance(public_id, str) for public_id in module["entries"])
        and all(is_record(one) and not set(one) - set(RESOURCE_PARTS) for one in module["resources"])
    )


# Text → structure -------------------------------------------------------------------------------------


class _Block:
    """The lines of one module; ``line`` is where its heading stands in the text."""

    def __init__(self, number: int, line: int, title: str) -> None:
        self.number, self.line, self.title = number, line, title
        self.lines: list[tuple[int, str]] = []
        self.line_of_needs = line

    def module(self) -> dict[str, Any]:
        if not self.title or len(self.title) > MAX_TITLE_CHARACTERS:
            refuse(self.line, f"give a title of at most {MAX_TITLE_CHARACTERS} characters.")
        keys, text = self._keys()
        module = {**_NOTHING, "title": self.title, "text": text, "resources": []}
        taken: set[str] = set()
        for line, key, value in keys:
            if key in taken and key != "Resource":
                refuse(line, f"{key} stands twice.")
            taken.add(key)
            self._take(module, line, key, value)
        if "Hours" not in taken:
            refuse(self.line, f"say how long “{self.title}” takes: Hours: 2–4")
        if not (text or module["entries"] or module["resources"]):
            refuse(self.line, f"“{self.title}” holds neither a text nor an entry nor a resource.")
        return module

    def _keys(self) -> tuple[list[tuple[int, str, str]], str]:
        """The lines with a key as (line, key, value), and the text after the blank line that ends them."""
        lines = list(self.lines)
        while lines and not lines[0][1].strip():
            lines.pop(0)
        keys = []
        while lines and lines[0][1].strip():
            number, line = lines.pop(0)
            found = _KEY_LINE.match(line)
            if not found:
                refuse(number, f"begin with {', '.join(_KEYS)}; the text follows after a blank line.")
            keys.append((number, found.group(1), found.group(2).strip()))
        return keys, prose.normalise("\n".join(line for _, line in lines))

    def _take(self, module: dict[str, Any], line: int, key: str, value: str) -> None:
        if not value:
            refuse(line, f"{key} has no value: fill it in or leave the line out.")
        match key:
            case "Hours":
                module["hours_from"], module["hours_to"] = _hours(line, value)
            case "Project":
                if value.lower() not in {"yes", "no"}:
                    refuse(line, "say yes or no.")
                module["is_project"] = value.lower() == "yes"
            case "Needs":
                self.line_of_needs = line
                module["needs"] = _numbers(line, value)
            case "Entries":
                module["entries"] = _public_ids(line, value)
            case "Milestone":
                if len(value) > MAX_MILESTONE_CHARACTERS:
                    refuse(line, f"a milestone has at most {MAX_MILESTONE_CHARACTERS} characters.")
                module["milestone"] = value
            case _:
                if len(module["resources"]) == MOST_RESOURCES:
                    refuse(line, f"a module has at most {MOST_RESOURCES} resources.")
                module["resources"].append(_resource(line, value))


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    for number, (line, is_outside) in enumerate(prose.outside_code(text), 1):
        if is_outside and line.startswith("### "):
            blocks.append(_Block(len(blocks) + 1, number, " ".join(line[4:].split())))
        elif blocks:
            blocks[-1].lines.append((number, line))
        elif line.strip():
            refuse(number, "begin with a module: ### Title")
    return blocks


def _hours(line: int, value: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(value)
    if not found:
        refuse(line, "give whole hours, from and to: 2–4")
    first, last = int(found.group(1)), int(found.group(2) or found.group(1))
    if last < first:
        refuse(line, f"the hours end before they begin: {first}–{last}.")
    if not last:
        refuse(line, "a module takes at least an hour.")
    return first, last


def _numbers(line: int, value: str) -> list[int]:
    words = [word.strip() for word in value.split(",")]
    if not all(re.fullmatch("[0-9]{1,3}", word) for word in words):
        refuse(line, "give the numbers of earlier modules: 1, 2")
    return sorted({int(word) for word in words})


def _public_ids(line: int, value: str) -> list[str]:
    ids = [word.strip().upper() for word in value.split(",")]
    for public_id in ids:
        if not PUBLIC_ID.fullmatch(public_id) or len(public_id) > 32:
            refuse(line, f"“{public_id[:40]}” is no id: FLSK-MID-001, PY-JR-001")
        if ids.count(public_id) > 1:
            refuse(line, f"{public_id} stands twice.")
    if len(ids) > MOST_ENTRIES:
        refuse(line, f"a module has at most {MOST_ENTRIES} entries.")
    return ids


def _resource(line: int, value: str) -> dict[str, str]:
    parts = [part.strip() for part in value.split("|")]
    if len(parts) != len(RESOURCE_PARTS) or not all(parts):
        refuse(line, f"give {' | '.join(RESOURCE_PARTS)}.")
    resource = dict(zip(RESOURCE_PARTS, parts, strict=True))
    resource["kind"] = resource["kind"].lower()
    if resource["kind"] not in ResourceKind.values:
        refuse(line, f"“{parts[0][:40]}” is no kind of resource: {', '.join(ResourceKind.values)}.")
    for name, longest in _LONGEST.items():
        if len(resource[name]) > longest:
            refuse(line, f"the {name} of a resource has at most {longest} characters.")
    try:
        _is_web_address(resource["address"])
    except ValidationError:
        refuse(line, f"“{resource['address'][:60]}” is no address on the web: https://…")
    if not _LANGUAGE.fullmatch(resource["language"]):
        refuse(line, f"“{resource['language'][:40]}” is no code of a language: en, de, pt-BR")
    return resource


def _check_needs(block: _Block, needs: list[int], modules: list[dict[str, Any]]) -> None:
    """Refuse what is not an earlier module; a circle is told as one."""
    for need in needs:
        if not 1 <= need <= len(modules):
            refuse(block.line_of_needs, f"there is no module {need}.")
        if need == block.number:
            refuse(block.line_of_needs, "a module can't need itself.")
        if need > block.number:
            if _leads_to(modules, need, block.number):
                refuse(block.line_of_needs, f"modules {block.number} and {need} need each other: a circle.")
            refuse(block.line_of_needs, f"module {block.number} needs module {need}, which comes after it.")


def _leads_to(modules: list[dict[str, Any]], start: int, goal: int) -> bool:
    """Whether module ``start`` needs ``goal``, itself or through others."""
    seen, waiting = set(), [start]
    while waiting:
        number = waiting.pop()
        if number == goal:
            return True
        if number not in seen and 1 <= number <= len(modules):
            seen.add(number)
            waiting += modules[number - 1]["needs"]
    return False


# Structure → text and HTML ----------------------------------------------------------------------------


def hours_text(first: int, last: int) -> str:
    """2–4, or 3 where both ends are the same."""
    return f"{first}–{last}" if last != first else str(first)


def _module_text(module: dict[str, Any]) -> str:
    lines = [f"Hours: {hours_text(module['hours_from'], module['hours_to'])}"]
    if module["is_project"]:
        lines.append("Project: yes")
    if module["needs"]:
        lines.append(f"Needs: {', '.join(map(str, module['needs']))}")
    if module["entries"]:
        lines.append(f"Entries: {', '.join(map(_line, module['entries']))}")
    if module["milestone"]:
        lines.append(f"Milestone: {_line(module['milestone'])}")
    lines += [
        f"Resource: {' | '.join(_line(resource.get(part, '')) for part in RESOURCE_PARTS)}"
        for resource in module["resources"]
    ]
    parts = [f"### {_line(module['title'])}", "\n".join(lines), module["text"]]
    return "\n\n".join(part for part in parts if part)


def _line(text: str) -> str:
    return " ".join(text.split())


def _module_html(module: dict[str, Any], anchor: str, number: int) -> str:
    facts = [f"{hours_text(module['hours_from'], module['hours_to'])} hours"]
    facts += ["Project"] if module["is_project"] else []
    facts += [f"After {', '.join(map(str, module['needs']))}"] if module["needs"] else []
    ids = "".join(f"<li><code>{escape(public_id)}</code></li>" for public_id in module["entries"])
    milestone = f"<p><b>Milestone:</b> {escape(module['milestone'])}</p>" if module["milestone"] else ""
    resources = "".join(
        f'<li><a href="{escape(one["address"])}" rel="external noopener">{escape(one["title"])}</a> '
        f"{escape(ResourceKind(one['kind']).label)}, {escape(one['cost'])}, {escape(one['language'])}</li>"
        for one in module["resources"]
    )
    return (
        f'<h3 id="{anchor}">{number}. {escape(module["title"])}</h3><p>{escape(" · ".join(facts))}</p>'
        f"{markdown.render(module['text'], prefix=anchor)}"
        f"{f'<ul>{ids}</ul>' if ids else ''}{milestone}{f'<ul>{resources}</ul>' if resources else ''}"
    )
