"""The fields that only design notes have: estimates, options, steps of scale, a drawing, references."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape

from hub.core import fields, markdown, prose
from hub.core.fields.texts import StructuredText, is_record
from hub.core.slugs import technical_slug
from systemdesign.estimates import EstimateError, Figure, calculate, read_lines

_CHOSEN = re.compile(r"\s*\(chosen\)\Z", re.IGNORECASE)
_FEWEST_OPTIONS, _MOST_OPTIONS = 2, 6
MOST_COLUMNS, MOST_ROWS = 90, 60  # of a drawing


class Estimates(StructuredText):
    """Inputs and formulas: [{name, expression, unit}].

    Text form: ``name = expression  # unit``, one a line.
    """

    def checked(self, value: Any) -> Any:
        value = super().checked(value)
        if not all(is_record(line) for line in value):
            raise ValidationError("Give a list of {name, expression, unit}.", code="invalid")
        return value

    def read(self, text: str) -> list[dict[str, str]]:
        try:
            figures = calculate(read_lines(text))
        except EstimateError as error:
            raise ValidationError(str(error), code="estimate") from None
        return [
            {"name": line.name, "expression": line.expression, "unit": line.unit}
            for line in (figure.line for figure in figures)
        ]

    def text(self, value: Any) -> str:
        lines = []
        for line in value or []:
            unit = f"  # {line['unit']}" if line.get("unit") else ""
            lines.append(f"{line.get('name', '')} = {line.get('expression', '')}{unit}")
        return "\n".join(lines)

    def figures(self, value: Any) -> list[Figure]:
        """The lines worked out, in order."""
        return calculate(read_lines(self.text(value)))

    def html(self, value: Any, name: str) -> str:
        """A table; each row holds what a script needs to work it out again."""
        anchor = technical_slug(name.replace("_", "-"))
        rows = "".join(_estimate_row(figure, anchor) for figure in self.figures(value))
        return (
            '<div class="table" tabindex="0"><table class="estimates"><thead><tr><th scope="col">Figure</th>'
            '<th scope="col" class="to-right">Value</th><th scope="col">Unit</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )


def _estimate_row(figure: Figure, anchor: str) -> str:
    line, label_id = figure.line, f"{anchor}-{technical_slug(figure.line.name.replace('_', '-'))}"
    if figure.is_input:
        data, how = f'data-value="{figure.value!r}"', '<span class="how">assumed</span>'
    else:
        data = f'data-program="{escape(" ".join(figure.program))}"'
        how = f'<code class="how">{escape(line.expression)}</code>'
    return (
        f'<tr class="{"input" if figure.is_input else "formula"}" data-name="{line.name}" {data}>'
        f'<th scope="row"><span id="{label_id}">{escape(figure.label)}</span> {how}</th>'
        f'<td class="to-right">{escape(figure.shown)}</td><td>{escape(line.unit)}</td></tr>'
    )


class Options(fields.Parts):
    """What was weighed: [{name, is_chosen, text, pros, cons}], exactly one chosen.

    Text form: ``### Name`` or ``### Name (chosen)``, a text, then the lists ``#### Pros`` and ``#### Cons``.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=_MOST_OPTIONS, **kwargs)

    def checked(self, value: Any) -> Any:
        value = StructuredText.checked(self, value)
        if not all(_is_option(option) for option in value):
            raise ValidationError("Give a list of {name, is_chosen, text, pros, cons}.", code="invalid")
        return value

    def read(self, text: str) -> list[Any]:
        options: list[dict[str, Any]] = super().read(text)
        names = [option["name"].casefold() for option in options]
        if len(set(names)) < len(names):
            raise ValidationError("Two options have the same name.", code="twice")
        if options and len(options) < _FEWEST_OPTIONS:
            raise ValidationError("Give at least two options, or none.", code="min_items")
        if options and [option["is_chosen"] for option in options].count(True) != 1:
            raise ValidationError("Mark exactly one option: ### Name (chosen).", code="chosen")
        return options

    def part(self, heading: str, body: str) -> dict[str, Any]:
        name = _CHOSEN.sub("", heading)
        if not name:
            raise ValidationError("An option has no name.", code="empty_part")
        (_, text), *lists = prose.parts(body, "####")
        if [title.casefold() for title, _ in lists] != ["pros", "cons"]:
            reason = f"“{name}”: give #### Pros, then #### Cons, each with a list."
            raise ValidationError(reason, code="lists")
        items = fields.Items()
        pros, cons = (items.read(listed) for _, listed in lists)
        if not pros or not cons:
            raise ValidationError(f"“{name}” needs at least one pro and one con.", code="lists")
        return {"name": name, "is_chosen": name != heading, "text": text, "pros": pros, "cons": cons}

    def text(self, value: Any) -> str:
        items = fields.Items()
        return "\n\n".join(
            "\n\n".join(
                part
                for part in (
                    f"### {option.get('name', '')}{' (chosen)' if option.get('is_chosen') else ''}",
                    option.get("text", ""),
                    f"#### Pros\n\n{items.text(option.get('pros'))}",
                    f"#### Cons\n\n{items.text(option.get('cons'))}",
                )
                if part
            )
            for option in value or []
        )

    def html(self, value: Any, name: str) -> str:
        anchor = technical_slug(name)
        shown = "".join(_option(option, f"{anchor}-{n}") for n, option in enumerate(value, 1))
        return f'<ul class="options">{shown}</ul>'


