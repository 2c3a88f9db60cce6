"""What browser tests share: pressing what leads to another page."""

from playwright.sync_api import Locator


def follow(target: Locator) -> None:
    """Click a link or a button of a form, and wait for the page that it leads to.

    A click alone returns before its answer has come: what reads the page next would read the old one, and
    what leaves it would cut the request off.
    """
    with target.page.expect_navigation():
        target.click()
