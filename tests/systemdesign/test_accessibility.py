"""The page of a design note in light and dark, wide and narrow, with texts that are hard to lay out."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from systemdesign.forms import STEPS
from tests.systemdesign.factories import OPTIONS, make_design_note

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LONG = "antidisestablishmentarianism" * 3


@pytest.fixture(params=[("light", 1280), ("dark", 320)], ids=str)
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    theme, width = request.param
    context = browser.new_context(
        color_scheme=theme, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(live_server, look: Page):
    name = "a_name_of_forty_characters_for_an_input_x"[:40]
    note = make_design_note(
        title=f"A design of {LONG}",
        estimates=f"{name} = 123_456_789.5  # {'units' * 8}\nb = {' + '.join([name] * 4)}  # requests/s",
        key_figure="b",
        options=OPTIONS.replace("Simple.", LONG).replace("One server", LONG).replace("Fast", f"`{LONG}`"),
        decision=LONG,
        diagram=f"```text\n{'-' * 90}\n```",
        diagram_words="A line.",
        scale="\n\n".join(f"### {step}\n\n{LONG}" for step in STEPS),
        failure_modes=f"### {LONG}\n\n{LONG}",
        references=f"- [{LONG}](https://example.com/{LONG})",
    )
    for path in (note.get_absolute_url(), "/design/"):
        look.goto(f"{live_server.url}{path}")
        found: dict[str, Any] = Axe().run(look, options={**RULES, "resultTypes": ["violations"]}).response
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert look.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
