"""The only code that changes what the public sees: publish, archive, revert.

Each verb is one transaction: the clock (whose lock puts public changes in order), a conditional update on
the entry's version, the revision, the typed row, the rendered HTML, the event, then the effects that apps
registered. Anything that fails rolls all of it back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from hub.core import catalogue, effects, figures
from hub.core import payload as payloads
from hub.core.catalogue import Kind
from hub.core.markdown import count_words
from hub.core.models import (
    ContentClock,
    Credit,
    Entry,
    EntryStats,
    Event,
    FormerAddress,
    IdSeries,
    Relation,
    Revision,
    Tag,
    TaggedEntry,
    Technology,
    Topic,
    Weakness,
)
from hub.core.payload import InvalidPayload, Payload
from hub.core.slugs import title_slug
from hub.core.tags import tags_named

WORDS_A_MINUTE = 220


class Conflict(Exception):
    """Somebody was faster; ``str()`` says who and when. Answer with HTTP 409."""


class Unchanged(Exception):
    """The payload is what the entry already says; nothing was written."""


@dataclass(frozen=True)
class Thanks:
    """Whom to credit for a revision: the name and link they chose."""

    role: Credit.Role
    name: str
    link: str = ""


@transaction.atomic
def publish(  # noqa: PLR0913 (one argument a fact that goes with the change)
    payload: Payload,
    by: User | None,
    entry: Entry | None = None,
    source: str = "",
    announce: bool = True,  # noqa: FBT001, FBT002 (the design's signature)
    *,
    note: str = "",
    public_id: str = "",
    at: datetime | None = None,
    thanks: Thanks | None = None,
    known_ids: frozenset[str] = frozenset(),
) -> Event:
    """Make a payload public: a new entry, or the next revision of ``entry`` as it was read.

    ``public_id`` and ``at`` serve the content loader (an id and a date from a file); ``known_ids`` are
    ids of the same load. Raises InvalidPayload, Conflict when ``entry.version`` has moved on, and
    Unchanged when the current revision says the same and the entry is public.
    """
    n, now = ContentClock.tick(), timezone.now()
    kind = catalogue.get(payload.kind)
    own_id = entry.public_id if entry else public_id.upper()
    raw = kind.current(payload.data, payload.schema)
    data = payloads.validated(kind.name, raw, known_ids=known_ids, own_id=own_id).data
    data["slug"] = _free_slug(kind, data, entry)
    content_hash = payloads.content_hash(data)
    act = Event.Act.PUBLISH
    if entry is None:
        entry = _first_row(kind, data, public_id, at or now)
        former_path, number = "", 1
    else:
        fresh = Entry.objects.select_related("technology", "current_revision").get(pk=entry.pk)
        assert fresh.current_revision is not None
        if fresh.is_public and current_payload(fresh).content_hash == content_hash:
            raise Unchanged(f"{fresh.public_id} says the same already")
        act = Event.Act.REVISE if fresh.is_public else Event.Act.RESTORE
        former_path, number = fresh.get_absolute_url(), fresh.current_revision.number + 1
        _take_version(entry, status=Entry.Status.PUBLISHED, updated_at=at or now, successor=None)
        _answer_reports(entry, fresh.current_revision.payload, data)
    revision = Revision.objects.create(
        entry=entry, number=number, payload=data, schema=kind.schema, content_hash=content_hash,
        note=note, source=source, author=by, created_at=now,
    )  # fmt: skip
    entry = project(entry, revision)
    _keep_addresses(entry, former_path)
    if thanks:
        Credit.objects.create(
            entry=entry, revision=revision, role=thanks.role, name=thanks.name, link=thanks.link
        )
    return _close(
        Event(n=n, act=act, entry=entry, revision=revision, actor=by, note=note, announce=announce, at=now)
    )


@transaction.atomic
def archive(entry: Entry, by: User | None, successor: Entry | None = None, *, note: str = "") -> Event:
    """Take an entry off the public pages: its address answers 410 and names the successor, if any.

    Raises Conflict when ``entry.version`` has moved on, Unchanged when it is archived already.
    """
    if successor is not None and successor.pk == entry.pk:
        raise ValueError("an entry does not succeed itself")
    n, now = ContentClock.tick(), timezone.now()
    fresh = Entry.objects.get(pk=entry.pk)
    if not fresh.is_public:
        raise Unchanged(f"{entry.public_id} is archived already")
    _take_version(entry, status=Entry.Status.ARCHIVED, updated_at=now, successor=successor)
    fresh.refresh_from_db()
    event = Event(
        n=n, act=Event.Act.ARCHIVE, entry=fresh, revision_id=fresh.current_revision_id,
        actor=by, note=note, announce=False, at=now,
    )  # fmt: skip
    return _close(event)


def revert(entry: Entry, revision: Revision, by: User | None, *, note: str = "") -> Event:
    """Publish an older revision again, as the next one; raises what ``publish`` raises."""
    if revision.entry_id != entry.pk:
        raise ValueError("the revision belongs to another entry")
    return publish(
        Payload(entry.kind, revision.payload, revision.schema), by, entry, announce=False,
        note=note or f"Back to revision {revision.number}",
    )  # fmt: skip


def announce_site_change(act: Event.Act, by: User | None, note: str = "") -> Event:
    """Number a public change that concerns no single entry (taxonomy, site text, testimonial)."""
    event = Event(
        n=ContentClock.tick(), act=act, actor=by, note=note[:300], announce=False, at=timezone.now()
    )
    event.save()
    return event


def current_payload(entry: Entry) -> Payload:
    """The payload of the entry's current revision in today's shape and in today's names."""
    revision = entry.current_revision
    assert revision is not None
    return Payload(entry.kind, _present_data(entry, revision), catalogue.get(entry.kind).schema)


