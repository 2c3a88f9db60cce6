"""Technologies and topics by slug: small, asked for on every page, so read once a content number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from hub.core.caching import remembered
from hub.core.models import Technology, Topic


@dataclass(frozen=True)
class Term:
    """One technology or topic.

    ``parent`` is the slug of the technology that it belongs to, or empty; ``kind`` a technology's kind.
    """

    pk: int
    slug: str
    name: str
    parent: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """All technologies and topics by slug, in the order of their names, and what they were called before."""

    technologies: dict[str, Term]
    topics: dict[str, Term]
    former_technologies: dict[str, str]  # slug of before a rename or merge → slug of today
    former_topics: dict[str, str]

    @property
    def languages(self) -> dict[str, Term]:
        """The technologies that are languages."""
        return {
            slug: term for slug, term in self.technologies.items() if term.kind == Technology.Kind.LANGUAGE
        }

    def with_children(self, slug: str) -> list[str]:
        """A technology and what belongs to it: Python, Flask, Django."""
        return [slug, *(term.slug for term in self.technologies.values() if term.parent == slug)]

    def technology_label(self, slug: str) -> str:
        """``Python (Flask)`` for a child, ``Python`` for a language, the slug for one that is gone."""
        term = self.technologies.get(slug)
        if term is None:
            return slug
        parent = self.technologies.get(term.parent)
        return f"{parent.name} ({term.name})" if parent else term.name

    def topic_label(self, slug: str) -> str:
        return self.topics[slug].name if slug in self.topics else slug


@dataclass(frozen=True)
class _Terms:
    """What one reading of both tables gives: the vocabulary, and the rows themselves by id."""

    vocabulary: Vocabulary
    technologies: Mapping[int, Technology]
    topics: Mapping[int, Topic]


def vocabulary(number: int) -> Vocabulary:
    """The vocabulary at a content number: no query once it is remembered."""
    return _terms(number).vocabulary


def give_subjects(entries: Iterable[Any], number: int) -> None:
    """Give rows of entries their technology and topic from memory: three tables less to join for each query.

    What is newer than the content ``number`` is left to the database.
    """
    known = _terms(number)
    for entry in entries:
        if entry.technology_id in known.technologies:
            entry.technology = known.technologies[entry.technology_id]
        if entry.topic_id in known.topics:
            entry.topic = known.topics[entry.topic_id]


def _terms(number: int) -> _Terms:
    return remembered(number, "terms", _read)  # type: ignore[no-any-return]


def _read() -> _Terms:
    """Two queries; a row comes once for each of its former slugs."""
    technologies: list[Any] = list(
        Technology.objects.select_related("parent").annotate(former=F("aliases__slug"))
    )
    topics: list[Any] = list(Topic.objects.annotate(former=F("aliases__slug")))
    return _Terms(
        Vocabulary(
            {
                one.slug: Term(one.pk, one.slug, one.name, one.parent.slug if one.parent else "", one.kind)
                for one in technologies
            },
            {one.slug: Term(one.pk, one.slug, one.name) for one in topics},
            {one.former: one.slug for one in technologies if one.former},
            {one.former: one.slug for one in topics if one.former},
        ),
        {one.pk: one for one in technologies},
        {one.pk: one for one in topics},
    )
