"""Verbs on technologies, topics and tags: rename and merge, each one numbered public change.

A payload keeps the word that it was written with. What a term was called before becomes an alias of what
it is called now, so former addresses redirect and older revisions, drafts and content files still mean the
same row. Entries follow in chunks: the first in the same transaction, the rest by a task.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import ForeignObjectRel, Model

from hub.core import publishing
from hub.core.catalogue import RESERVED_SLUGS
from hub.core.hints import hint
from hub.core.models import Entry, Event, Tag, TaggedEntry, Technology, TermChange, Topic
from hub.core.publishing import Conflict, Unchanged
from hub.core.slugs import technical_slug

Term = Technology | Topic | Tag
TERMS: dict[str, type[Technology] | type[Topic] | type[Tag]] = {
    "technology": Technology,
    "topic": Topic,
    "tag": Tag,
}
CHUNK = 100  # entries that follow in one transaction: the clock is held for less than a second


class InvalidTerm(ValueError):
    """A name or a slug that can't be given, or two terms that can't be one; ``field`` names which."""

    def __init__(self, field: str, reason: str):
        self.field = field
        super().__init__(reason)


def rename(term: Term, by: User | None, *, name: str, slug: str) -> Event:
    """Give a term another name or slug. Its former slug stays an alias, so old addresses redirect.

    ``term`` as it was read: raises Conflict where somebody renamed, merged or deleted it meanwhile,
    Unchanged where it is called so already, and InvalidTerm for a name or slug that is taken or no slug.
    """
    name, slug = " ".join(name.split()), slug.strip()
    with transaction.atomic():
        event = publishing.announce_site_change(
            Event.Act.TAXONOMY, by, f"{label(term).capitalize()} “{term.name}” is now “{name}”, {slug}"
        )
        now = _now(term)
        if (now.name, now.slug) == (name, slug):
            raise Unchanged(f"It is called “{name}” already.")
        _check_unmoved(term, now)
        _check_free(now, name, slug)
        now.aliases.filter(slug=slug).delete()  # a name that comes back
        type(now)._default_manager.filter(pk=now.pk).update(name=name, slug=slug)
        if now.slug != slug:
            now.aliases.create(slug=now.slug)
        now.name, now.slug = name, slug
        _let_follow(now, event)
    return event


def merge(term: Term, into: Term, by: User | None) -> Event:
    """Make one term of two: all that belonged to ``term`` belongs to ``into``, and its slug is an alias.

    Raises Conflict where either is not what it was when it was read, Unchanged where they are one
    already, and InvalidTerm where they can't be.
    """
    if type(term) is not type(into) or term.pk == into.pk:
        raise InvalidTerm("into", f"Choose another {label(term)}.")
    try:
        with transaction.atomic():
            event = publishing.announce_site_change(
                Event.Act.TAXONOMY, by, f"{label(term).capitalize()} “{term.name}” went into “{into.name}”"
            )
            target = _now(into)
            if target.aliases.filter(slug=term.slug).exists():
                raise Unchanged(f"“{term.name}” is a part of “{target.name}” already.")
            source = _now(term)
            _check_unmoved(term, source)
            _check_unmoved(into, target)
            _check_mergeable(source, target)
            _hand_over(source, target)
            source.delete()
            target.aliases.create(slug=source.slug)
            TermChange.objects.filter(vocabulary=label(source), term_id=term.pk).delete()
            _let_follow(target, event)
    except IntegrityError as error:
        raise Conflict(f"Somebody used “{term.name}” just now. Try again.") from error
    return event


def follow_next() -> bool:
    """Let the next entries of a renamed or merged term follow, in one transaction; False when all have."""
    with transaction.atomic():
        if not TermChange.objects.exists():
            return False
        event = publishing.announce_site_change(Event.Act.TAXONOMY, None, "Entries follow renamed terms")
        change = TermChange.objects.order_by("pk").first()  # read after the clock: nobody else follows now
        if change is not None:
            _follow(change, event)
        return TermChange.objects.exists()


def label(term: Term) -> str:
    """``technology``, ``topic`` or ``tag``."""
    return str(term._meta.model_name)


def touched(term: Term) -> int:
    """How many entries, public or archived, belong to a term."""
    return len({pk for _, pks in _entry_ids(term, 0) for pk in pks})


def _now(term: Term) -> Any:
    now = type(term)._default_manager.filter(pk=term.pk).first()
    if now is None:
        raise Conflict(f"“{term.name}” is gone: somebody merged or deleted it.")
    return now


def _check_unmoved(read: Term, now: Term) -> None:
    if (read.name, read.slug) != (now.name, now.slug):
        raise Conflict(f"Somebody renamed “{read.name}” to “{now.name}”, {now.slug}. Look at it again.")


def _check_free(term: Any, name: str, slug: str) -> None:
    rows = type(term)._default_manager
    longest = {field: rows.model._meta.get_field(field).max_length for field in ("name", "slug")}
    if not name or len(name) > longest["name"]:
        raise InvalidTerm("name", f"Give a name of at most {longest['name']} characters.")
    if not slug or slug != technical_slug(slug) or len(slug) > longest["slug"]:
        raise InvalidTerm("slug", "Use lower-case letters, digits and hyphens.")
    if slug in RESERVED_SLUGS:
        raise InvalidTerm("slug", f"“{slug}” is reserved.")
    others = rows.exclude(pk=term.pk)
    if others.filter(name__iexact=name).exists():
        raise InvalidTerm("name", f"Another {label(term)} is called “{name}”: merge the two.")
    if others.filter(slug=slug).exists() or others.filter(aliases__slug=slug).exists():
        raise InvalidTerm("slug", f"“{slug}” means another {label(term)}: merge the two.")


def _check_mergeable(source: Any, target: Any) -> None:
    if isinstance(source, Technology) and source.kind == Technology.Kind.LANGUAGE != target.kind:
        raise InvalidTerm("into", f"“{source.name}” is a language and “{target.name}” is none.")


# What belongs to a term -------------------------------------------------------------------------------


def _references(term: Term) -> Iterator[ForeignObjectRel]:
    """Every foreign key that points to terms of this vocabulary, in any app; many-to-many rows too."""
    for relation in term._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.one_to_many:
            yield relation


def _hand_over(source: Any, target: Any) -> None:
    """Point everything that points to ``source`` to ``target``; what pointed to both points once."""
    if isinstance(source, Technology) and target.parent_id == source.pk:
        parent = source.parent_id if source.parent_id != target.pk else None
        Technology.objects.filter(pk=target.pk).update(parent=parent)
    for relation in _references(source):
        rows: Any = relation.related_model._base_manager
        name = relation.field.name
        for other in _partners(relation):
            taken = rows.filter(**{name: target}).values(other)
            rows.filter(**{name: source, f"{other}__in": taken}).delete()
        rows.filter(**{name: source}).exclude(**_itself(relation, target)).update(**{name: target})


def _partners(relation: ForeignObjectRel) -> list[str]:
    """The columns that may stand beside this key only once (the entry of a tag, the reader of a topic)."""
    meta, name = relation.related_model._meta, relation.field.name
    together = [*meta.unique_together, *(getattr(one, "fields", ()) for one in meta.total_unique_constraints)]
    return [
        other for names in together if name in names and len(names) == 2 for other in names if other != name
    ]


def _itself(relation: ForeignObjectRel, target: Any) -> dict[str, Any]:
    """Of rows of the same vocabulary (a technology's parent): the target never points to itself."""
    return {"pk": target.pk} if relation.related_model is type(target) else {"pk": None}


def _entry_ids(term: Term, after: int, most: int | None = None) -> Iterator[tuple[type[Model], list[int]]]:
    """Ids of the entries that name a term, above an id, by the model that names it."""
    for relation in _references(term):
        model: Any = relation.related_model
        if not issubclass(model, (Entry, TaggedEntry)):
            continue
        column = "pk" if issubclass(model, Entry) else "content_object_id"
        rows = model._base_manager.filter(**{relation.field.name: term, f"{column}__gt": after})
        yield model, list(rows.order_by(column).values_list(column, flat=True)[:most])


# Entries follow ---------------------------------------------------------------------------------------


def _let_follow(term: Term, event: Event) -> None:
    """The first entries follow at once, the rest when a worker gets to it."""
    change, _ = TermChange.objects.update_or_create(
        vocabulary=label(term), term_id=term.pk, defaults={"done_to": 0}
    )
    _follow(change, event)
    if TermChange.objects.filter(pk=change.pk).exists():
        hint("hub.core.tasks.follow_terms")


def _follow(change: TermChange, event: Event) -> None:
    """Bring the next chunk of entries up to date inside the caller's transaction."""
    term = TERMS[change.vocabulary]._default_manager.filter(pk=change.term_id).first()
    ids = (
        sorted({pk for _, pks in _entry_ids(term, change.done_to, CHUNK) for pk in pks})[:CHUNK]
        if term
        else []
    )
    rows = Entry.objects.filter(pk__in=ids).select_related("technology__parent", "topic", "current_revision")
    for entry in rows.order_by("pk"):
        publishing.rename_in(entry, event)
    if len(ids) < CHUNK:
        TermChange.objects.filter(pk=change.pk).delete()
        return
    TermChange.objects.filter(pk=change.pk).update(done_to=ids[-1])
