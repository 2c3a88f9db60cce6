"""Progress: ticks that stay in one browser, leave it as a file and come back from one."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.factories import make_question
from tests.learningpaths.factories import make_path, module

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def url(live_server) -> str:
    question = make_question(public_id="PY-MID-001")
    entry = make_path(
        public_id="LP-007",
        modules=[module("Joins", entries=[question.public_id]), module("Plans", needs=[1])],
    )
    return f"{live_server.url}{entry.get_absolute_url()}"


def tick(page: Page, name: str):
    return page.get_by_role("checkbox", name=name)


def told(page: Page) -> str:
    return page.locator("[data-progress-text]").inner_text()


def test_a_tick_is_kept_counted_and_shown_on_the_map(page: Page, url: str):
    page.goto(url)
    assert told(page) == "0 of 3 done"
    tick(page, "Module 1, Joins").check()
    assert told(page) == "1 of 3 done"
    assert page.locator("#map .is-done").inner_text().endswith("done")
    page.reload()
    assert tick(page, "Module 1, Joins").is_checked()
    page.goto(f"{url}joins/")
    assert tick(page, "Module 1, Joins").is_checked()
    assert told(page) == "1 of 2 done"
    tick(page, "Module 1, Joins").uncheck()
    page.goto(url)
    assert told(page) == "0 of 3 done"


def test_progress_leaves_as_a_file_and_comes_back_from_it(
    page: Page, url: str, browser: Browser, tmp_path: Path
):
    page.goto(url)
    tick(page, "Module 2, Plans").check()
    tick(page, "What does question").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert set(json.loads(file.read_text())["done"]) == {"LP-007/plans", "PY-MID-001"}
    other = browser.new_context().new_page()
    other.goto(url)
    tick(other, "Module 1, Joins").check()
    other.locator("[data-progress-import]").set_input_files(file)
    other.get_by_text("Read: 2 ticks.").wait_for()
    assert told(other) == "3 of 3 done"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "null",
        '{"done": {"LP-007/plans": "2026-01-01"}}',
        '{"format":"learning-progress"}',
    ],
)
def test_a_file_that_holds_no_progress_changes_nothing(page: Page, url: str, tmp_path: Path, text: str):
    page.goto(url)
    tick(page, "Module 1, Joins").check()
    file = tmp_path / "other.json"
    file.write_text(text)
    page.locator("[data-progress-import]").set_input_files(file)
    page.get_by_text("This file holds no progress.").wait_for()
    assert told(page) == "1 of 3 done"


def test_only_what_reads_as_progress_is_taken_from_a_file(page: Page, url: str, tmp_path: Path):
    page.goto(url)
    done = {"LP-007/plans": "2026-01-01", "__proto__": "2026-01-01", "<b>": "x", "PY-MID-001": {"a": 1}}
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps({"format": "learning-progress", "version": 1, "done": done}))
    page.locator("[data-progress-import]").set_input_files(file)
    page.get_by_text("Read: 1 ticks.").wait_for()
    assert json.loads(page.evaluate("localStorage.progress"))["done"] == {"LP-007/plans": "2026-01-01"}


def test_clearing_asks_first_and_removes_the_ticks_of_this_path_alone(page: Page, url: str):
    page.goto(url)
    page.evaluate(
        "localStorage.progress = JSON.stringify({format: 'learning-progress', version: 1,"
        " done: {'LP-001/other': '2026-01-01', 'LP-007/joins': '2026-01-01'}})"
    )
    page.reload()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Clear this path").click()
    assert told(page) == "1 of 3 done"
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear this path").click()
    assert told(page) == "0 of 3 done"
    assert list(json.loads(page.evaluate("localStorage.progress"))["done"]) == ["LP-001/other"]


def test_without_javascript_the_page_is_whole_and_asks_for_no_ticks(browser: Browser, url: str):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(url)
    assert page.get_by_role("checkbox").count() == 0
    assert not page.get_by_text("Your progress").is_visible()
    assert page.get_by_role("link", name="What does question").is_visible()
