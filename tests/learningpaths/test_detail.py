"""The page of a path and the pages of its modules: map and list, sums, entries that are still public."""

import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.models import Entry
from learningpaths.models import LearningPath
from learningpaths.steps import modules_of, stages
from tests.factories import archive, make_question, revise
from tests.learningpaths.factories import make_path, module
from tests.test_visibility import KINDS, make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

RESOURCE = {
    "kind": "book", "title": "A book", "address": "https://example.com/b", "cost": "free", "language": "de",
}  # fmt: skip


def page(client: Client, entry: Entry, module_slug: str = "") -> str:
    url = entry.get_absolute_url() + (f"{module_slug}/" if module_slug else "")
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def three_modules(**over: Any) -> Entry:
    return make_path(
        modules=[
            module("Joins"),
            module("Keys", hours_from=1, hours_to=1),
            module("Plans", needs=[1, 2], is_project=True, milestone="It is fast.", resources=[RESOURCE]),
        ],
        **over,
    )


def test_hours_and_modules_are_the_sums_of_what_stands_inside(client: Client):
    entry = three_modules()
    text = page(client, entry)
    inside = client.get(entry.get_absolute_url()).context["modules"]
    assert len(inside) == entry.card["module_count"] == 3
    assert '<dd class="glance-value">5–9</dd>' in text
    assert "<b>5–9 h</b>" in client.get("/paths/").content.decode()


def test_the_map_sets_modules_that_need_nothing_of_each_other_side_by_side():
    path = LearningPath.objects.get(pk=three_modules().pk)
    assert [[one.title for one in stage] for stage in stages(modules_of(path))] == [
        ["Joins", "Keys"],
        ["Plans"],
    ]


def test_map_and_list_name_every_module(client: Client):
    text = page(client, three_modules())
    drawn, listed = (
        text[text.index('id="map"') : text.index('id="modules"')],
        text[text.index('id="modules"') :],
    )
    for title in ("Joins", "Keys", "Plans"):
        assert title in drawn
        assert title in listed
    assert "after 1, 2" in drawn
    assert '<a href="#module-1">module 1</a>' in listed


def test_a_module_shows_its_milestone_and_resources(client: Client):
    for text in (page(client, entry := three_modules()), page(client, entry, "plans")):
        assert "It is fast." in text
        assert '<a href="https://example.com/b" rel="external noopener">A book</a>' in text
        assert "free" in text
        assert "Project" in text


def test_a_module_leads_to_the_one_before_and_the_one_after(client: Client):
    entry = three_modules()
    base = entry.get_absolute_url()
    text = page(client, entry, "keys")
    assert f'<a rel="prev" href="{base}joins/">' in text
    assert f'<a rel="next" href="{base}plans/">' in text
    assert "Module 2 of 3" in text
    assert 'rel="prev"' not in page(client, entry, "joins")
    assert 'rel="next"' not in page(client, entry, "plans")


def test_entries_stand_with_kind_and_difficulty(client: Client):
    question = make_question(difficulty=6)
    text = page(client, make_path(modules=[module(entries=[question.public_id])]))
    assert f'<a href="{question.get_absolute_url()}">{question.title}</a>' in text
    assert "difficulty 6/10" in text


@pytest.mark.parametrize("kind", KINDS)
def test_an_archived_entry_is_named_by_its_id_and_never_linked(client: Client, kind: str):
    used = make(kind, "An entry about zirconium")
    entry = make_path(modules=[module(entries=[used.public_id])])
    for slug in ("", "first-steps"):
        assert used.get_absolute_url() in page(client, entry, slug)
    used = archive(used)
    for slug in ("", "first-steps"):
        text = page(client, entry, slug)
        assert "no longer available" in text
        assert used.public_id in text
        assert "zirconium" not in text
        assert used.get_absolute_url() not in text
        assert f"/id/{used.public_id}" not in text
    revise(used)
    assert used.get_absolute_url() in page(client, entry)


def test_nothing_that_the_path_uses_is_told_again_under_read_next(client: Client):
    used, other = make_question(), make_question()
    response = client.get(make_path(modules=[module(entries=[used.public_id])]).get_absolute_url())
    near = [one.entry.public_id for one in response.context["related"]]
    assert other.public_id in near
    assert used.public_id not in near


def test_the_page_of_an_entry_leads_back_to_its_path(client: Client):
    used = make_question()
    entry = make_path(modules=[module(entries=[used.public_id])])
    assert entry.get_absolute_url() in client.get(used.get_absolute_url()).content.decode()


def test_search_engines_are_told_a_course_with_its_modules(client: Client):
    text = page(client, three_modules())
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    course = json.loads(found.group(1))["@graph"][0]
    assert (course["@type"], course["educationalLevel"]) == ("Course", "Mid-Level")
    assert course["hasCourseInstance"]["courseWorkload"] == "PT9H"
    items = course["hasPart"]["itemListElement"]
    assert [item["name"] for item in items] == ["Joins", "Keys", "Plans"]
    for item in items:
        assert client.get(item["url"].removeprefix("http://localhost:8000")).status_code == 200


@pytest.mark.parametrize("address", ["nothing/", "JOINS/", "joins", "history/joins/"])
def test_no_other_address_shows_a_module(client: Client, address: str):
    response = client.get(three_modules().get_absolute_url() + address)
    assert response.status_code in {301, 404}
    if response.status_code == 301:
        assert response["Location"].endswith("/joins/")


def test_modules_of_an_archived_path_are_gone(client: Client):
    entry = archive(three_modules())
    assert client.get(f"{entry.get_absolute_url()}joins/").status_code == 410


def test_a_changed_address_of_a_path_moves_its_modules_too(client: Client):
    entry = three_modules(slug="before")
    revise(entry, slug="after")
    response = client.get("/paths/before/joins/")
    assert (response.status_code, response["Location"]) == (301, "/paths/after/joins/")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_reading_is_allowed(client: Client, method: str):
    assert getattr(client, method)(f"{three_modules().get_absolute_url()}joins/").status_code == 405


def test_what_a_writer_types_is_never_markup(client: Client):
    hostile = '<script>alert("x")</script>'
    resource = {
        **RESOURCE,
        "title": hostile,
        "cost": hostile,
        "address": 'https://example.com/"><script>'[:23],
    }
    entry = make_path(
        title=f"{hostile} in a title", audience=hostile, highlights=["<b>x</b>"],
        modules=[module(f"A {hostile}", milestone=hostile, text=hostile, resources=[resource])],
    )  # fmt: skip
    slug = LearningPath.objects.get(pk=entry.pk).modules.get().slug
    for text in (page(client, entry), page(client, entry, slug)):
        assert hostile not in text
        assert "<b>x</b>" not in text


def test_a_page_asks_as_many_questions_for_one_module_as_for_twenty(client: Client):
    counts = []
    for number in (1, 20):
        modules = [module(f"M {n}", entries=[make_question().public_id]) for n in range(number)]
        entry = make_path(modules=modules)
        for url in (entry.get_absolute_url(), f"{entry.get_absolute_url()}m-0/"):
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12
