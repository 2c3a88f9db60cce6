"""The follow-up graph: what leads to a question, where it leads, and all of it as threads."""

from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from hub.core.models import Entry
from questions import follow_ups
from questions.follow_ups import Turn
from tests.factories import archive, make_question, revise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
URL = "/questions/follow-ups/"


def lead(source: Entry, *targets: Entry) -> Entry:
    """Make a question name others as its follow-ups."""
    rows = [{"text": f"And then {number}?", "entry": one.public_id} for number, one in enumerate(targets)]
    return revise(source, follow_ups=rows)


def drawn(turns: list[Turn], names: dict[int, str]) -> list[Any]:
    """Threads as nested names; a * stands where a question stood before."""
    return [
        [names[turn.pk] + "*" * turn.is_again, *drawn(turn.next, names)] if turn.next
        else names[turn.pk] + "*" * turn.is_again
        for turn in turns
    ]  # fmt: skip


@pytest.fixture
def graph() -> tuple[dict[str, Entry], dict[int, str]]:
    """A leads to B and C, B to C, C to D."""
    rows = {name: make_question(title=f"What is {name}?") for name in "ABCD"}
    lead(rows["A"], rows["B"], rows["C"])
    lead(rows["B"], rows["C"])
    lead(rows["C"], rows["D"])
    return rows, {row.pk: name for name, row in rows.items()}


def test_threads_go_on_from_their_first_question(client: Client, graph):
    rows, names = graph
    assert drawn(follow_ups.threads(), names) == [["A", ["B", ["C", "D"]], "C*"]]
    page = client.get(URL)
    assert page.context["total"] == 4
    for name in "ABCD":
        assert f'href="{rows[name].get_absolute_url()}"' in page.text
    assert "see above" in page.text


def test_a_question_says_what_leads_to_it(client: Client, graph):
    rows, _ = graph
    page = client.get(rows["C"].get_absolute_url())
    assert [turn.title for turn in page.context["before"]] == ["What is A?", "What is B?"]
    assert "Leads here" in page.text
    near = {one.entry.public_id for one in page.context["related"]}
    assert not near & {rows[name].public_id for name in "AB"}  # once a page


def test_what_is_archived_leads_nowhere(client: Client, graph):
    rows, names = graph
    archive(Entry.objects.get(pk=rows["C"].pk))
    assert drawn(follow_ups.threads(), names) == [["A", "B"]]
    assert "What is C?" not in client.get(URL).text
    assert "What is C?" not in client.get(rows["A"].get_absolute_url()).text
    assert client.get(rows["D"].get_absolute_url()).context["before"] == []


def test_a_circle_is_cut_where_it_closes():
    rows = {name: make_question(title=f"What is {name}?", difficulty=4 + "ABC".index(name)) for name in "ABC"}
    for source, target in ("AB", "BC", "CA"):
        lead(rows[source], rows[target])
    names = {row.pk: name for name, row in rows.items()}
    assert drawn(follow_ups.threads(), names) == [["A", ["B", ["C", "A*"]]]]


def test_a_long_chain_is_told_in_two_threads(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(follow_ups, "DEEPEST", 3)
    rows = [make_question(title=f"What is {name}?") for name in "ABCDE"]
    for source, target in pairwise(rows):
        lead(source, target)
    names = {row.pk: name for name, row in zip("ABCDE", rows, strict=True)}
    assert drawn(follow_ups.threads(), names) == [["A", ["B", "C"]], ["C", ["D", "E"]]]
    assert len(follow_ups.told_in(follow_ups.threads())) == 5


def test_a_thread_and_a_page_hold_so_much(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(follow_ups, "LONGEST", 4)
    hub = make_question(title="What is the hub?", difficulty=4)
    spokes = [make_question(title=f"What is spoke {number}?") for number in range(3)]
    lead(hub, *spokes)
    for spoke in spokes:
        lead(spoke, make_question(), make_question())
    found = follow_ups.threads()
    assert max(len(follow_ups.told_in([thread])) for thread in found) <= 4
    assert len(follow_ups.told_in(found)) == 10
    for _ in range(10):
        lead(make_question(), make_question())
    assert len(client.get(URL).context["threads"]) == 10
    assert client.get(f"{URL}?page=2").context["threads"]
    assert client.get(f"{URL}?page=3").status_code == 404


def test_without_links_the_page_says_so(client: Client):
    make_question()
    page = client.get(URL)
    assert page.status_code == 200
    assert "No thread yet." in page.text
    assert URL not in client.get("/sitemaps/site-0.xml").text


def test_the_sitemap_names_the_threads(client: Client, graph):
    assert f"http://localhost:8000{URL}</loc>" in client.get("/sitemaps/site-0.xml").text


def test_warm_the_pages_ask_for_the_clock_alone_and_one_row(
    client: Client, graph, django_assert_num_queries: Any
):
    rows, _ = graph
    client.get(URL)
    with django_assert_num_queries(1):
        client.get(URL)
    client.get(rows["C"].get_absolute_url())
    with django_assert_num_queries(2):
        client.get(rows["C"].get_absolute_url())
