"""Titles while typing: a combobox that needs no mouse, and a form that works as ever without it."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.factories import make_question

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_title_is_chosen_with_the_keyboard_alone(page: Page, live_server: Any) -> None:
    entry = make_question(title="How does zirconium bend?")
    make_question(title="Why is zirconium grey?")
    page.goto(live_server.url)
    page.keyboard.press("/")
    page.keyboard.type("zirc")
    box, options = page.get_by_role("combobox", name="Search the archive"), page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    page.keyboard.type("onium bend")
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", re.compile("suggestions-"))
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(live_server.url + entry.get_absolute_url())


def test_enter_on_no_title_searches(page: Page, live_server: Any) -> None:
    make_question(title="How does zirconium bend?")
    page.goto(live_server.url)
    page.get_by_label("Search the archive").fill("zirconium")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=zirconium"))


def test_a_title_full_of_script_is_only_text(page: Page, live_server: Any) -> None:
    make_question(title="<img src=x onerror=alert(1)> zirconium")
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.goto(f"{live_server.url}/search/")
    page.get_by_label("Words, an id").press_sequentially("zirc")
    expect(page.get_by_role("option")).to_contain_text("<img src=x")
