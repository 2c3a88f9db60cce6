"""The front page and the domains: every number is counted."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from hub.core import publishing
from hub.core.models import EntryStats, Event, Heartbeat, SiteText
from hub.core.texts import html_of
from hub.pages.figures import rounded
from tests.debugarchive.factories import make_error
from tests.factories import archive, make_question, make_technology
from tests.snippets.factories import make_snippet

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_total_is_that_of_the_list_and_of_the_api(client: Client):
    for _ in range(12):
        make_question()
    assert client.get("/").context["total"] == 12
    assert "All 12 questions" in client.get("/").content.decode()
    assert client.get("/questions/").context["pagination"].total == 12
    assert client.get("/api/v1/stats/").json()["kinds"]["questions"] == 12


def test_every_number_on_the_page_is_that_of_the_page_it_leads_to(client: Client):
    python = make_technology("python", code="PY")
    make_technology("flask", parent=python)
    for number in range(7):
        technology, topic = ("flask", "security") if number % 2 else ("python", "testing")
        level, difficulty = ("senior", 8) if number > 4 else ("mid", 5)
        make_question(technology=technology, topic=topic, level=level, difficulty=difficulty)
    context = client.get("/").context
    numbered = [*context["domains"], *context["levels"], *context["technologies"], *context["topics"]]
    numbered += [technology for domain in context["domains"] for technology in domain["technologies"]]
    assert all(context[name] for name in ("domains", "levels", "technologies", "topics"))
    for item in numbered:
        page = client.get(item["url"]).context
        total = (
            page["pagination"].total
            if "pagination" in page
            else sum(group["total"] for group in page["groups"])
        )
        assert total == item["count"], item["url"]


def test_the_newest_questions_are_shown_and_the_latest_verified_one_stands_out(client: Client):
    old = make_question(
        at=datetime(2026, 1, 1, tzinfo=UTC), verified_at=date(2026, 1, 1), verified_with=["Python 3.11"]
    )
    new = make_question()
    context = client.get("/").context
    assert [entry.pk for entry in context["newest"]] == [new.pk, old.pk]
    assert context["featured"].pk == old.pk


def test_this_week_shows_what_was_published_or_revised_in_it(client: Client):
    make_question(at=datetime(2026, 1, 1, tzinfo=UTC))
    new = make_question()
    week = client.get("/").context["week"]
    assert (week["count"], [entry.pk for entry in week["entries"]]) == (1, [new.pk])
    assert client.get(week["url"]).status_code == 200


def test_an_empty_archive_has_a_front_page(client: Client):
    context = client.get("/").context
    assert (context["total"], context["featured"], list(context["newest"])) == (0, None, [])
    assert context["strips"]["questions"]["state"] == "WAITING"


def test_the_strip_says_whether_the_worker_was_seen(client: Client):
    assert "DEGRADED" in client.get("/").content.decode()


def test_the_strip_says_operational_when_it_was(client: Client):
    Heartbeat.objects.create(part="worker", at=timezone.now())
    assert "OPERATIONAL" in client.get("/").content.decode()


def test_every_facet_of_a_strip_leads_somewhere(client: Client):
    make_question()
    strips = filter(None, client.get("/").context["strips"].values())
    facets = [facet for strip in strips for facet in strip["facets"]]
    assert facets
    for facet in facets:
        assert client.get(facet["url"]).status_code == 200, facet


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0"), (12, "12"), (99, "99"), (100, "100"), (101, "100+"), (1774, "1,700+"), (3500, "3,500")],
)
def test_a_figure_never_says_too_much(count: int, words: str):
    assert rounded(count) == words


def test_a_warm_page_asks_two_questions_whatever_the_archive_holds(
    client: Client, django_assert_num_queries: Any
):
    for number in range(20):
        make_question(verified_at=date(2026, 1, 1))
        make_error()
        make_snippet()
        if number in {0, 19}:
            EntryStats.objects.update(uses_week=3)
            client.get("/")
            with django_assert_num_queries(2):  # the clock, and the cards
                client.get("/")


# Sections ---------------------------------------------------------------------------------------------


def sections(client: Client) -> list[tuple[str, str]]:
    return [(section["numeral"], section["key"]) for section in client.get("/").context["sections"]]


def say(key: str, text: str) -> None:
    """Change a text as admin does."""
    with transaction.atomic():
        SiteText.objects.update_or_create(key=key, defaults={"text": text, "html": html_of(key, text)})
        publishing.announce_site_change(Event.Act.TEXT, None)


def test_each_kind_with_entries_has_a_section_with_its_total_and_newest(client: Client):
    for _ in range(4):
        make_snippet()
    make_error()
    page = client.get("/")
    shown = {section["key"]: section for section in page.context["sections"]}
    assert [key for key in shown if "kind" in shown[key]] == ["errors", "snippets"]
    assert len(shown["snippets"]["entries"]) == 3
    assert "All 4 snippets" in page.content.decode()
    assert 'href="/errors/"' in page.content.decode()


def test_sections_are_numbered_as_they_are_shown(client: Client):
    make_question()
    assert sections(client) == [
        ("I", "domains"), ("II", "questions"), ("III", "ways-in"), ("IV", "living"), ("V", "talk"),
    ]  # fmt: skip


def test_an_editor_hides_a_section_and_changes_the_order(client: Client):
    make_question()
    say("home.ways-in.title", "")
    assert [key for _, key in sections(client)] == ["domains", "questions", "living", "talk"]
    say("home.order", "talk, questions,errors, questions, ways-in")
    assert sections(client) == [("I", "talk"), ("II", "questions")]
    say("home.order", " ")
    assert len(sections(client)) == 4


def test_an_editor_names_a_section(client: Client):
    make_question()
    say("home.questions.title", "Ask *me*")
    assert '<h2 id="questions-title">Ask <em>me</em></h2>' in client.get("/").content.decode()


def test_an_empty_quote_leaves_no_frame(client: Client):
    assert client.get("/").content.decode().count("<blockquote>") == 2
    say("quote.first", "")
    assert client.get("/").content.decode().count("<blockquote>") == 1


def test_what_is_used_most_this_week_stands_on_home_and_on_the_page_of_the_week(client: Client):
    often, seldom, gone = make_question(), make_question(), make_question()
    make_question()
    for entry, uses in ((often, 1234), (seldom, 1), (gone, 99)):
        EntryStats.objects.filter(entry=entry).update(uses_week=uses)
    archive(gone)
    assert [entry.pk for entry in client.get("/").context["used"]] == [often.pk, seldom.pk]
    for url in ("/", "/changes/"):
        text = client.get(url).content.decode()
        assert "Used most this week" in text
        assert "1,234 uses" in text
        assert "1 use<" in text


def test_the_domains_list_every_technology(client: Client):
    make_question(technology="flask")
    make_question(technology="sql")
    archive(make_question(technology="sql"))
    questions = client.get("/domains/").context["domains"][0]
    assert (questions["count"], questions["unit"]) == (2, "questions")
    assert [(one["name"], one["count"], one["url"]) for one in questions["technologies"]] == [
        ("Flask", 1, "/questions/flask/"), ("Sql", 1, "/questions/sql/"),
    ]  # fmt: skip


def test_a_reader_gets_no_cookie_and_no_script_of_strangers(client: Client):
    response = client.get("/")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert 'src="http' not in response.content.decode()
