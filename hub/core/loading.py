"""Between the content folder and the archive: load, which never overwrites an edit, and dump.

The loader is the one place that publishes without a review: files come from the repository, whose own
review they had. It announces nothing.
"""

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from hub.core import catalogue, contentfiles, publishing
from hub.core.catalogue import Kind
from hub.core.contentfiles import ContentDocument, ContentError
from hub.core.merging import merge
from hub.core.models import ContentFile, Entry, Technology, Topic, Weakness
from hub.core.payload import InvalidPayload, Payload, validated

DATA = Path(__file__).parent / "data"
TAXONOMY = "taxonomy.yaml"
Progress = Callable[[str], None]


@dataclass
class Report:
    """What a load did: ids by outcome; ``kept`` and ``problems`` are sentences for a person."""

    new: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.new)} new, {len(self.revised)} revised, {len(self.merged)} merged, "
            f"{len(self.unchanged)} unchanged, {len(self.kept)} kept, {len(self.problems)} unreadable"
        )


def load(folder: Path, progress: Progress = lambda line: None) -> Report:
    """Bring the archive up to the content folder; safe to repeat.

    A file unchanged since the last load does nothing. A changed one becomes a new revision if nobody
    edited its entry, is merged if somebody did, and is reported as kept where a merge needs a person.
    A file that can't be read is named with line and reason, and nothing of it is loaded.
    """
    report = Report()
    load_vocabulary(folder / TAXONOMY)
    seen = {file.path: file for file in ContentFile.objects.select_related("entry__current_revision", "revision")}
    documents: list[tuple[Kind, ContentDocument, str]] = []
    for kind, path, name in _files(folder):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if name in seen and seen[name].file_hash == digest:
            report.unchanged.append(name)
            continue
        try:
            documents.append((kind, contentfiles.read(kind, path, name), digest))
        except ContentError as error:
            report.problems.append(str(error))
    documents.sort(key=lambda item: (item[1].published_at or timezone.now(), item[1].public_id))
    known_ids = frozenset(document.public_id for _, document, _ in documents)
    for kind, document, digest in documents:
        try:
            _load_one(kind, document, digest, seen.get(document.path), known_ids, report)
            progress(f"{document.public_id} {document.raw.get('title', '')}")
        except InvalidPayload as error:
            report.problems += [
                f"{document.path}:{document.line_of(name)}: {name}: {text}"
                for name, texts in error.errors.items()
                for text in texts
            ]
    _relate(known_ids)
    return report


def _files(folder: Path) -> Iterator[tuple[Kind, Path, str]]:
    for kind in catalogue.kinds():
        for path in sorted((folder / kind.path).glob("*.md")):
            yield kind, path, f"{kind.path}/{path.name}"


@transaction.atomic
def _load_one(
    kind: Kind, document: ContentDocument, digest: str, file: ContentFile | None,
    known_ids: frozenset[str], report: Report,
) -> None:  # fmt: skip
    payload = validated(kind.name, document.raw, known_ids=known_ids)
    entry = Entry.objects.select_related("current_revision").filter(public_id=document.public_id).first()
    arguments: dict[str, Any] = {"source": document.path, "announce": False, "known_ids": known_ids}
    if entry is None:
        event = publishing.publish(
            payload, None, public_id=document.public_id, at=document.published_at, **arguments
        )
        report.new.append(document.public_id)
        _remember(document.path, digest, event.entry)
        return
    if entry.kind != kind.name:
        raise InvalidPayload({"id": [f"{entry.public_id} is a {entry.kind_label.lower()} already."]})
    current = publishing.current_payload(entry)
    base = file.revision if file else None
    outcome = report.revised
    if base is not None and base.pk != entry.current_revision_id:
        base_data = kind.current(base.payload, base.schema)
        merged = merge(kind.name, base_data, payload.data, current.data)
        if not merged.is_clean:
            names = ", ".join(conflict.name for conflict in merged.conflicts)
            report.kept.append(f"{document.path}: {entry.public_id} was edited too; both changed {names}")
            return
        payload, outcome = Payload(kind.name, merged.data, kind.schema), report.merged
    elif base is None and current.content_hash != payload.content_hash:
        report.kept.append(f"{document.path}: {entry.public_id} did not come from this file and says something else")
        return
    try:
        event = publishing.publish(payload, None, entry, **arguments)
        outcome.append(document.public_id)
        entry = event.entry
    except publishing.Unchanged:
        report.unchanged.append(document.path)
    _remember(document.path, digest, entry)


