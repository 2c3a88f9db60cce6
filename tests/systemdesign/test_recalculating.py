"""With JavaScript a reader changes an input and every formula follows, in Python's arithmetic."""

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from systemdesign.estimates import EstimateError, calculate, read_lines
from tests.systemdesign.factories import make_design_note

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ESTIMATES = """a = 10_000_000  # requests a day
b = 3
peak = a / 86400 * b  # requests/s
servers = ceil(peak / 100)
rest = a % b
parts = a // b
half = round(b / 2)
least = min(a, b, 7)
most = max(-a, -b)
space = 62 ** b
tiny = 1 / (a ** 2 + 1)
ratio = a / (b - 5)"""


@pytest.fixture
def note(live_server, page: Page) -> Iterator[Page]:
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    entry = make_design_note(estimates=ESTIMATES)
    page.goto(f"{live_server.url}{entry.get_absolute_url()}")
    yield page
    assert mistakes == []


def shown(page: Page) -> dict[str, str]:
    rows = page.locator("tr[data-program]")
    return {row.get_attribute("data-name") or "": row.locator("td").first.inner_text() for row in rows.all()}


def set_input(page: Page, name: str, text: str) -> None:
    page.locator(f"tr[data-name={name}] input").fill(text)


def status(page: Page) -> str:
    return page.locator(".estimates-status [role=status]").inner_text()


def test_the_page_opens_with_the_figures_of_the_server(note: Page):
    expected = {one.line.name: one.shown for one in calculate(read_lines(ESTIMATES)) if not one.is_input}
    assert shown(note) == expected
    set_input(note, "b", "3.0")
    assert shown(note) == expected


def test_script_and_server_agree_on_every_figure(note: Page):
    random.seed(7)
    tried = 0
    for _ in range(60):
        a = round(10 ** random.uniform(-3, 12), random.randrange(4)) * random.choice([1, -1])
        b = random.choice([0.5, 2, 2.5, 7, 1.25, random.randrange(1, 50)])
        text = ESTIMATES.replace("10_000_000", repr(a)).replace("b = 3", f"b = {b!r}", 1)
        try:
            expected = {one.line.name: one.shown for one in calculate(read_lines(text)) if not one.is_input}
        except EstimateError:
            continue
        set_input(note, "a", repr(a))
        set_input(note, "b", repr(b))
        assert shown(note) == expected, (a, b)
        tried += 1
    assert tried > 40


def test_what_changed_is_marked_and_can_be_reset(note: Page):
    before = shown(note)
    reset = note.get_by_role("button", name="Reset the figures")
    assert reset.is_hidden()
    set_input(note, "a", "20,000,000")
    assert shown(note)["peak"] == "694"
    assert "is-changed" in (note.locator("tr[data-name=peak] td").first.get_attribute("class") or "")
    assert status(note) == "Worked out with your figures."
    reset.click()
    assert shown(note) == before
    assert note.locator("tr[data-name=a] input").input_value() == "10,000,000"
    assert note.locator(".is-changed").count() == 0


@pytest.mark.parametrize("text", ["abc", "", "1e", "--1", "1;2", "0x10", "Infinity", "1e999"])
def test_what_is_no_number_is_said_so(note: Page, text: str):
    set_input(note, "a", text)
    assert shown(note)["peak"] == "—"
    assert "A: “" in status(note)
    assert note.get_by_label("A", exact=True).get_attribute("aria-invalid") == "true"
    set_input(note, "a", "1")
    assert note.get_by_label("A", exact=True).get_attribute("aria-invalid") is None


def test_a_division_by_zero_leaves_a_dash(note: Page):
    set_input(note, "b", "5")
    assert shown(note)["ratio"] == "—"
    assert shown(note)["peak"] == "579"
    assert status(note) == "Some figures can't be worked out with these."
