"""The same thing in other languages, on the page of each."""

import pytest
from django.test import Client

from hub.core.models import Entry
from tests.factories import archive, make_question, make_technology
from tests.snippets.factories import make_snippet

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def twin_of(entry: Entry) -> list[dict[str, str]]:
    return [{"type": "twin", "entry": entry.public_id}]


def labels(client: Client, entry: Entry) -> list[str]:
    return [twin.label for twin in client.get(entry.get_absolute_url()).context["twins"]]


def test_it_is_enough_that_one_names_the_other(client: Client):
    first = make_snippet(language="python")
    second = make_snippet(language="rust", relations=twin_of(first))
    assert labels(client, first) == labels(client, second) == ["Python", "Rust"]


def test_twins_of_a_twin_are_twins(client: Client):
    entry = make_snippet(language="python")
    family = [entry]
    for language in ("rust", "bash", "perl"):
        family.append(make_snippet(language=language, relations=twin_of(family[-1])))
    for one in family:
        assert labels(client, one) == ["Bash", "Perl", "Python", "Rust"]


def test_the_page_marks_itself_and_links_the_others(client: Client):
    first = make_snippet(language="python")
    second = make_snippet(language="rust", relations=twin_of(first))
    text = client.get(first.get_absolute_url()).content.decode()
    assert f'<a href="{first.get_absolute_url()}" aria-current="page">Python</a>' in text
    assert f'<a href="{second.get_absolute_url()}" title="{second.title}">Rust</a>' in text


def test_a_technology_tells_two_twins_of_one_language_apart(client: Client):
    make_technology("django", name="Django", kind="framework")
    first = make_snippet(language="python")
    make_snippet(language="python", technology="django", relations=twin_of(first))
    assert labels(client, first) == ["Python", "Python (Django)"]


def test_one_without_a_twin_shows_none(client: Client):
    entry = make_snippet(relations=[{"type": "uses", "entry": make_snippet(language="rust").public_id}])
    assert labels(client, entry) == []
    assert "The same in other languages" not in client.get(entry.get_absolute_url()).content.decode()


def test_an_archived_twin_and_an_entry_of_another_kind_are_not_shown(client: Client):
    first = make_snippet(language="python")
    second = make_snippet(language="rust", relations=twin_of(first))
    make_snippet(language="bash", relations=twin_of(make_question()))
    archive(second)
    assert labels(client, first) == []


def test_a_family_of_many_ends(client: Client):
    first = make_snippet(language="python")
    for _ in range(30):
        make_snippet(language="python", relations=twin_of(first))
    assert len(labels(client, first)) > 2


def test_a_twin_stands_on_the_page_once(client: Client):
    first = make_snippet(language="python")
    second = make_snippet(language="rust", relations=twin_of(first))
    for entry, other in ((first, second), (second, first)):
        page = client.get(entry.get_absolute_url())
        assert other.public_id not in {one.entry.public_id for one in page.context["related"]}
        assert page.content.decode().count(f'href="{other.get_absolute_url()}"') == 1
