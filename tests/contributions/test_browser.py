"""What the two scripts of contributions do: a preview that follows the typing, letters and saved replies."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from contributions.models import Comment, SavedReply, Submission
from tests.factories import make_editor, make_question, make_submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "How does a generator differ from a list comprehension?"


def test_preview_and_similar_entries_follow_the_typing_and_nothing_is_kept(
    live_server: Any, browser: Browser
):
    make_question(title=TITLE)
    page = browser.new_page()
    page.goto(f"{live_server.url}/contribute/questions/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Short answer").fill("It gives **one value** at a time.")
    page.get_by_role("heading", name="Is it one of these already?").wait_for()
    assert page.locator("[data-live-preview] strong").inner_text() == "one value"
    assert page.locator("[data-live-preview] .preview-title").inner_text() == TITLE
    assert page.get_by_label("Title").input_value() == TITLE
    assert not Submission.objects.exists()
    page.close()


def test_letters_lead_and_press_nothing_and_can_be_switched_off(live_server: Any, browser: Browser):
    editor = make_editor()
    SavedReply.objects.create(title="Run it", text="Please run the code.")
    submission = make_submission("in_review", by=editor)
    signed_in = Client()
    signed_in.force_login(editor)
    context = browser.new_context()
    cookie = signed_in.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/contributions/submission/{submission.pk}/change/")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.textContent").startswith("Ask for changes")
    page.keyboard.press("m")
    page.keyboard.type("ra")  # letters typed into a field are text
    assert page.locator("#comment-text").input_value() == "ra"
    comment = page.locator("#comments form.review-form")
    comment.get_by_label("Saved reply").select_option(label="Run it")
    comment.get_by_role("button", name="Insert").click()
    assert page.locator("#comment-text").input_value() == "ra\n\nPlease run the code."
    page.get_by_label("Shortcuts of one letter").uncheck()
    page.reload()
    assert not page.get_by_label("Shortcuts of one letter").is_checked()
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    submission.refresh_from_db()
    assert submission.state == "in_review"
    assert not Comment.objects.exists()
    context.close()
