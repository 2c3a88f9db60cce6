"""The catalogue of kinds: everything that a domain app plugs into the house.

Each domain app has a ``kind.py`` with one class decorated by ``@register``. Home, lists, search, tags,
feeds, sitemap, API, contributions, import and export loop over ``kinds()``: a new kind is one new app.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.safestring import mark_safe

from hub.core import markdown
from hub.core.sections import Section

if TYPE_CHECKING:
    from django.db.models import Model

    from hub.core.models import Entry
    from hub.core.payload import PayloadForm
    from hub.core.related import Related

# Words in the place of a slug or of the second part of a path that no entry may take.
RESERVED_SLUGS = frozenset({"match", "sets", "follow-ups", "owasp", "cwe", "history", "new", "feed"})

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


class Kind:
    """One kind of entry: its names, its form, its rows, its pages. One instance lives in the catalogue."""

    # Names: see the table in docs/architecture.md. ``path`` is page path, API path and content folder.
    name: ClassVar[str]
    namespace: ClassVar[str]
    path: ClassVar[str]
    label: ClassVar[str]
    label_plural: ClassVar[str]
    number: ClassVar[int] = 99
    title: ClassVar[str]
    blurb: ClassVar[str]
    unit: ClassVar[str]
    # Of its section on the home page: the words above the title and the title, and the status strip's key
    # and state.
    home_words: ClassVar[tuple[str, str] | None] = None
    status: ClassVar[tuple[str, str] | None] = None

    model: ClassVar[type[Model]]
    form: ClassVar[type[PayloadForm]]
    # Dotted paths, so that this file imports no view: the URL modules, and the API viewset.
    urls: ClassVar[str]
    root_urls: ClassVar[str] = ""  # addresses outside /<path>/, for a kind that has some
    viewset: ClassVar[str]
    api_urls: ClassVar[str] = ""  # addresses under /api/v1/<path>/ beside the viewset's
    # A door of its own on the home page: its template, which the kind's path names, and what its link says.
    home_template: ClassVar[str] = ""
    home_action: ClassVar[str] = ""
    card_template: ClassVar[str]
    jsonld_type: ClassVar[str] = "TechArticle"
    # Whether /<path>/<technology>/ is the list on one technology; else it is a filter of the list.
    has_technology_pages: ClassVar[bool] = True
    # Vocabularies of this kind alone (rows of slug, name and plain columns), by their name in
    # content/taxonomy.yaml.
    vocabularies: ClassVar[dict[str, type[Model]]] = {}

    # From an entry to the entries of this kind that hold it, as a query says it (a path and its steps).
    holds: ClassVar[str] = ""

    # The payload's shape: its number, and a function for each step from an older one.
    schema: ClassVar[int] = 1
    upgrades: ClassVar[dict[int, Upgrade]] = {}

    # --- what a kind must or may say -------------------------------------------------------------

    def id_prefix(self, data: dict[str, Any], technology_code: str) -> str:
        """The series of a new entry's public id, such as ``FLSK-MID``."""
        raise TypeError(f"{type(self).__name__} must name its series of ids")

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        """The typed row's own columns, from a payload."""
        return {}

    def link_rows(self, row: Any, data: dict[str, Any]) -> None:
        """Write the rows that only this kind has (many-to-many, signatures); runs inside publish."""

    def link_entries(self, entry: Entry, data: dict[str, Any], targets: dict[str, int]) -> None:
        """Write the kind's own rows that point to other entries; ``targets`` are those that exist, by id.

        Runs inside publish, after ``link_rows``, and once more at the end of a load, whose later files may
        have brought what was missing.
        """

    def set_rows(self) -> list[dict[str, Any]]:
        """The public sets of this kind's entries, as rows of ``content/sets.yaml``; none for most kinds."""
        return []

    def add_set(self, row: dict[str, Any]) -> bool:
        """Add the set of such a row, all or nothing; False where its slug exists. Raises ValidationError."""
        raise ValidationError(f"{self.label_plural} have no sets.")

    def card(self, data: dict[str, Any]) -> dict[str, Any]:
        """The kind's own few values that its card shows, beside those of every card."""
        return {}

    def exact_text(self, data: dict[str, Any]) -> str:
        """Words that searchers type exactly (error messages); weighs like a tag."""
        return ""

    def recognise(self, text: str) -> str:
        """The address that answers a text which is plainly this kind's own (a pasted error); else empty.

        Search asks it before it looks for words. Bounded time, whatever the text.
        """
        return ""

    def similar(self, data: dict[str, Any]) -> list[Related]:
        """Public entries that may already say what a payload, finished or not, says; the surest first.

        By what only this kind knows (an error's signatures); words are compared elsewhere.
        """
        return []

    def begun(self, values: Mapping[str, str]) -> dict[str, Any]:
        """What a new entry begins with, from what a page of this kind handed over; no promise of validity."""
        return {}

    def jsonld(self, entry: Entry) -> dict[str, Any]:
        """Properties (schema.org) that only this kind's pages have."""
        return {}

    def level_label(self, level: Any) -> str:
        """How this kind calls a level."""
        return str(level.label)

    def present_terms(self, entry: Entry) -> list[str]:
        """Slugs of technologies and topics, as they are called now, that the entry's row knows by itself."""
        return [entry.technology.slug, *([entry.topic.slug] if entry.topic else [])]

    def address(self, entry: Entry) -> str:
        """The path of the entry's page, made of the columns in ADDRESS_COLUMNS."""
        return reverse(f"{self.namespace}:detail", args=[entry.technology.slug, entry.slug])

    def pages_of(self, entries: Collection[int]) -> list[tuple[str, datetime]]:
        """(path, last change) of pages inside public entries with these ids, for the sitemap."""
        return []

    def pages_beside(self) -> list[str]:
        """Paths of the kind's other public pages that show something, for the sitemap."""
        return []

    # --- what the house does with it ---------------------------------------------------------------

    @property
    def card_word(self) -> str:
        """The word beside a card; its first letter stands before the card's ordinal."""
        return self.label.split()[0]

    @property
    def paste_url(self) -> str:
        """Where several lines that were pasted into the search box are read; empty for no such place."""
        return ""

    @property
    def list_url(self) -> str:
        return reverse(f"{self.namespace}:list")

    def technology_url(self, slug: str) -> str:
        """The list of this kind on one technology."""
        if self.has_technology_pages:
            return reverse(f"{self.namespace}:technology", args=[slug])
        return f"{self.list_url}?technology={slug}"

    def section_fields(self) -> dict[str, Any]:
        """The form's fields that are sections, in reading order."""
        return {name: field for name, field in self.form.base_fields.items() if getattr(field, "heading", "")}

    def render(self, data: dict[str, Any]) -> dict[str, Any]:
        """Section → safe HTML, with the renderer's version, for Entry.rendered."""
        rendered: dict[str, Any] = {"_renderer": markdown.RENDERER_VERSION}
        for name, field in self.section_fields().items():
            if data.get(name):
                rendered[name] = field.html(data[name], name)
        return rendered

    def rendered_sections(self, rendered: dict[str, Any]) -> list[Section]:
        """The filled and shown sections in reading order."""
        return [
            Section(name, field.heading, mark_safe(rendered[name]))  # noqa: S308 (sanitised when rendered)
            for name, field in self.section_fields().items()
            if field.is_shown and rendered.get(name)
        ]

    def section_texts(self, data: dict[str, Any]) -> dict[str, str]:
        """Section → its words without marks."""
        return {
            name: markdown.plain_text(field.text(data[name]))
            for name, field in self.section_fields().items()
            if data.get(name)
        }

    def body_text(self, data: dict[str, Any]) -> str:
        """All words of the sections, for search and for the reading time."""
        return "\n".join(self.section_texts(data).values())

    def entry_references(self, data: dict[str, Any]) -> list[tuple[str, str]]:
        """The entries that a payload names, as (relation type, public id), first mention first."""
        return list(
            dict.fromkeys(
                reference
                for name, field in self.form.base_fields.items()
                if hasattr(field, "entries")
                for reference in field.entries(data.get(name))
            )
        )

    def current(self, data: dict[str, Any], schema: int) -> dict[str, Any]:
        """A payload of any older schema in today's shape."""
        for step in range(schema, self.schema):
            data = self.upgrades[step](data)
        return data


_kinds: dict[str, Kind] = {}


def register(kind: type[Kind]) -> type[Kind]:
    """Add a kind to the catalogue; the decorator of the class in each ``kind.py``."""
    _kinds[kind.name] = kind()
    return kind


def kinds() -> list[Kind]:
    """All kinds, in the order of their numbers."""
    return sorted(_kinds.values(), key=lambda kind: (kind.number, kind.name))


def holders() -> list[Kind]:
    """The kinds whose entries hold others (learning paths)."""
    return [kind for kind in kinds() if kind.holds]


def get(name: str) -> Kind:
    """The kind of a name; raises LookupError for an unknown one."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no kind is called {name!r}") from None


def by_path(path: str) -> Kind:
    """The kind of a page path, API path or content folder; raises LookupError for an unknown one."""
    for kind in _kinds.values():
        if kind.path == path:
            return kind
    raise LookupError(f"no kind has the path {path!r}")
