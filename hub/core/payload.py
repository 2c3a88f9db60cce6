"""Payloads: what a revision holds, and the form that every way in passes through.

A contribution form, the admin, the content loader and the API all build the same form and take its
``payload()``: one place says what a kind may contain.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hub.core import catalogue, fields, prose
from hub.core.models import Entry, Figure, Level, Relation, Technology, Topic, Weakness
from hub.core.models.entry import DIFFICULTY_OF_LEVEL, level_for
from hub.core.slugs import technical_slug

_FIGURE = re.compile(r"/media/figures/([0-9a-f]{32}-[0-9]{1,4}x[0-9]{1,4}\.[a-z]{3,4})")
LICENSES = [("CC-BY-4.0", "CC BY 4.0"), ("CC0-1.0", "CC0 1.0"), ("BSD-3-Clause", "BSD 3-Clause")]


@dataclass(frozen=True)
class Payload:
    """All fields of one kind at one moment: ``data`` is JSON, ``schema`` the number of its shape."""

    kind: str
    data: dict[str, Any]
    schema: int

    @property
    def content_hash(self) -> str:
        """The same for two payloads of the same content, whatever the order of their keys."""
        return content_hash(self.data)


def figures_in(data: Any) -> set[str]:
    """The names of the figures that a text, or a whole payload, shows."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, default=str)
    return set(_FIGURE.findall(text))


def content_hash(data: dict[str, Any]) -> str:
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def in_present_terms(kind: str, data: dict[str, Any], known: Iterable[str] = ()) -> dict[str, Any]:
    """A payload whose technologies and topics are called as they are now, whenever it was written.

    ``known`` are slugs that are known to be today's: nothing is asked about them.
    """
    known = frozenset(known)
    changed = {
        name: slug
        for name, field in catalogue.get(kind).form.base_fields.items()
        if isinstance(field, fields.Known) and field.has_aliases and (old := data.get(name))
        if old not in known and (slug := field.present(old)) != old
    }
    return {**data, **changed} if changed else data


class InvalidPayload(ValueError):
    """A payload that its kind's form refuses; ``errors`` maps a field's name to its messages."""

    def __init__(self, errors: dict[str, list[str]]):
        self.errors = errors
        super().__init__("; ".join(f"{name}: {' '.join(texts)}" for name, texts in errors.items()))


