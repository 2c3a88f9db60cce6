"""Only ``public()`` decides what the public sees: every kind, every surface, every other state."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve
from django.utils import timezone

from contributions import workflow
from contributions.actors import Staff
from contributions.models import Submission
from hub.core import catalogue
from hub.core.models import Entry
from tests.debugarchive.factories import make_error
from tests.factories import (
    archive,
    make_question,
    make_submission,
    make_tag,
    make_topic,
    make_weakness,
    revise,
)
from tests.learningpaths.factories import make_path
from tests.security.factories import make_security_topic
from tests.snippets.factories import make_snippet
from tests.surfaces import NOT_FOR_READERS, SURFACES, TESTED_APART, WITHOUT_ENTRIES, Surface
from tests.systemdesign.factories import make_design_note
from tests.toykind.factories import make_toy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WORD = "zirconium"
WEAKNESSES = ["CWE-89", "A05:2025"]
KINDS: dict[str, Callable[..., Entry]] = {
    "question": make_question,
    "error": make_error,
    "design": make_design_note,
    "path": make_path,
    "security": make_security_topic,
    "snippet": make_snippet,
    "toy": make_toy,
}
# Every state in which the text of a submission is not public.
STATES = [
    "unconfirmed", "withdrawn", "pending", "in_review", "changes_requested", "rejected", "approved",
    "scheduled",
]  # fmt: skip

every_kind = pytest.mark.parametrize("kind", KINDS)
every_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)


def make(kind: str, title: str) -> Entry:
    for label in WEAKNESSES:
        make_weakness(label)
    return KINDS[kind](title=title, tags=["puzzle"], weaknesses=WEAKNESSES)


def submit_in(state: str, **over: Any) -> Submission:
    """A submission in a state; scheduled is approved with a date."""
    if state != "scheduled":
        return make_submission(state, **over)
    submission = make_submission("approved", **over)
    editor = User.objects.get(username="the-editor")
    return workflow.perform(
        submission, "schedule", Staff(editor), version=submission.version, revision=submission.head,
        publish_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip


def test_every_kind_takes_part():
    assert set(KINDS) == {kind.name for kind in catalogue.kinds()}


def test_every_public_address_is_a_surface_or_shows_no_entry():
    entries = [make(kind, f"An entry about {WORD}") for kind in KINDS]
    shown = {
        resolve(urlsplit(surface.url(entry)).path).view_name for entry in entries for surface in SURFACES
    }
    names = {name for name in view_names(get_resolver()) if not name.startswith(NOT_FOR_READERS)}
    assert names - shown - WITHOUT_ENTRIES - TESTED_APART == set()


def view_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of all addresses under a resolver."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from view_names(pattern, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        elif pattern.name:
            yield namespace + pattern.name


@every_surface
@every_kind
def test_a_published_entry_is_shown(client: Client, kind: str, surface: Surface):
    assert surface.shows(client, make(kind, f"An entry about {WORD}"))


@every_surface
@every_kind
def test_an_archived_entry_is_not_shown(client: Client, kind: str, surface: Surface):
    entry = archive(make(kind, f"An entry about {WORD}"))
    if surface.is_named_when_archived:
        text = client.get(surface.url(entry)).content.decode()
        assert entry.title in text
        assert entry.get_absolute_url() not in text
    else:
        assert not surface.shows(client, entry)


@every_surface
@every_kind
def test_an_archived_entry_that_is_published_again_is_shown(client: Client, kind: str, surface: Surface):
    entry = archive(make(kind, f"An entry about {WORD}"))
    assert surface.shows(client, revise(entry))


@every_kind
def test_a_correction_of_a_public_entry_is_shown_nowhere_before_it_is_published(client: Client, kind: str):
    entry = make(kind, "An entry about granite")
    for state in STATES:
        submit_in(state, target=entry, title=f"An entry about {WORD}", summary=f"It holds {WORD}, {state}.")
    assert [surface.name for surface in SURFACES if not surface.shows(client, entry)] == []
    assert [surface.name for surface in SURFACES if says(client, surface, entry)] == []


def test_a_new_text_is_shown_nowhere_before_it_is_published(client: Client):
    neighbour = make("question", "An entry about granite")
    for state in STATES:
        submit_in(
            state, title=f"An entry about {WORD}", summary=f"It holds {WORD}, {state}.", tags=["puzzle"]
        )
    assert [surface.name for surface in SURFACES if says(client, surface, neighbour)] == []


def says(client: Client, surface: Surface, entry: Entry) -> bool:
    """Whether the unpublished word stands on a surface, asked for directly where the surface takes words."""
    url = surface.url(entry).replace("granite", WORD)
    response = client.get(url)
    text = response.content.decode().replace(f"“{WORD}”", "").replace(f'value="{WORD}"', "")
    return f"about {WORD}" in text or f"holds {WORD}" in text


@every_kind
def test_the_rule_for_rows_and_for_one_object_agree(kind: str):
    entries = [make(kind, f"Entry {number} about granite") for number in range(2)]
    archive(entries[1])
    for entry in Entry.objects.all():
        assert entry.is_public == Entry.objects.public().filter(pk=entry.pk).exists()


def test_what_is_not_public_is_not_counted(client: Client):
    entry = make("question", f"An entry about {WORD}")
    make("question", "An entry about granite")
    archive(entry)
    assert client.get("/questions/").context["pagination"].total == 1
    assert client.get("/").context["total"] == 1
    assert client.get("/search/?q=entry").context["total"] == 1
    assert client.get("/domains/").context["total"] == 1


def test_a_typo_is_not_corrected_to_a_word_that_is_not_public(client: Client):
    archive(make("question", f"An entry about {WORD}"))
    assert client.get("/search/?q=zirconiun").context["suggestions"] == []


def test_a_tag_or_topic_of_archived_entries_alone_shows_nothing(client: Client):
    make_topic("testing")
    make_tag("puzzle")
    archive(make("question", f"An entry about {WORD}"))
    for url in ("/topics/testing/", "/tags/puzzle/", "/tech/python/"):
        assert client.get(url).context["groups"] == []
    assert "/topics/testing/" not in client.get("/sitemaps/site-0.xml").content.decode()
