"""Technologies and topics by slug: small, asked for on every page, so read once a content number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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


def vocabulary(number: int) -> Vocabulary:
    """The vocabulary at a content number: no query once it is remembered."""
    return remembered(number, "vocabulary", _read)  # type: ignore[no-any-return]


def _read() -> Vocabulary:
    technologies = list(
        Technology.objects.values_list("pk", "slug", "name", "parent__slug", "kind", "aliases__slug")
    )
    topics = list(Topic.objects.values_list("pk", "slug", "name", "aliases__slug"))
    return Vocabulary(
        {slug: Term(pk, slug, name, parent or "", kind) for pk, slug, name, parent, kind, _ in technologies},
        {slug: Term(pk, slug, name) for pk, slug, name, _ in topics},
        {former: slug for _, slug, _, _, _, former in technologies if former},
        {former: slug for _, slug, _, former in topics if former},
    )


def give_subjects(entries: Iterable[Any], number: int) -> None:
    """Give rows of entries their technology and topic from memory: three tables less to join for each query.

    What is newer than the content ``number`` is left to the database.
    """
    technologies, topics = remembered(number, "subjects", _subjects)
    for entry in entries:
        if entry.technology_id in technologies:
            entry.technology = technologies[entry.technology_id]
        if entry.topic_id in topics:
            entry.topic = topics[entry.topic_id]


def _subjects() -> tuple[Mapping[int, Technology], Mapping[int, Topic]]:
    return Technology.objects.select_related("parent").in_bulk(), Topic.objects.in_bulk()