def _is_option(option: Any) -> bool:
    if not isinstance(option, dict) or not isinstance(option.get("is_chosen", False), bool):
        return False
    lists = [option.get("pros") or [], option.get("cons") or []]
    return is_record({key: option.get(key, "") for key in ("name", "text")}) and all(
        isinstance(items, list) and all(isinstance(item, str) for item in items) for items in lists
    )


def _option(option: dict[str, Any], anchor: str) -> str:
    chosen = ' <span class="badge badge-technology">Chosen</span>' if option["is_chosen"] else ""
    lists = "".join(
        f'<h4 id="{anchor}-{key}">{key.capitalize()}</h4>'
        + markdown.render(fields.Items().text(option[key])).replace("<ul>", f'<ul class="{key}">', 1)
        for key in ("pros", "cons")
    )
    return (
        f'<li class="option{" is-chosen" if option["is_chosen"] else ""}">'
        f'<h3 id="{anchor}">{escape(option["name"])}{chosen}</h3>'
        f"{markdown.render(option['text'], prefix=anchor)}{lists}</li>"
    )


class Scale(fields.Parts):
    """What changes as a system grows: [{heading, text}], the same steps in every note.

    Text form: ``### At 1 k users`` and so on, each once and in order.
    """

    def __init__(self, *, steps: Sequence[str], **kwargs: Any) -> None:
        self.steps = list(steps)
        super().__init__(most=len(self.steps), **kwargs)

    def read(self, text: str) -> list[dict[str, str]]:
        parts = super().read(text)
        if parts and [part["heading"] for part in parts] != self.steps:
            wanted = ", ".join(f"### {step}" for step in self.steps)
            raise ValidationError(f"Give each step once, in order: {wanted}.", code="order")
        return parts

    def part(self, heading: str, body: str) -> dict[str, str]:
        words = " ".join(heading.split())
        by_name = {step.casefold(): step for step in self.steps}
        return {"heading": by_name.get(words.casefold(), words), "text": body}

    def html(self, value: Any, name: str) -> str:
        anchor = technical_slug(name)
        steps = "".join(
            f'<li><h3 id="{anchor}-{technical_slug(part["heading"])}">{escape(part["heading"])}</h3>'
            f"{markdown.render(part['text'], prefix=f'{anchor}-{n}')}</li>"
            for n, part in enumerate(value, 1)
        )
        return f'<ol class="scale">{steps}</ol>'


class Drawing(fields.Prose):
    """A diagram drawn with characters: one fenced block and nothing else, kept as it is."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        drawing = _drawing(text)
        if not drawing:
            raise ValidationError("Draw it in one ```text block, with nothing around it.", code="drawing")
        rows = drawing.split("\n")
        if len(rows) > MOST_ROWS or max(map(len, rows)) > MOST_COLUMNS:
            reason = f"A drawing has at most {MOST_ROWS} lines of {MOST_COLUMNS} characters."
            raise ValidationError(reason, code="too_large")
        return prose.fenced(drawing, "text")

    def html(self, value: Any, name: str) -> str:
        """A figure that is one image to a screen reader: its characters say nothing when read out."""
        return (
            '<figure class="code diagram" data-language="text"><figcaption><span>Diagram</span></figcaption>'
            '<pre tabindex="0"><code role="img" aria-label="Diagram; described in words below">'
            f"{escape(_drawing(value))}</code></pre></figure>"
        )


def _drawing(text: str) -> str:
    """The characters inside the one fenced block that a text is; empty where it is anything else."""
    tokens = markdown.parse(text)
    is_one_block = len(tokens) == 1 and tokens[0].type == "fence" and tokens[0].info.strip() in {"", "text"}
    return tokens[0].content.strip("\n").rstrip() if is_one_block else ""


class References(fields.Items):
    """A list of sources; each item holds a link to a page on the web."""

    def read(self, text: str) -> list[Any]:
        items = super().read(text)
        for number, item in enumerate(items, 1):
            if not any(address.startswith(("https://", "http://")) for address in _links(item)):
                raise ValidationError(f"Item {number} has no link: [title](https://…).", code="link")
        return items


def _links(text: str) -> list[str]:
    inline = (child for token in markdown.parse(text) for child in token.children or [])
    return [str(child.attrs.get("href", "")) for child in inline if child.type == "link_open"]
