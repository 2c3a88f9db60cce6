"""Between the content folder and the archive: load, which never overwrites an edit, and dump.

The loader is the one place that publishes without a review: files come from the repository, whose own
review they had. It announces nothing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from hub.core import catalogue, contentfiles, contentsets, figures, publishing, vocabularies
from hub.core.catalogue import Kind
from hub.core.contentfiles import ContentDocument, ContentError
from hub.core.merging import merge
from hub.core.models import ContentFile, Entry
from hub.core.payload import (
    InvalidPayload,
    Payload,
    content_hash,
    in_present_terms,
    needed_by,
    validated,
)

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


@dataclass(frozen=True)
class _Run:
    """What one load knows: the names of all files, the ids in those that it reads, its report."""

    names: frozenset[str]
    known_ids: frozenset[str]
    needs: dict[str, set[str]]  # what the files read so far need first
    report: Report


def load(folder: Path, progress: Progress = lambda line: None) -> Report:
    """Bring the archive up to the content folder; safe to repeat.

    A file unchanged since the last load does nothing. A changed one becomes a new revision if nobody
    edited its entry, is merged if somebody did, and is reported as kept where a person has to decide: both
    changed the same words, or the entry was archived. A file that only says what the entry said before it
    was edited here has nothing to add. A file that can't be read is named with line and reason, and
    nothing of it is loaded.
    """
    report = Report()
    vocabularies.load(folder / TAXONOMY)
    report.problems += figures.load(folder / "figures")
    seen = dict(ContentFile.objects.values_list("path", "file_hash"))
    documents: list[tuple[Kind, ContentDocument, str]] = []
    files = list(_files(folder))
    for kind, path, name in files:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if seen.get(name) == digest:
            report.unchanged.append(name)
            continue
        try:
            documents.append((kind, contentfiles.read(kind, path, name), digest))
        except ContentError as error:
            report.problems.append(str(error))
    documents.sort(key=lambda item: (item[1].published_at or timezone.now(), item[1].public_id))
    known_ids = frozenset(document.public_id for _, document, _ in documents)
    run = _Run(frozenset(name for _, _, name in files), known_ids, {}, report)
    for kind, document, digest in documents:
        try:
            _load_one(kind, document, digest, run)
            progress(f"{document.public_id} {document.raw.get('title', '')}")
        except InvalidPayload as error:
            report.problems += [
                f"{document.path}:{document.line_of(name)}: {name}: {text}"
                for name, texts in error.errors.items()
                for text in texts
            ]
    _relate(known_ids)
    report.problems += contentsets.load(folder / contentsets.SETS)
    return report


def _files(folder: Path) -> Iterator[tuple[Kind, Path, str]]:
    for kind in catalogue.kinds():
        for path in sorted((folder / kind.path).glob("*.md")):
            yield kind, path, f"{kind.path}/{path.name}"


@transaction.atomic
def _load_one(kind: Kind, document: ContentDocument, digest: str, run: _Run) -> None:
    own_id = document.public_id
    payload = validated(kind.name, document.raw, known_ids=run.known_ids, own_id=own_id, needs=run.needs)
    run.needs[own_id] = needed_by(payload.data.get("relations", []))
    rows = Entry.objects.select_related("technology", "topic", "current_revision")
    entry = rows.filter(public_id=document.public_id).first()
    if entry is None:
        event = publishing.publish(
            payload, None, source=document.path, announce=False,
            public_id=document.public_id, at=document.published_at, known_ids=run.known_ids,
        )  # fmt: skip
        assert event.entry is not None
        entry = event.entry
        run.report.new.append(document.public_id)
    elif not _revise(kind, document, payload, entry, run):
        return
    ContentFile.objects.filter(entry=entry).exclude(path=document.path).delete()
    ContentFile.objects.update_or_create(
        path=document.path,
        defaults={
            "file_hash": digest,
            "entry": entry,
            "payload": {"slug": entry.slug, **payload.data},
            "schema": payload.schema,
            "loaded_at": timezone.now(),
        },
    )


def _revise(kind: Kind, document: ContentDocument, payload: Payload, entry: Entry, run: _Run) -> bool:
    """Bring an entry up to its file; False, and a sentence in the report, where the entry is kept."""
    file = ContentFile.objects.filter(entry=entry).first()
    if entry.kind != kind.name:
        raise InvalidPayload({"id": [f"{entry.public_id} is a {entry.kind_label.lower()} already."]})
    if file and file.path != document.path and file.path in run.names:
        raise InvalidPayload({"id": [f"{entry.public_id} stands in {file.path} too."]})
    current = publishing.current_payload(entry)
    said = Payload(kind.name, {"slug": entry.slug, **payload.data}, payload.schema)
    reason = ""
    if not entry.is_public:
        reason = "was archived; its file does not bring it back"
    elif said.content_hash == current.content_hash or _is_older(entry, said, file):
        run.report.unchanged.append(document.path)
    elif file is None:
        reason = "did not come from this file and says something else"
    else:
        base = in_present_terms(kind.name, kind.current(file.payload, file.schema))
        merged = merge(kind.name, base, said.data, current.data)
        if merged.is_clean:
            outcome = run.report.revised if base == current.data else run.report.merged
            _publish(Payload(kind.name, merged.data, kind.schema), entry, document, run, outcome)
        else:
            reason = f"was edited too; both changed {', '.join(one.name for one in merged.conflicts)}"
    if reason:
        run.report.kept.append(f"{document.path}: {entry.public_id} {reason}")
    return not reason


def _is_older(entry: Entry, said: Payload, file: ContentFile | None) -> bool:
    """Whether the file says what the entry said before somebody edited it here."""
    assert entry.current_revision is not None
    came_from_file = file is not None and entry.current_revision.source == file.path
    return not came_from_file and _ever_said(entry, said)


def _ever_said(entry: Entry, said: Payload) -> bool:
    """Whether some revision of an entry said just this, in the names of its day."""
    if entry.revisions.filter(content_hash=said.content_hash).exists():
        return True
    kind = catalogue.get(entry.kind)
    known = kind.present_terms(entry)
    return any(
        content_hash(in_present_terms(kind.name, kind.current(one.payload, one.schema), known))
        == said.content_hash
        for one in entry.revisions.iterator(chunk_size=50)
    )


def _publish(
    payload: Payload, entry: Entry, document: ContentDocument, run: _Run, outcome: list[str]
) -> None:
    try:
        publishing.publish(
            payload, None, entry, source=document.path, announce=False, known_ids=run.known_ids
        )
        outcome.append(document.public_id)
    except publishing.Unchanged:
        run.report.unchanged.append(document.path)


def _relate(public_ids: Iterable[str]) -> None:
    """Tie loaded entries to those that came after them in the same load."""
    rows = Entry.objects.filter(public_id__in=public_ids)
    for entry in rows.select_related("technology", "topic", "current_revision"):
        publishing.relate(entry, publishing.current_payload(entry).data)


# Dump -----------------------------------------------------------------------------------------------


def dump(folder: Path, progress: Progress = lambda line: None) -> int:
    """Write every public entry's file, the vocabularies and the sets; returns how many files changed.

    A file on disk that says what no revision of its entry ever said is left alone and named: load it
    first. The file of an archived entry goes, so that no load elsewhere makes it public again.
    """
    changed = int(_write(folder / TAXONOMY, vocabularies.text()))
    changed += int(_write(folder / contentsets.SETS, contentsets.text()))
    for name in figures.dump(folder / "figures"):
        progress(name)
        changed += 1
    for kind in catalogue.kinds():
        entries = Entry.objects.of_kind(kind.name).select_related(
            "technology", "topic", "current_revision", "content_file"
        )
        for entry in entries.order_by("public_id").iterator(chunk_size=500):
            file = getattr(entry, "content_file", None)
            name = file.path if file else f"{kind.path}/{entry.public_id}.md"
            text = (
                contentfiles.write(kind, entry, publishing.current_payload(entry)) if entry.is_public else ""
            )
            if not _would_change(folder / name, text):
                continue
            if not _is_known(kind, folder / name, name, entry):
                progress(f"left alone: {name} changed on disk; load it first")
                continue
            _write(folder / name, text)
            changed += 1
            progress(name if text else f"{name} removed: {entry.public_id} is archived")
    return changed


def _would_change(path: Path, text: str) -> bool:
    return path.read_text(encoding="utf-8", errors="replace") != text if path.exists() else bool(text)


def _is_known(kind: Kind, path: Path, name: str, entry: Entry) -> bool:
    """Whether all that a file says stands in some revision of its entry, so that nothing is lost with it."""
    if not path.exists():
        return True
    try:
        document = contentfiles.read(kind, path, name)
        payload = validated(kind.name, document.raw)
    except (ContentError, InvalidPayload):
        return False
    said = Payload(kind.name, {"slug": entry.slug, **payload.data}, kind.schema)
    return document.public_id == entry.public_id and (
        said.content_hash == publishing.current_payload(entry).content_hash or _ever_said(entry, said)
    )


def _write(path: Path, text: str) -> bool:
    """Write a file in one step if it would change, remove it where the text is empty; whether it changed."""
    if not _would_change(path, text):
        return False
    if not text:
        path.unlink()
        return True
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return True