def _present_data(entry: Entry, revision: Revision) -> dict[str, Any]:
    """A revision's payload as it would be written now; no query where its names are the entry's."""
    kind = catalogue.get(entry.kind)
    data = kind.current(revision.payload, revision.schema)
    return payloads.in_present_terms(kind.name, data, kind.present_terms(entry))


def project(entry: Entry, revision: Revision) -> Entry:
    """Write everything that follows from a revision: shared columns, typed row, tags, relations, HTML.

    Safe to run again: ``manage.py rebuild_entries`` does, after a change of the renderer or of a kind.
    """
    kind = catalogue.get(entry.kind)
    data = payloads.in_present_terms(kind.name, kind.current(revision.payload, revision.schema))
    tags = tags_named(data.get("tags", []))
    verified_at = data.get("verified_at")
    values: dict[str, Any] = {
        **_shared_columns(data),
        "verified_at": date.fromisoformat(verified_at) if verified_at else None,
        "verified_with": data.get("verified_with", []),
        "current_revision": revision,
        "rendered": kind.render(data),
        "card": _card(kind, data, tags),
    }
    Entry.objects.filter(pk=entry.pk).update(**values)
    entry = Entry.objects.select_related("technology__parent", "topic", "current_revision").get(pk=entry.pk)
    TaggedEntry.objects.filter(content_object=entry).delete()
    TaggedEntry.objects.bulk_create(TaggedEntry(tag=tag, content_object=entry) for tag in tags)
    labels = set(data.get("weaknesses", []))
    entry.weaknesses.set([one for one in Weakness.objects.all() if one.label in labels] if labels else [])
    figures.project(entry, data)
    _write_typed_row(kind, entry, data)
    relate(entry, data)
    return entry


def reading_minutes(text: str) -> int:
    return max(1, round(count_words(text) / WORDS_A_MINUTE))


def _card(kind: Kind, data: dict[str, Any], tags: list[Tag]) -> dict[str, Any]:
    return {
        "tags": [{"slug": tag.slug, "name": tag.name} for tag in tags],
        "reading_minutes": reading_minutes(kind.body_text(data)),
        **kind.card(data),
    }


def rename_in(entry: Entry, event: Event) -> None:
    """Write anew what an entry shows of the vocabularies, and its document in the index.

    For a technology, topic or tag that was renamed or merged: no revision, no version, no date changes.
    """
    kind, revision = catalogue.get(entry.kind), entry.current_revision
    assert revision is not None
    data = payloads.in_present_terms(kind.name, kind.current(revision.payload, revision.schema))
    entry.card = _card(kind, data, tags_named(data.get("tags", [])))
    Entry.objects.filter(pk=entry.pk).update(card=entry.card)
    effects.run(entry, event)


