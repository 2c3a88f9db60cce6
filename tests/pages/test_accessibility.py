"""Every page type, in light and dark, wide and narrow, with and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page

from contributions import forms, letters
from contributions.models import Enquiry, Submission, Testimonial
from contributions.tokens import path_of
from hub.core import counting
from hub.core.models import ContentClock, EntryStats
from questions.models import Question, QuestionSet
from subscriptions.models import Edition, Subscriber
from tests.browsing import follow
from tests.contributions.posting import question_post
from tests.debugarchive.factories import make_error
from tests.factories import archive, make_editor, make_question, make_submission, make_subscriber, revise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LONG = "antidisestablishmentarianism" * 4
TEXT = f"""A word of its own length: {LONG}, and `{LONG}`.

### A heading

| Column | Another column | {LONG[:40]} | A fourth column | A fifth column |
| --- | --- | --- | --- | --- |
| `value_{LONG}` | words | words | words | words |

!!! warning
    Take care.

1. First
   - nested

```python
def {LONG}(first_argument: str, second_argument: str, third_argument: str) -> dict[str, list[int]]:
    return {{}}  # {LONG}
```
"""


@pytest.fixture
def pages() -> dict[str, str]:
    """The address of one page of each type, with texts that are hard to lay out."""
    entry = make_question(
        title=f"Why does {LONG[:60]} need so much room?",
        short_answer="Because it is long.", deep_dive=TEXT, real_world=TEXT,
        tags=["a tag of some length", "orm"], common_mistakes=f"- {LONG}\n- Another one",
    )  # fmt: skip
    for number in range(12):
        make_question(title=f"Is question {number} there to fill a second page?", tags=["orm"])
    revise(entry, summary="Another summary.", deep_dive=TEXT.replace("Take care", "Take great care"))
    gone = archive(make_question(title="Is this one gone?"), successor=entry)
    waiting = make_submission("unconfirmed", title="Is it mine?")
    asked = make_submission("changes_requested", title=f"Who asked {LONG}?", deep_dive=TEXT)
    rejected = make_submission("rejected")
    published = make_submission("published")
    active = make_subscriber("ada@example.com")
    Edition.objects.create(
        slot="2026-W40",
        from_event=0,
        to_event=ContentClock.now(),
        frequency="weekly",
        entries=3,
        sent_at=timezone.now(),
    )
    said = letters.receive_testimonial("", text=LONG, name=LONG[:80], about="", entry=entry)
    letters.decide(said, "approved", make_editor(), 1)
    first = make_question(title="What leads there?", follow_ups=[f"And then? [{entry.public_id}]"])
    made = QuestionSet.objects.create(slug="first", title="First", summary="An hour.", is_public=True)
    made.items.create(question=Question.objects.get(pk=first.pk), group="mid", position=1)
    EntryStats.objects.update(views=7856, uses_week=12, difficulty_votes=2, difficulty_sum=9)
    url = entry.get_absolute_url()
    make_error(messages=[{"engine": "V8", "text": f"TypeError: x.{LONG} is not a function"}])
    match = "/errors/match/"
    return {
        "paste": match, "paste, matched": f"{match}?text=TypeError:+x.y+is+not+a+function",
        "paste, no match": f"{match}?text={LONG}Error:+nothing+of+{LONG}", "errors": "/errors/",
        "home": "/", "domains": "/domains/", "list": "/questions/", "second page": "/questions/?page=2",
        "filtered list": "/questions/python/?level=mid&tag=orm", "wrong filter": "/questions/?level=none",
        "empty list": "/questions/?level=junior", "detail": url, "thanks": f"{url}?thanks",
        "history": f"{url}history/",
        "archived": gone.get_absolute_url(), "technology": "/tech/python/", "topic": "/topics/testing/",
        "tag": "/tags/orm/", "search": "/search/?q=room", "search, nothing": "/search/?q=zzzzqqq",
        "search, plain": "/search/", "changes": "/changes/", "privacy": "/privacy/", "terms": "/terms/",
        "contact": "/contact/", "testimonials": "/testimonials/", "voted": f"{url}?voted",
        "sets": "/questions/sets/", "set": "/questions/sets/first/", "threads": "/questions/follow-ups/",
        "site status": "/status/", "not found": "/nothing/",
        "contribute": "/contribute/",
        "form": "/contribute/questions/", "correction": f"/contribute/entry/{entry.public_id}/",
        "sent": "/contribute/sent/", "confirm": path_of(waiting, "confirm"), "asked": path_of(asked),
        "revise": path_of(asked, "revise"), "rejected": path_of(rejected), "published": path_of(published),
        "wrong link": "/c/nothing/", "subscribe": "/alerts/", "subscribed": "/alerts/sent/",
        "manage": active.path(), "unsubscribe": active.path("unsubscribe"), "erase": active.path("erase"),
        "archive": "/alerts/archive/", "edition": "/alerts/archive/2026-W40/", "sign in": "/admin/login/",
    }  # fmt: skip


@pytest.fixture(params=[("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)], ids=str)
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    theme, width = request.param
    context = browser.new_context(
        color_scheme=theme, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def test_axe_finds_nothing_serious_on_any_page_and_none_scrolls_sideways(live_server, pages, look: Page):
    axe = Axe()
    found: list[Any] = []
    for name, path in pages.items():
        look.goto(f"{live_server.url}{path}")
        results: dict[str, Any] = axe.run(look, options={**RULES, "resultTypes": ["violations"]}).response
        found += [
            (name, problem["id"], [node["html"][:160] for node in problem["nodes"][:3]])
            for problem in results["violations"]
            if problem["impact"] in {"serious", "critical"}
        ]
        room = look.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if room[0] > room[1]:
            found.append((name, "scrolls sideways", room))
    assert found == []


@pytest.fixture
def plain(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page of a browser without JavaScript; a quick writer is no robot here."""
    monkeypatch.setattr(forms, "SHORTEST", 0)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def test_a_contribution_is_previewed_and_sent_without_javascript(live_server, plain: Page):
    values = question_post(title="Does it work without scripts?")
    plain.goto(f"{live_server.url}/contribute/questions/")
    for name, value in values.items():
        field = plain.locator(f'[name="{name}"]').first
        if name in {"stamp", "company", "action"} or not value or not field.count():
            continue
        kind = field.evaluate("field => field.type")
        if kind == "checkbox":
            field.check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(str(value))
    follow(plain.get_by_role("button", name="Preview"))
    assert "Does it work without scripts?" in plain.locator("#preview").inner_text()
    plain.get_by_role("button", name="Send it in").click()
    plain.wait_for_url("**/contribute/sent/")
    assert Submission.objects.get().title == "Does it work without scripts?"


