"""The story of the house, told in a browser: subscribe, contribute, review, publish, be told, leave."""

import json
import re
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browsing import follow
from tests.story.running import RunningHub, link_in, text_of

READER, STAYING, WRITER = "reader@example.com", "staying@example.org", "writer@example.net"
TITLE = "Why does a Flask view run twice with the reloader on?"
ANSWER = "The development reloader starts a second process that imports the module again."
REVISED = ANSWER + " Guard start-up work by the environment of the child."


def named(page: Page, label: str) -> Locator:
    """The field of a label, needed or not."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}(\s+required)?$"))


class Story:
    """Everybody who takes part, each in a browser of their own."""

    def __init__(self, hub: RunningHub, browser: Browser):
        self.hub, self.browser = hub, browser

    def page(self) -> Page:
        context = self.browser.new_context(base_url=self.hub.url)
        context.set_default_timeout(60_000)
        return context.new_page()

    def get(self, path: str, **headers: str) -> str:
        with urlopen(Request(self.hub.url + path, headers=headers), timeout=30) as response:
            return str(response.read().decode())

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    # --- the reader ------------------------------------------------------------------------------

    def subscribe(self, address: str = READER) -> None:
        """A visitor asks for alerts on Flask at once, and confirms by the button behind the link."""
        page = self.page()
        page.goto("/alerts/")
        page.get_by_label("E-mail address").fill(address)
        page.get_by_label("Flask", exact=True).check()
        page.get_by_label("At once").check()
        page.get_by_role("button", name="Subscribe").click()
        expect(page).to_have_url(f"{self.hub.url}/alerts/sent/")
        assert not page.context.cookies()
        page.goto(link_in(self.hub.next_mail(address, 1), r"/alerts/[\w-]{30,}/confirm/"))
        follow(page.get_by_role("button", name="Yes, send me alerts"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("alerts")
        page.context.close()

    # --- the contributor -------------------------------------------------------------------------

    def contribute(self, title: str = TITLE, number: int = 1) -> str:
        """A contributor without an account sends a question in and confirms it; returns the status page."""
        page = self.page()
        page.goto("/contribute/")
        page.get_by_role("main").get_by_role("link", name="A question").click()
        named(page, "Title").fill(title)
        named(page, "Summary").fill("What the reloader does, and what follows for start-up work.")
        named(page, "Technology").select_option("flask")
        named(page, "Difficulty").fill("5")
        named(page, "Type").select_option("debug")
        named(page, "Minutes to answer").fill("5")
        named(page, "Short answer").fill(ANSWER)
        named(page, "Your name").fill("Story Writer")
        named(page, "Your e-mail address").fill(WRITER)
        page.get_by_label("I wrote this").check()
        page.wait_for_timeout(4500)  # the form takes nothing that is sent in less than four seconds
        page.get_by_role("button", name="Send it in").click()
        expect(page).to_have_url(f"{self.hub.url}/contribute/sent/")
        page.goto(link_in(self.hub.next_mail(WRITER, number), r"/c/[\w-]{30,}/"))
        follow(page.get_by_role("button", name="Yes, this is mine"))
        expect(page.get_by_role("main")).to_contain_text("waits for an editor")
        status = page.url
        page.context.close()
        return status.partition("?")[0]

    def revise(self) -> None:
        """The contributor reads what the editor wrote, and sends a better text by the link in the mail."""
        page = self.page()
        page.goto(link_in(self.hub.next_mail(WRITER, 3), r"/c/[\w-]{30,}/revise/"))
        expect(page.get_by_role("main")).to_contain_text("Say how to avoid it.")
        named(page, "Short answer").fill(REVISED)
        page.get_by_label("Your answer to the editors").fill("Done.")
        follow(page.get_by_role("button", name="Send the new text"))
        expect(page.get_by_role("main")).to_contain_text("Your new text is in the queue")
        page.context.close()

    # --- the editor ------------------------------------------------------------------------------

    def sign_in(self) -> Page:
        page = self.page()
        page.goto("/admin/")
        page.get_by_label("Username").fill("editor")
        page.get_by_label("Password").fill(self.hub.password)
        follow(page.get_by_role("button", name="Sign in", exact=True))
        return page

    def open_from_queue(self, page: Page, title: str = TITLE) -> None:
        page.goto("/admin/contributions/submission/")
        follow(page.get_by_role("link", name=title).first)

    def ask_for_changes(self, page: Page) -> None:
        self.open_from_queue(page)
        follow(page.get_by_role("button", name="Claim", exact=True))
        page.get_by_text("Ask for changes …").click()
        form = page.locator("details[open] form", has=page.get_by_role("button", name="Ask for changes"))
        form.locator("textarea[name=comment]").fill("Say how to avoid it.")
        follow(form.get_by_role("button", name="Ask for changes"))
        expect(page.locator(".state-pill")).to_have_class("state-pill state-changes_requested")

    def approve_and_publish(self, page: Page, title: str = TITLE) -> None:
        self.open_from_queue(page, title)
        follow(page.get_by_role("button", name="Claim", exact=True))
        for box in page.locator("input[name=tick]").all():
            box.check()
        if page.get_by_role("button", name="Save ticks").count():
            follow(page.get_by_role("button", name="Save ticks"))
        self._act(page, "Approve")
        expect(page.locator(".state-pill")).to_have_class("state-pill state-approved")
        self._act(page, "Publish")
        expect(page.locator(".state-pill")).to_have_class("state-pill state-published")

    def _act(self, page: Page, label: str) -> None:
        """Take one action, through its form where it has one."""
        summary = page.locator("summary", has_text=f"{label} …")
        if summary.count():
            summary.first.click()
        follow(page.locator(".review-actions").get_by_role("button", name=label, exact=True))

    # --- everybody -------------------------------------------------------------------------------

    def is_everywhere(self) -> str:
        """The page is public, in its list, in search, in the API and in the feed; returns its path."""
        found = self.json("/api/v1/questions/?technology=flask&page_size=100")["results"]
        (entry,) = [row for row in found if row["title"] == TITLE]
        path = urlsplit(entry["url"]).path
        page = self.page()
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        expect(page.get_by_role("main")).to_contain_text("Guard start-up work")
        expect(page.get_by_role("main")).to_contain_text("Story Writer")
        page.goto("/questions/flask/?sort=newest")
        expect(page.get_by_role("link", name=TITLE)).to_be_visible()
        page.get_by_role("searchbox").first.fill("reloader twice")
        with page.expect_navigation():
            page.get_by_role("searchbox").first.press("Enter")
        expect(page.get_by_role("main").get_by_role("link", name=TITLE)).to_be_visible()
        assert TITLE in self.get("/feeds/all.atom")
        assert self.json("/api/v1/search/?q=reloader")["results"][0]["public_id"] == entry["public_id"]
        assert not page.context.cookies()
        page.context.close()
        return path

    def nothing_is_public_yet(self) -> None:
        """Before it is published nobody finds it anywhere."""
        for path in (
            "/",
            "/questions/flask/?sort=newest",
            "/search/?q=reloader+twice",
            "/feeds/all.atom",
            "/changes/",
        ):
            assert TITLE not in self.get(path), path
        assert all(row["title"] != TITLE for row in self.json("/api/v1/entries/?page_size=100")["results"])

    def one_alert_and_out(self, path: str) -> None:
        """The alert is there once; its one-click unsubscribe works by POST alone."""
        alert = self.hub.next_mail(READER, 2)
        assert TITLE in text_of(alert)
        assert path in text_of(alert)
        assert alert["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        (leave,) = [part.strip("<> ") for part in alert["List-Unsubscribe"].split(",") if "http" in part]
        with urlopen(leave, timeout=30) as response:  # a mail scanner's GET changes nothing
            assert response.status == 200
        with urlopen(
            Request(leave, data=b"List-Unsubscribe=One-Click", method="POST"), timeout=30
        ) as response:
            assert response.status == 200
            assert "Set-Cookie" not in response.headers

    def the_next_one_is_not_told(self, editor: Page) -> None:
        """What is published next reaches who stayed, and no more who left."""
        second = "How do you read configuration in a Flask factory?"
        self.contribute(second, len(self.hub.mails_to(WRITER)) + 1)
        self.approve_and_publish(editor, second)
        assert second in text_of(self.hub.next_mail(STAYING, 3))
        assert len(self.hub.mails_to(READER)) == 2
