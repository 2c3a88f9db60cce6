"""The inventory of the front page and its domains: each numbered row is one thing that a reader must find.

One archive with an entry of each kind is read once; a row says on which page what stands. Rows that are
about behaviour (facets that agree, copies counted once, mail) have tests of their own beside their code.
"""

import re
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.utils import timezone

from contributions import letters
from hub.core import publishing
from hub.core.models import Entry, EntryStats, Event, Heartbeat, SiteText
from hub.core.texts import html_of
from questions.models import Question, QuestionSet
from tests.debugarchive.factories import make_error, make_series
from tests.factories import make_editor, make_question, make_technology
from tests.learningpaths.factories import make_path, module
from tests.security.factories import make_security_topic
from tests.snippets.factories import code_file, make_snippet
from tests.systemdesign.factories import make_design_note

pytestmark = pytest.mark.django_db
# ruff: noqa: E501 (the table reads better in whole lines)
FENCE = "```"


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> dict[str, str]:
    """Every page that the table names, as text; the archive behind it is rolled back at once."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr("django.conf.settings.CONTRIBUTIONS_EMAIL", "send@example.org")
        for name in settings.CACHES:
            caches[name].clear()
        client = Client()
        found = {name: read(client, url) for name, url in build().items()}
        transaction.set_rollback(True)
    return found


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    assert not response.cookies, url
    return " ".join(unescape(response.content.decode()).split())


def build() -> dict[str, str]:
    """One archive in which every row of the inventory has something to show; name → address."""
    Heartbeat.objects.create(part="worker", at=timezone.now())
    entries = make_entries()
    let_readers_act(entries)
    write_site_texts()
    publishing.announce_site_change(Event.Act.TEXT, None)
    return {
        "home": "/", "domains": "/domains/", "questions": "/questions/", "filtered": "/questions/flask/?level=mid",
        "set": "/questions/sets/first/", "sets": "/questions/sets/", "threads": "/questions/follow-ups/",
        "errors": "/errors/", "snippets": "/snippets/", "designs": "/design/", "topics": "/security/",
        "cwe": "/security/cwe/89/", "owasp": "/security/owasp/2025/A05/", "paths": "/paths/",
        "changes": "/changes/", "contribute": "/contribute/", "alerts": "/alerts/", "contact": "/contact/",
        "wall": "/testimonials/", "correct": f"/contribute/entry/{entries['question'].public_id}/",
        **{name: entry.get_absolute_url() for name, entry in entries.items()},
    }  # fmt: skip


def make_entries() -> dict[str, Entry]:
    """One entry a kind, named after it, and twelve more questions."""
    make_technology("python", code="PY")
    make_technology("flask", code="FLSK", parent=None)
    error = make_full_error()
    first = make_question(public_id="FLSK-MID-001", technology="flask", difficulty=5)
    question = make_full_question()
    for _ in range(11):
        make_question(level="senior", difficulty=8)
    put_into_a_set({first: "junior", question: "senior"})
    return {
        "error": error,
        "question": question,
        "snippet": make_full_snippet(),
        "note": make_design_note(note_kind="case-study", title="A queue that forgets nothing"),
        "topic": make_security_topic(
            title="How does injection work?", topic_kind="owasp", weaknesses=["CWE-89", "A05:2025"]
        ),
        "path": make_full_path(),
    }


def make_full_error() -> Entry:
    make_series("db", code="DB", name="Database connections")
    return make_error(
        public_id="DB-001", series="db", technology="python", error_kind="constraint", severity="critical",
        title="Too many connections — the pool is never given back",
        messages=[{"engine": "PostgreSQL", "text": "FATAL: sorry, too many clients already"}],
        workaround="Restart it.", workaround_risk="data", workaround_undo="Take it away.",
        reproduction=f"{FENCE}python raises=IntegrityError\nfail()\n{FENCE}",
        fixed_code=f"{FENCE}python\npass_it()\n{FENCE}",
    )  # fmt: skip


def make_full_question() -> Entry:
    return make_question(
        public_id="FLSK-MID-005", technology="flask", topic="security", level="mid", difficulty=6,
        title="How do you protect a form?", roles=["flask-developer"], short_answer="Use a token.",
        deep_dive="It is compared.", real_world="A bank.", common_mistakes=["Forgetting it"],
        production_scenario="At noon.", follow_ups=["And then? [FLSK-MID-001]", "And else?"],
        answers="### Junior\n\nA little.\n\n### Senior\n\nAdds: depth\n\nA lot.", evaluation="Names the header.",
        red_flags=["Shrugs"], preparation="Read on.", takeaways=["Remember"],
        exercise="### Scenario\n\nA form.\n\n### Tasks\n\n- Mend it\n\n### Checks\n\n- It holds",
        further="### FAQ\n\nShort ones.",
    )  # fmt: skip


def make_full_snippet() -> Entry:
    return make_snippet(
        title="Walk a tree", language="python", snippet_kind="query", works_with=["PostgreSQL", "SQLite"],
        preview_line="WITH RECURSIVE tree AS (SELECT 1)", code=[code_file(code="walk()\n")],
    )  # fmt: skip


def make_full_path() -> Entry:
    return make_path(
        title="Python from zero", level="junior", difficulty=3, audience="No background needed.",
        highlights=["Types", "Tests", "Files", "Web", "Deploy"], mentor_guided=True,
        modules=[
            module("Basics", hours_from=4, hours_to=6, entries=["FLSK-MID-005"], milestone="You write a loop."),
            module("A service", hours_from=10, hours_to=22, is_project=True, needs=[1],
                   resources=[{"kind": "book", "title": "A book", "address": "https://example.org/b",
                               "cost": "free", "language": "en"}]),
        ],
    )  # fmt: skip


def put_into_a_set(groups: dict[Entry, str]) -> None:
    made = QuestionSet.objects.create(slug="first", title="First round", summary="An hour.", is_public=True)
    for position, (entry, group) in enumerate(groups.items(), 1):
        made.items.create(question=Question.objects.get(pk=entry.pk), group=group, position=position)


def let_readers_act(entries: dict[str, Entry]) -> None:
    """What readers leave behind: views, uses, and a testimonial that an editor let through."""
    EntryStats.objects.filter(entry=entries["error"]).update(views=7856)
    EntryStats.objects.filter(entry=entries["snippet"]).update(uses_week=12)
    said = letters.receive_testimonial(
        "", text="It saved my evening.", name="Ann", about="", entry=entries["question"]
    )
    letters.decide(said, "approved", make_editor(), 1)


def write_site_texts() -> None:
    for key, text in {
        "contact.email": "hello@example.org", "contact.phone": "+44 20 7946 0000",
        "contact.hours": "Mon–Fri, 9–18, Europe/London", "contact.social": "[Elsewhere](https://example.org/us)",
    }.items():  # fmt: skip
        SiteText.objects.create(key=key, text=text, html=html_of(key, text))


# Row of the inventory → page, then what stands there in this order (regular expressions over the source).
ROWS: list[tuple[str, str, list[str]]] = [
    ("1 skip link", "home", [r'<body[^>]*> <a class="skip" href="#main">Skip to main content</a>',
                             r'<main id="main"']),
    ("2 hero", "home", [r'class="eyebrow">Knowledge Hub', r"<h1 [^>]*>Engineering knowledge,",
                        r'class="lead">Interview', r'class="hero-mission">Take what you need']),
    ("3 status strip", "home", [r"HUB_STATUS:</span> <span [^>]*>OPERATIONAL", r'href="/domains/">18_ENTRIES',
                                r'href="/terms/">FREE_ACCESS']),
    ("4 section strips", "home", [
        r"DOMAINS_MAPPED</span>", r'href="/tech/python/">PYTHON',
        r"INTERVIEW_PREP:</span> <span [^>]*>ACTIVE", r'href="/questions/\?level=mid">MID-LEVEL',
        r"DEBUG_ARCHIVE:</span> <span [^>]*>LIVE", r'href="/errors/[^"]*">PYTHON', r"LEARNING_PATHS:</span> <span [^>]*>READY",
        r'href="/paths/\?level=junior">BEGINNER',
        r"ARCHIVE:</span> <span [^>]*>GROWING", r'href="/contribute/">CONTRIBUTIONS_OPEN',
    ]),
    ("5 section numbers", "home", [rf'class="numeral">{numeral}</span>' for numeral in
                                   ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")]),
    ("5b headings", "home", [
        r"Knowledge domains</p> <h2 id=\"domains-title\">Explore", r"<h2 id=\"questions-title\">Questions &",
        r"<h2 id=\"errors-title\">Real errors", r"<h2 id=\"snippets-title\">Copy", r"<h2 id=\"paths-title\">",
        r"<h2 id=\"living-title\">Not a library", r"<h2 id=\"talk-title\">Let’s talk",
    ]),
    ("6 quotes", "home", [r"<blockquote><p>Somebody left a lamp", r"<cite>Why this archive exists</cite>",
                          r"<blockquote><p>Late nights", r"<cite>The rule"]),
    ("7 counters", "home", [
        r'href="/questions/"><span class="counter-value">13</span>', r"across 2 technologies",
        r'href="/errors/"><span class="counter-value">1<',
        r'href="/snippets/"><span class="counter-value">1<', r'href="/paths/"><span class="counter-value">1<',
    ]),
    ("8 domain cards", "home", [r"View all domains", r'href="/questions/">Interview questions</a>', r"<b>13</b> questions",
                                r"<b>1</b> solutions?", r"<b>1</b> snippets"]),
    ("8 domain cards", "domains", [r"01 · DOMAIN", r"Explore →", r"06 · DOMAIN"]),
    ("9 three facets together", "questions", [r'href="/questions/flask/"', r"level=mid", r"role=flask-developer"]),
    ("9 three facets together", "filtered", [r"role=flask-developer[^\"]*level=mid|level=mid[^\"]*role="]),
    ("10 errors are searched", "errors", [r'<input id="list-q" type="search" name="q"']),
    ("11 language facet", "snippets", [r'href="/snippets/python/"']),
    ("12 design notes", "designs", [r"Case study", r"A queue that forgets nothing"]),
    ("13 modules, milestones, resources", "path", [r"You write a loop\.", r'href="https://example\.org/b"']),
    ("14 kinds of security as tabs", "topics", [r'<nav class="kind-tabs"', r"topic_kind=owasp"]),
    ("15 all questions", "home", [r'href="/questions/">All 13 questions']),
    ("16 ordinals", "questions", [r"Q·001", r"Q·002", r"Q·010"]),
    ("17 title", "questions", [r'<h3 class="card-title"><a href="/questions/flask/[\w-]+/">How do you protect a form\?']),
    ("18 badges", "question", [r'href="/tech/flask/">[^<]*Flask', r'href="/topics/security/">Security',
                               r'href="/questions/\?level=mid">Mid-Level']),
    ("19 short answer first", "question", [r'class="short-answer prose"><p>Use a token\.', r"Deep dive</a></h2>"]),
    ("20 deep dive is foldable", "question", [r"Deep dive</a></h2> <details class=\"fold\" open><summary>"]),
    ("21 real world", "question", [r"Real-world example</a></h2>", r"A bank\."]),
    ("22 common mistakes", "question", [r"Common mistakes</a></h2>", r"<li>.{0,80}Forgetting it"]),
    ("23 production scenario", "question", [r"Production scenario</a></h2>", r"At noon\."]),
    ("24 follow-ups", "question", [r"Follow-up questions</a></h2>", r'href="/id/FLSK-MID-001"', r"And else\?"]),
    ("24 follow-up graph", "threads", [r"How do you protect a form\?", r"FLSK-MID-001"]),
    ("25 id and difficulty", "question", [
        r'data-copy-text="FLSK-MID-005">FLSK-MID-005', r"DIFFICULTY: 6/10", r"Difficulty 6 of 10",
        r'class="stars" aria-hidden="true">★★★★★★☆☆☆☆',
    ]),
    ("26 order", "questions", [r'aria-label="Sort by"', r'aria-current="true">Easiest first', r"Hardest first"]),
    ("27 how many", "questions", [r"Showing 1–10 of 13 questions", r'rel="next" href="/questions/\?page=2"']),
    ("27 how many under filters", "filtered", [r"Showing 1–2 of 2 questions"]),
    ("28 platform of an error", "errors", [r'class="badge badge-technology" href="[^"]+">Python']),
    ("29 kind and severity", "errors", [r"Constraint", r"Critical severity"]),
    ("30 series and id", "errors", [r">DB-001<"]),
    ("30 permalink by id", "error", [r'rel="canonical" href="http://localhost:8000/errors/db-001-']),
    ("31 symptom and cause", "errors", [r"Too many connections — the pool is never given back"]),
    ("32 the exact message", "errors", [r"<code>FATAL: sorry, too many clients already</code>"]),
    ("33 fix before workaround", "error", [r'id="fix"', r'id="workaround"', r"Risk to data", r"Take it away\."]),
    ("34 views, read the fix", "errors", [r"7,800 views", r"Read the fix"]),
    ("35 all solutions", "home", [r'href="/errors/">All 1 solutions?']),
    ("36 language and kind of a snippet", "snippets", [r'href="/snippets/python/">Python', r">Query<"]),
    ("37 works with", "snippets", [r'class="version">PostgreSQL', r'class="version">SQLite']),
    ("38 preview line", "snippets", [r"<code>WITH RECURSIVE tree AS \(SELECT 1\)</code>"]),
    ("39 uses this week", "snippets", [r"12 uses this week", r"View the snippet"]),
    ("39 used most", "home", [r"Used most this week", r">Walk a tree</a> <span [^>]*>12 uses"]),
    ("39 all snippets", "home", [r'href="/snippets/">All 1 snippets']),
    ("40 path card", "paths", [
        r"Beginner", r">Python from zero</a>", r"No background needed\.",
        r"Types.*Tests.*Files.*Web.*Deploy", r"2 modules</b>", r"14–28 h", r"Start the path",
    ]),
    ("41 project", "path", [r'class="badge">Project</span>']),
    ("42 all paths, mentor", "home", [r'href="/paths/">All 1 paths']),
    ("42 all paths, mentor", "paths", [r"Mentor-guided"]),
    ("43 this week", "changes", [r"<h1>Week \d+, 20\d\d</h1>", r'href="/feeds/all\.atom"', r"Walk a tree"]),
    ("44 suggest a correction", "question", [r'href="/contribute/entry/FLSK-MID-005/">Suggest a correction']),
    ("44 suggest a correction", "correct", [r"What did you change, and why\?"]),
    ("45 contribute by form and mail", "contribute", [r'href="/contribute/questions/"', r'href="mailto:send@example\.org"']),
    ("45 contribute by form and mail", "home", [r'href="/contribute/">Contribute</a>', r'href="mailto:send@example\.org"']),
    ("46 testimonials", "home", [r"It saved my evening\.", r"<b>Ann</b>", r'href="/testimonials/#write"']),
    ("46 testimonials", "wall", [r"It saved my evening\.", r">How do you protect a form\?</a>", r'name="consent"']),
    ("47 elsewhere", "home", [r'href="https://example\.org/us"[^>]*>Elsewhere']),
    ("48 alerts", "home", [r'href="/alerts/">Choose your alerts']),
    ("48 alerts", "alerts", [r'name="technology"', r'name="tag"', r'name="frequency"']),
    ("49 mentorship and training", "home", [r"Mentorship is personal", r'href="/contact/\?kind=mentorship#write"',
                                            r'href="/contact/\?kind=training#write"']),
    ("49 mentorship and training", "contact", [r'<option value="mentorship"', r'<option value="training"']),
    ("50 contact points", "contact", [r'href="mailto:hello@example\.org"', r'href="tel:\+442079460000"',
                                      r"Mon–Fri, 9–18, Europe/London"]),
    ("51 set page", "set", [r">Basic</h2>", r"Q·001", r">Advanced</h2>", r"Q·002"]),
    ("51 sets", "sets", [r'href="/questions/sets/first/">First round']),
    ("51 FAQ", "question", [r"FAQ", r"Short ones\."]),
    ("53 role", "question", [r'href="/questions/\?role=flask-developer">Flask Developer']),
    ("54 sections", "question", [
        r"Answers by level</a></h2>", r"Evaluation criteria</a></h2>", r"Red flags</a></h2>",
        r"Preparation tips</a></h2>", r"Key takeaways</a></h2>", r"Exercise</a></h2>", r"Scenario", r"Tasks", r"Checks",
    ]),
    ("55 contents with anchors", "question", [r'<nav class="entry-contents', r'href="#deep-dive">Deep dive']),
    ("56 code side by side", "error", [r'class="entry-section code-pair"', r"fail", r"pass_it"]),
    ("one page a weakness", "cwe", [r"How does injection work\?"]),
    ("one page a weakness", "owasp", [r"How does injection work\?"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "signs"), [row[1:] for row in ROWS], ids=[f"{row[0]} ({row[1]})" for row in ROWS]
)
def test_what_the_row_asks_for_stands_on_the_page(pages: dict[str, str], where: str, signs: list[str]):
    place = 0
    for sign in signs:
        found = re.search(sign, pages[where][place:])
        assert found, f"{sign} is not on {where}, or not in this order"
        place += found.start()


def test_every_page_has_one_first_heading_and_leaves_out_no_level(pages: dict[str, str]):
    for name, text in pages.items():
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", text)]
        assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_no_page_asks_another_host_for_anything(pages: dict[str, str]):
    for name, text in pages.items():
        assert not re.search(r'(?:src|action)="(?:https?:)?//', text), name
        assert not re.search(r'<link rel="(?:stylesheet|icon|preload)"[^>]* href="(?:https?:)?//', text), name


def test_the_totals_of_home_are_those_of_the_lists(pages: dict[str, str]):
    shown = dict(re.findall(r'href="(/\w+/)">All ([0-9,]+) \w', pages["home"]))
    for name, url in (("questions", "/questions/"), ("errors", "/errors/"), ("paths", "/paths/")):
        assert re.search(rf"of {shown[url]} ", pages[name]), name