def test_signing_up_changing_and_leaving_work_without_javascript(live_server, plain: Page):
    plain.goto(f"{live_server.url}/alerts/")
    plain.get_by_label("E-mail address").fill("ada@example.com")
    plain.get_by_role("button", name="Subscribe").click()
    plain.wait_for_url("**/alerts/sent/")
    ada = Subscriber.objects.get(address="ada@example.com")
    plain.goto(f"{live_server.url}{ada.path('confirm')}")
    follow(plain.locator("main form button"))
    plain.goto(f"{live_server.url}{ada.path()}")
    plain.get_by_label("Once a day").check()
    follow(plain.get_by_role("button", name="Save"))
    ada.refresh_from_db()
    assert (ada.state, ada.frequency) == ("active", "daily")
    plain.goto(f"{live_server.url}{ada.path('unsubscribe')}")
    follow(plain.locator("main form button").first)
    ada.refresh_from_db()
    assert ada.state == "left"


def test_a_reader_filters_searches_and_says_that_it_is_outdated_without_javascript(live_server, plain: Page):
    entry = make_question(title="Which word is here alone?")
    make_question(title="Is there another?", level="junior", difficulty=2)
    plain.goto(f"{live_server.url}/questions/")
    plain.locator("details summary", has_text="Filter").first.click()
    follow(plain.locator("a[href*='level=mid']").first)
    assert plain.locator(".card-title").all_inner_texts() == [entry.title]
    plain.get_by_role("searchbox").first.fill("alone")
    with plain.expect_navigation():
        plain.keyboard.press("Enter")
    follow(plain.get_by_role("link", name=entry.title))
    follow(plain.locator("button[name=reason][value=outdated]"))
    assert EntryStats.objects.get(entry=entry).outdated_reports == 1


def test_a_vote_a_testimonial_and_an_enquiry_work_without_javascript(live_server, plain: Page):
    entry = make_question(title="How hard is it?")
    plain.goto(f"{live_server.url}{entry.get_absolute_url()}")
    plain.get_by_label("How hard did you find it?").select_option("9")
    follow(plain.get_by_role("button", name="Vote"))
    assert "Counted." in plain.locator("#feedback").inner_text()
    plain.goto(f"{live_server.url}/testimonials/")
    plain.get_by_label("What did it do for you?").fill("It saved my whole evening.")
    plain.get_by_label("Your name").fill("Ann")
    plain.get_by_label("These are my words").check()
    plain.get_by_role("button", name="Send it in").click()
    plain.wait_for_url("**/testimonials/?sent#write")
    plain.goto(f"{live_server.url}/contact/")
    plain.get_by_label("Your message").fill("Can you come for two days?")
    plain.get_by_label("Your name").fill("Ann")
    plain.get_by_label("Your e-mail address").fill("ann@example.net")
    plain.get_by_role("button", name="Send", exact=True).click()
    plain.wait_for_url("**/contact/?sent#write")
    assert (Testimonial.objects.get().name, Enquiry.objects.get().email) == ("Ann", "ann@example.net")
    assert EntryStats.objects.get(entry=entry).difficulty_sum == 9


def test_a_browser_tells_that_a_page_was_seen_and_code_copied(live_server, browser: Browser):
    entry = make_question(deep_dive="```python\nprint(1)\n```")
    context = browser.new_context(
        user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    with page.expect_response("**/count/*/view/") as seen:
        page.goto(f"{live_server.url}{entry.get_absolute_url()}")
    with page.expect_response("**/count/*/copy/") as copied:
        page.get_by_role("button", name="Copy this python block").click()
    assert (seen.value.status, copied.value.status, context.cookies()) == (204, 204, [])
    context.close()
    counting.roll_up()
    assert EntryStats.objects.values_list("views", "uses_week").get(entry=entry) == (1, 1)