class PayloadForm(forms.Form):
    """The fields that all kinds share; each kind's form adds its own after them.

    ``base`` is the payload that the form begins with (a revision for a correction). With
    ``for_contributor`` the fields named in ``editor_fields`` are not shown and keep their base values.
    ``known_ids`` are public ids that count as existing although they are not in the archive yet (files
    of the same load), and ``needs`` what those need first. ``own_id`` is the entry that the text is of.
    """

    kind: ClassVar[str]
    is_level_required: ClassVar[bool] = False
    editor_fields: ClassVar[tuple[str, ...]] = (
        "slug", "weaknesses", "relations", "verified_at", "verified_with", "license", "provenance",
    )  # fmt: skip

    title = fields.Words(required=True, max_length=200, help_text="A full sentence or question.")
    slug = fields.Words(
        max_length=100, help_text="The last part of the address; made from the title if empty."
    )
    summary = fields.Words(
        required=True,
        max_length=300,
        help_text="One sentence: what a reader learns. Shown on cards and in search.",
    )
    technology = fields.Known(Technology, required=True)
    topic = fields.Known(Topic)
    tags = fields.Names(most=8, are_tags=True, help_text="Up to eight, separated by commas.")
    level = fields.OneOf(choices=Level.choices)
    difficulty = fields.Whole(required=True, min_value=1, max_value=10, help_text="1 (easiest) to 10.")
    weaknesses = fields.Names(most=8, help_text="CWE-352, A01:2025; separated by commas.")
    relations = fields.Relations(types=Relation.Type.choices)
    verified_at = fields.Day()
    verified_with = fields.Names(most=8, longest=60, help_text="Python 3.11.7, Flask 3.1.2")
    license = fields.OneOf(choices=LICENSES)
    provenance = fields.Words(max_length=300)

    def __init__(
        self,
        data: Any = None,
        *,
        base: dict[str, Any] | None = None,
        for_contributor: bool = False,
        known_ids: Iterable[str] = (),
        own_id: str = "",
        needs: Mapping[str, set[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        self.base = base or {}
        self.known_ids = frozenset(known_ids)
        self.own_id, self.needs = own_id, needs or {}
        kwargs.setdefault("initial", self.base)
        super().__init__(data, **kwargs)
        if for_contributor:
            for name in self.editor_fields:
                del self.fields[name]

    @classmethod
    def shared_field_names(cls) -> list[str]:
        return list(PayloadForm.base_fields)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug and slug != technical_slug(slug):
            raise ValidationError("Use lower-case letters, digits and hyphens.", code="slug")
        if slug in catalogue.RESERVED_SLUGS:
            raise ValidationError(f"“{slug}” is reserved.", code="reserved")
        return slug

    def clean_weaknesses(self) -> list[str]:
        labels: list[str] = [label.upper() for label in self.cleaned_data["weaknesses"]]
        known = {weakness.label for weakness in Weakness.objects.all()} if labels else set()
        if unknown := [label for label in labels if label not in known]:
            raise ValidationError(f"Unknown: {', '.join(unknown)}.", code="unknown")
        return labels

    def clean(self) -> dict[str, Any]:
        self._clean_level()
        self._clean_references()
        self._clean_prerequisites()
        self._clean_figures()
        return self.cleaned_data

    def _clean_level(self) -> None:
        level, difficulty = self.cleaned_data.get("level"), self.cleaned_data.get("difficulty")
        if not difficulty:
            return
        if not level and self.is_level_required:
            self.cleaned_data["level"] = str(level_for(difficulty))
        elif level:
            low, high = DIFFICULTY_OF_LEVEL[Level(level)]
            if not low <= difficulty <= high:
                self.add_error(
                    "difficulty",
                    f"{Level(level).label} means a difficulty of {low} to {high}, not {difficulty}.",
                )

    def _clean_references(self) -> None:
        named = {
            name: {public_id for _, public_id in field.entries(self.cleaned_data.get(name))}
            for name, field in self.fields.items()
            if isinstance(field, fields.PayloadField)
        }
        wanted = set().union(*named.values()) - self.known_ids
        if not wanted:
            return
        missing = wanted - set(Entry.objects.filter(public_id__in=wanted).values_list("public_id", flat=True))
        for name, ids in named.items():
            for public_id in sorted(ids & missing):
                self.add_error(name, f"{self._line_naming(name, public_id)}No entry has the id {public_id}.")

    def _clean_prerequisites(self) -> None:
        """Refuse what would send a reader round in a circle."""
        relations = self.cleaned_data.get("relations") or []
        if self.own_id and any(one["entry"] == self.own_id for one in relations):
            self.add_error("relations", f"{self.own_id} can't have a relation to itself.")
        elif self.own_id and (round_trip := circle(self.own_id, needed_by(relations), self.needs)):
            self.add_error("relations", f"Each would need the other first: {' → '.join(round_trip)}.")

    def _clean_figures(self) -> None:
        named = {
            name: figures_in(value)
            for name, value in self.cleaned_data.items()
            if isinstance(value, (str, list, dict))
        }
        wanted = set().union(*named.values())
        if not wanted:
            return
        missing = wanted - set(Figure.objects.filter(name__in=wanted).values_list("name", flat=True))
        for name, figures in named.items():
            for figure in sorted(figures & missing):
                self.add_error(name, f"{self._line_naming(name, figure)}No figure is called {figure}.")

    def _line_naming(self, name: str, word: str) -> str:
        """Where a text of several lines names an entry or a figure, as the beginning of a sentence."""
        raw = self.data.get(name)
        lines = prose.normalise(raw).split("\n") if isinstance(raw, str) else []
        wanted = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.IGNORECASE)
        numbers = (number for number, line in enumerate(lines, 1) if wanted.search(line))
        return f"Line {next(numbers, 1)}: " if len(lines) > 1 else ""

    def payload(self) -> Payload:
        """The payload of a valid form: cleaned fields, hidden fields from the base, empty ones left out."""
        data: dict[str, Any] = {}
        for name, field in self.base_fields.items():
            if name not in self.fields:
                value = self.base.get(name)
            else:
                value = field.to_payload(self.cleaned_data.get(name))  # type: ignore[attr-defined]
            if value not in (None, "", [], {}):
                data[name] = value
        return Payload(self.kind, data, catalogue.get(self.kind).schema)


def needed_by(relations: Iterable[dict[str, str]]) -> set[str]:
    """The ids of what an entry with these relations needs first."""
    return {one["entry"] for one in relations if one["type"] == Relation.Type.PREREQUISITE}


def circle(own_id: str, first: set[str], needs: Mapping[str, set[str]]) -> list[str]:
    """A way from an entry over what it needs first back to itself; empty where there is none.

    ``needs`` says what the archive does not know yet.
    """
    came_from = dict.fromkeys(first, own_id)
    frontier = first
    while frontier and own_id not in came_from:
        steps = [(source, target) for source in frontier for target in needs.get(source, ())]
        steps += Relation.objects.filter(
            type=Relation.Type.PREREQUISITE, source__public_id__in=frontier - needs.keys()
        ).values_list("source__public_id", "target__public_id")
        frontier = {target for _, target in steps} - came_from.keys()
        for source, target in steps:
            came_from.setdefault(target, source)
    if own_id not in came_from:
        return []
    way = [own_id]
    while len(way) == 1 or way[-1] != own_id:
        way.append(came_from[way[-1]])
    return way[::-1]


def validated(
    kind: str,
    data: Any,
    *,
    known_ids: Iterable[str] = (),
    own_id: str = "",
    needs: Mapping[str, set[str]] | None = None,
    base: dict[str, Any] | None = None,
    for_contributor: bool = False,
) -> Payload:
    """The payload of raw data (texts or structures); raises InvalidPayload with every field's problems.

    A key that the kind, or its contributor's form, does not have is refused by its name.
    """
    if not isinstance(data, dict):
        raise InvalidPayload({"__all__": ["Give an object."]})
    form = catalogue.get(kind).form(
        data, base=base, for_contributor=for_contributor, known_ids=known_ids, own_id=own_id, needs=needs
    )
    errors = {str(name): ["There is no such field."] for name in data if name not in form.fields}
    if not form.is_valid() or errors:
        raise InvalidPayload(
            {**errors, **{name: [str(text) for text in texts] for name, texts in form.errors.items()}}
        )
    return form.payload()