def relate(entry: Entry, data: dict[str, Any]) -> None:
    """Rebuild what ties the entry to entries that exist; the loader calls it again after a load."""
    kind = catalogue.get(entry.kind)
    references = kind.entry_references(data)
    targets = dict(
        Entry.objects.filter(public_id__in={public_id for _, public_id in references})
        .exclude(pk=entry.pk)
        .values_list("public_id", "pk")
    )
    Relation.objects.filter(source=entry).delete()
    Relation.objects.bulk_create(
        Relation(source=entry, target_id=targets[public_id], type=type_, position=position)
        for position, (type_, public_id) in enumerate(references)
        if public_id in targets
    )
    kind.link_entries(entry, data, targets)


def _shared_columns(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": data["title"],
        "slug": data["slug"],
        "summary": data["summary"],
        "technology": Technology.objects.get(slug=data["technology"]),
        "topic": Topic.objects.get(slug=data["topic"]) if data.get("topic") else None,
        "level": data.get("level", ""),
        "difficulty": data["difficulty"],
        "provenance": data.get("provenance", ""),
        "license": data.get("license", "CC-BY-4.0"),
    }


def _free_slug(kind: Kind, data: dict[str, Any], entry: Entry | None) -> str:
    """The slug to publish under: the given one if free, else one made from the title."""
    others = Entry.objects.of_kind(kind.name)
    if entry is not None:
        others = others.exclude(pk=entry.pk)
    if slug := data.get("slug"):
        if others.filter(slug=slug).exists():
            raise InvalidPayload({"slug": [f"Another {kind.label.lower()} has the slug “{slug}”."]})
        return str(slug)
    if entry is not None:
        return entry.slug
    stem = title_slug(data["title"])
    if stem in catalogue.RESERVED_SLUGS:
        stem = f"{stem}-entry"
    slug, number = stem, 1
    while others.filter(slug=slug).exists():
        number += 1
        slug = f"{stem[:90].rstrip('-_')}-{number}"
    return slug


def _first_row(kind: Kind, data: dict[str, Any], public_id: str, at: datetime) -> Entry:
    columns = _shared_columns(data)
    if public_id:
        public_id = public_id.upper()
        if Entry.objects.filter(public_id=public_id).exists():
            raise InvalidPayload({"id": [f"{public_id} is taken."]})
        IdSeries.raise_to(public_id)
    else:
        public_id = IdSeries.next_id(kind.id_prefix(data, columns["technology"].code))
    entry = Entry.objects.create(
        kind=kind.name, public_id=public_id, published_at=at, updated_at=at, **columns
    )
    EntryStats.objects.create(entry=entry)
    return entry


def _take_version(entry: Entry, **values: Any) -> None:
    """The conditional update: one of two writers who read the same version gets it."""
    taken = Entry.objects.filter(pk=entry.pk, version=entry.version).update(
        version=entry.version + 1, **values
    )
    if not taken:
        last = Event.objects.filter(entry=entry).select_related("actor").order_by("-n").first()
        who = last.actor.get_full_name() or last.actor.username if last and last.actor else "Somebody"
        when = f" at {last.at:%Y-%m-%d %H:%M} UTC" if last else ""
        raise Conflict(f"{who} changed {entry.public_id}{when}; you had read an older version.")


def _answer_reports(entry: Entry, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Readers' reports are about the text that they read: they end with it, but not with a change of tags."""
    if {**old, "tags": None} != {**new, "tags": None}:
        EntryStats.objects.filter(entry=entry).update(outdated_reports=0, unhelpful_reports=0)


def _write_typed_row(kind: Kind, entry: Entry, data: dict[str, Any]) -> None:
    """Write the kind's own table only: save_base(raw=True) leaves the parent's row alone."""
    row = kind.model(pk=entry.pk, **kind.columns(data))
    for field in Entry._meta.concrete_fields:
        setattr(row, field.attname, getattr(entry, field.attname))
    row._state.adding = not kind.model._default_manager.filter(pk=entry.pk).exists()
    row.save_base(raw=True, force_insert=row._state.adding)
    kind.link_rows(row, data)


def _keep_addresses(entry: Entry, former_path: str) -> None:
    path = entry.get_absolute_url()
    FormerAddress.objects.filter(path=path).delete()
    if former_path and former_path != path:
        FormerAddress.objects.update_or_create(path=former_path, defaults={"entry": entry})


def _close(event: Event) -> Event:
    event.save()
    assert event.entry is not None
    effects.run(event.entry, event)
    return event
