"""Vocabularies between ``taxonomy.yaml``, the data files of weaknesses and the archive: load and dump.

Loading only ever adds: a term that an editor renamed or merged keeps its name, and its former slug is an
alias that the dump names too.
"""

import csv
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import Model, Q

from hub.core import catalogue, publishing
from hub.core.contentfiles import ContentError
from hub.core.models import Event, Tag, Technology, Topic, Weakness

DATA = Path(__file__).parent / "data"


def load(path: Path) -> None:
    """Add what ``taxonomy.yaml`` and the data files name and the archive lacks; changes nothing that exists.

    Raises ContentError for a file of another shape, and then adds nothing of it.
    """
    load_weaknesses()
    if not path.exists():
        return
    try:
        vocabulary = yaml.safe_load(path.read_text(encoding="utf-8"))
        with transaction.atomic():
            added = _add_technologies(vocabulary["technologies"])
            for name, model in _models().items():
                rows = vocabulary["topics"] if name == "topics" else vocabulary.get(name) or []
                added += [row["slug"] for row in rows if _is_added(model, row)]
            if added:
                publishing.announce_site_change(Event.Act.TAXONOMY, None, f"Added {', '.join(added)}")
    except (
        yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError, ObjectDoesNotExist, ValidationError,
    ) as error:  # fmt: skip
        raise ContentError(path.name, 1, f"can't be read: {type(error).__name__}: {error}") from error


def load_weaknesses() -> None:
    """Bring the Weakness rows up to the data files (CWE names, OWASP Top 10 editions): none is ever typed."""
    known = {(row.scheme, row.edition, row.code): row for row in Weakness.objects.all()}
    rows: list[Weakness] = []
    with (DATA / "cwe.csv").open(newline="", encoding="utf-8") as file:
        rows += [Weakness(scheme="CWE", code=row["number"], name=row["name"]) for row in csv.DictReader(file)]
    with (DATA / "owasp.csv").open(newline="", encoding="utf-8") as file:
        rows += [
            Weakness(scheme="OWASP", edition=row["edition"], code=row["code"], name=row["name"])
            for row in csv.DictReader(file)
        ]
    renamed = []
    for row in rows:
        there = known.get((row.scheme, row.edition, row.code))
        if there and there.name != row.name:
            there.name = row.name
            renamed.append(there)
    Weakness.objects.bulk_create(
        [row for row in rows if (row.scheme, row.edition, row.code) not in known], batch_size=200
    )
    if renamed:
        with transaction.atomic():
            Weakness.objects.bulk_update(renamed, ["name"], batch_size=200)
            publishing.announce_site_change(Event.Act.TAXONOMY, None, f"{len(renamed)} weaknesses renamed")


def text() -> str:
    """The canonical ``taxonomy.yaml``: technologies, topics, the vocabularies of kinds, tags with aliases."""
    lines = ["technologies:"]
    for technology in Technology.objects.select_related("parent").order_by("slug"):
        row = {
            "slug": technology.slug,
            "name": technology.name,
            "code": technology.code,
            "kind": technology.kind,
        }
        if technology.parent:
            row["parent"] = technology.parent.slug
        lines.append(f"- {_flow({**row, **_aliases(technology)})}")
    for name, model in _models().items():
        # Tags live in the entries' own files; only what those can't say stands here.
        terms = model._default_manager.order_by("slug")
        if model is Tag:
            terms = terms.filter(aliases__isnull=False).distinct()
        columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        rows = [
            f"- {_flow({**{column: getattr(term, column) for column in columns}, **_aliases(term)})}"
            for term in terms
        ]
        if rows or model is not Tag:
            lines += [f"{name}:", *rows] if rows else [f"{name}: []"]
    return "\n".join(lines) + "\n"


def _models() -> dict[str, type[Model]]:
    """Topics, then the vocabularies of the kinds, then tags, by their names in the file."""
    of_kinds = {name: model for kind in catalogue.kinds() for name, model in kind.vocabularies.items()}
    return {"topics": Topic, **of_kinds, "tags": Tag}


def _add_technologies(rows: list[dict[str, Any]]) -> list[str]:
    """Add the missing ones, parents first; returns their slugs."""
    added = []
    for row in sorted(rows, key=lambda row: "parent" in row):
        parent = None
        if slug := row.get("parent"):
            named = Technology.objects.filter(Q(slug=slug) | Q(aliases__slug=slug)).distinct()
            parent = named.get()
        if _is_added(Technology, {**row, "parent": parent}):
            added.append(row["slug"])
    return added


def _is_added(model: type[Model], row: dict[str, Any]) -> bool:
    values = {name: value for name, value in row.items() if name != "aliases"}
    rows: Any = model._default_manager
    has_aliases = any(relation.name == "aliases" for relation in model._meta.related_objects)
    if has_aliases and rows.filter(aliases__slug=row["slug"]).exists():
        return False  # an editor gave it another name
    term = rows.filter(slug=row["slug"]).first()
    is_new = term is None
    if term is None:
        term = model(**values)
        term.full_clean()
        term.save()
    for slug in row.get("aliases", []) if has_aliases else []:
        if not rows.filter(Q(slug=slug) | Q(aliases__slug=slug)).exists():
            term.aliases.create(slug=slug)
            is_new = True
    return is_new


def _aliases(term: Any) -> dict[str, list[str]]:
    slugs = sorted(term.aliases.values_list("slug", flat=True)) if hasattr(term, "aliases") else []
    return {"aliases": slugs} if slugs else {}


def _flow(row: dict[str, Any]) -> str:
    return yaml.safe_dump(
        row, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    ).strip()
