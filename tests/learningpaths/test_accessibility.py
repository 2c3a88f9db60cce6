"""Paths with axe, in light and dark, wide and at 320 px, with long words."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.factories import archive, make_question
from tests.learningpaths.factories import make_path, module

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "antidisestablishmentarianism" * 3
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(live_server, browser: Browser, width, scheme):
    shown, gone = make_question(title=f"Why is {LONG} so long?"), make_question()
    resource = {
        "kind": "book", "title": LONG, "address": f"https://example.com/{LONG}",
        "cost": "free", "language": "en",
    }  # fmt: skip
    entry = make_path(
        audience=LONG,
        modules=[
            module(LONG, entries=[shown.public_id, gone.public_id], milestone=LONG, resources=[resource]),
            module("Keys"),
            module("Plans", needs=[1, 2], is_project=True),
        ],
    )
    archive(gone)
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}).new_page()
    for url in ("/paths/", entry.get_absolute_url(), f"{entry.get_absolute_url()}{LONG[:100]}/"):
        response = page.goto(f"{live_server.url}{url}")
        assert response is not None
        assert response.status == 200
        if page.get_by_role("checkbox").count():
            page.get_by_role("checkbox").first.check()
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