def _remember(path: str, digest: str, entry: Entry | None) -> None:
    assert entry is not None
    ContentFile.objects.filter(entry=entry).exclude(path=path).delete()
    ContentFile.objects.update_or_create(
        path=path,
        defaults={
            "file_hash": digest,
            "entry": entry,
            "revision_id": entry.current_revision_id,
            "loaded_at": timezone.now(),
        },
    )


def _relate(public_ids: Iterable[str]) -> None:
    """Tie loaded entries to those that came after them in the same load."""
    for entry in Entry.objects.filter(public_id__in=public_ids).select_related("current_revision"):
        publishing.relate(entry, publishing.current_payload(entry).data)


# Vocabularies ---------------------------------------------------------------------------------------


def load_vocabulary(path: Path) -> None:
    """Add what ``taxonomy.yaml`` and the data files name and the archive lacks; changes nothing that exists.

    Raises ContentError for a file of another shape.
    """
    load_weaknesses()
    if not path.exists():
        return
    try:
        vocabulary = yaml.safe_load(path.read_text(encoding="utf-8"))
        technologies, topics = vocabulary["technologies"], vocabulary["topics"]
        for row in sorted(technologies, key=lambda row: "parent" in row):
            parent = Technology.objects.get(slug=row["parent"]) if row.get("parent") else None
            Technology.objects.get_or_create(slug=row["slug"], defaults={**row, "parent": parent})
        for name, model in {"topics": Topic, **_kind_vocabularies()}.items():
            for row in topics if name == "topics" else vocabulary.get(name, []):
                model._default_manager.get_or_create(slug=row["slug"], defaults=row)
    except (yaml.YAMLError, KeyError, TypeError, Technology.DoesNotExist) as error:
        raise ContentError(path.name, 1, f"can't be read: {error}") from error


def load_weaknesses() -> None:
    """Bring the Weakness rows up to the data files (CWE names, OWASP Top 10 editions)."""
    known = set(Weakness.objects.values_list("scheme", "edition", "code"))
    rows: list[Weakness] = []
    with (DATA / "cwe.csv").open(newline="", encoding="utf-8") as file:
        rows += [Weakness(scheme="CWE", code=row["number"], name=row["name"]) for row in csv.DictReader(file)]
    with (DATA / "owasp.csv").open(newline="", encoding="utf-8") as file:
        rows += [
            Weakness(scheme="OWASP", edition=row["edition"], code=row["code"], name=row["name"])
            for row in csv.DictReader(file)
        ]
    Weakness.objects.bulk_create(
        [row for row in rows if (row.scheme, row.edition, row.code) not in known], batch_size=200
    )


def _kind_vocabularies() -> dict[str, type[Model]]:
    return {name: model for kind in catalogue.kinds() for name, model in kind.vocabularies.items()}


# Dump -----------------------------------------------------------------------------------------------


def dump(folder: Path, progress: Progress = lambda line: None) -> int:
    """Write every public entry's file and the vocabularies; returns how many files changed.

    A file on disk that changed since the last load is left alone and named: load it first.
    """
    changed = int(_write(folder / TAXONOMY, _vocabulary_text()))
    for kind in catalogue.kinds():
        entries = Entry.objects.public().of_kind(kind.name).select_related("current_revision")
        seen = {file.entry_id: file for file in ContentFile.objects.filter(entry__kind=kind.name)}
        for entry in entries.order_by("public_id").iterator(chunk_size=500):
            name = seen[entry.pk].path if entry.pk in seen else f"{kind.path}/{entry.public_id}.md"
            path = folder / name
            if path.exists() and entry.pk in seen:
                on_disk = hashlib.sha256(path.read_bytes()).hexdigest()
                if on_disk != seen[entry.pk].file_hash:
                    progress(f"left alone: {name} changed on disk; load it first")
                    continue
            text = contentfiles.write(kind, entry, publishing.current_payload(entry))
            if _write(path, text):
                changed += 1
                progress(name)
            _remember(name, hashlib.sha256(text.encode()).hexdigest(), entry)
    return changed


def _vocabulary_text() -> str:
    lines = ["technologies:"]
    for technology in Technology.objects.select_related("parent").order_by("slug"):
        row = {"slug": technology.slug, "name": technology.name, "code": technology.code, "kind": technology.kind}
        if technology.parent:
            row["parent"] = technology.parent.slug
        lines.append(f"- {_flow(row)}")
    for name, model in {"topics": Topic, **_kind_vocabularies()}.items():
        columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        lines.append(f"{name}:")
        lines += [f"- {_flow(row)}" for row in model._default_manager.order_by("slug").values(*columns)]
    return "\n".join(lines) + "\n"


def _flow(row: dict[str, Any]) -> str:
    return yaml.safe_dump(row, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000).strip()


def _write(path: Path, text: str) -> bool:
    """Write a file in one step if it would change; whether it did."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return True
