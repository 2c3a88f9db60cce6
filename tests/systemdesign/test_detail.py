"""The page of a design note: the problem first, then figures, options, steps, failures."""

import re
from typing import Any

import pytest
from django.test import Client

from hub.core import catalogue, contentfiles
from hub.core.payload import validated
from hub.core.publishing import current_payload
from systemdesign.forms import STEPS
from tests.factories import archive, revise
from tests.systemdesign.factories import ESTIMATES, OPTIONS, make_design_note

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def whole(**over: Any) -> dict[str, Any]:
    return {
        "note_kind": "case-study",
        "key_figure": "peak",
        "problem": "Too many **requests**.",
        "requirements": ["Fast"],
        "estimates": ESTIMATES,
        "options": OPTIONS,
        "decision": "Many.",
        "diagram": "```text\na --> b\n```",
        "diagram_words": "A leads to B.",
        "consequences": "It costs.",
        "scale": "\n\n".join(f"### {step}\n\nText." for step in STEPS),
        "failure_modes": "### It burns\n\nPut it out.",
        "references": ["[A page](https://example.com/a)"],
        "further": "### More\n\nText.",
        **over,
    }


def page(client: Client, **over: Any) -> str:
    return client.get(make_design_note(**whole(**over)).get_absolute_url()).content.decode()


def test_the_problem_comes_first_and_the_other_parts_in_reading_order(client: Client):
    text = page(client)
    headings = [
        "Requirements", "Estimates", "Options", "Decision", "Diagram", "Diagram in words", "Consequences",
        "Scale", "Failure modes", "References", "Further sections",
    ]  # fmt: skip
    places = [text.index(f">{heading}</a></h2>") for heading in headings]
    assert places == sorted(places)
    assert text.index("Too many <strong>requests</strong>.") < places[0]


def test_the_estimates_are_a_table_with_value_and_unit(client: Client):
    text = page(client)
    rows = re.findall(
        r'<tr class="(\w+)" data-name="(\w+)".*?<td class="to-right">(.*?)</td><td>(.*?)</td>', text
    )
    assert rows == [
        ("input", "requests_per_day", "10 million", "requests a day"),
        ("formula", "peak", "347", "requests/s"),
    ]
    assert 'data-program="requests_per_day 86400.0 / 3.0 *"' in text
    assert "js/estimates" in text


def test_a_note_without_estimates_needs_no_script_for_them(client: Client):
    text = client.get(make_design_note().get_absolute_url()).content.decode()
    assert "js/estimates" not in text
    assert 'class="glance"' not in text


def test_options_stand_side_by_side_and_one_is_marked(client: Client):
    text = page(client)
    assert re.findall(r'<li class="option( is-chosen)?"><h3 id="options-\d">([\w ]+)', text) == [
        ("", "One server"), (" is-chosen", "Many servers "),
    ]  # fmt: skip
    assert text.count(">Chosen</span>") == 1


def test_key_figure_and_choice_stand_above_the_rest(client: Client):
    text = page(client)
    glance = text[text.index('<dl class="glance">') : text.index("</dl>")]
    assert "347" in glance
    assert "requests/s" in glance
    assert "Many servers" in glance


def test_scale_is_three_steps(client: Client):
    assert re.findall(r'<li><h3 id="scale-[\w-]+">([\w ]+)</h3>', page(client)) == list(STEPS)


def test_the_diagram_is_one_image_with_a_name(client: Client):
    text = page(client)
    assert re.search(r'<code role="img" aria-label="[^"]+">a --&gt; b</code>', text)


def test_every_anchor_on_the_page_is_its_own(client: Client):
    anchors = re.findall(r' id="([^"]+)"', page(client))
    assert sorted(anchors) == sorted(set(anchors))


def test_a_note_has_no_technology_in_its_address(client: Client):
    entry = make_design_note(slug="rate-limiter")
    assert entry.get_absolute_url() == "/design/rate-limiter/"
    assert client.get("/design/python/rate-limiter/").status_code == 404
    assert client.get("/design/python/").status_code == 404


def test_a_changed_slug_redirects(client: Client):
    entry = make_design_note(slug="before")
    revise(entry, slug="after")
    for suffix in ("/", "/history/", ".md", ".json"):
        response = client.get(f"/design/before{suffix}")
        assert (response.status_code, response["Location"]) == (301, f"/design/after{suffix}")


def test_an_archived_note_is_gone_and_names_its_successor(client: Client):
    successor = make_design_note(title="What takes its place")
    entry = archive(make_design_note(), successor=successor)
    response = client.get(entry.get_absolute_url())
    assert response.status_code == 410
    assert successor.get_absolute_url() in response.content.decode()


def test_the_breadcrumb_leads_to_notes_of_the_same_kind(client: Client):
    entry = make_design_note(note_kind="principle")
    crumbs = client.get(entry.get_absolute_url()).context["breadcrumbs"]
    assert crumbs[2] == {"label": "Principle", "url": "/design/?note_kind=principle"}


def test_the_markdown_twin_can_be_loaded_again(client: Client, tmp_path: Any):
    entry = make_design_note(**whole())
    file = tmp_path / "twin.md"
    file.write_bytes(client.get(f"{entry.get_absolute_url()[:-1]}.md").content)
    document = contentfiles.read(catalogue.get("design"), file, "twin.md")
    assert validated("design", document.raw).data == current_payload(entry).data


def test_a_warm_page_asks_two_questions(client: Client, django_assert_num_queries: Any):
    entry = make_design_note(**whole())
    client.get(entry.get_absolute_url())
    with django_assert_num_queries(2):
        client.get(entry.get_absolute_url())


def test_a_reader_gets_no_cookie(client: Client):
    assert not client.get(make_design_note().get_absolute_url()).cookies
