"""Signing in as a person does it: in a browser, with a passkey, with the keyboard alone."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.accounts.people import PASSWORD, with_app, with_password
from tests.browsing import follow
from tests.factories import make_editor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def key(page: Page) -> Any:
    """A security key of the browser's own (WebAuthn, virtual authenticator) that needs no touch."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/")
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/admin/")


def test_a_passkey_is_added_and_opens_the_desk(page: Page, key: Any, live_server: Any) -> None:
    with_password(make_editor("grace"))
    address = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(page, address)
    page.goto(f"{address}/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("Passwordless").check()
    follow(page.get_by_role("button", name="Add"))
    expect(page).to_have_url(re.compile("/accounts/2fa/(?!webauthn/add/)"))
    page.goto(f"{address}/accounts/logout/")
    follow(page.get_by_role("main").get_by_role("button", name="Sign Out"))
    page.goto(f"{address}/admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{address}/admin/")


def test_the_pages_of_accounts_are_accessible(page: Page, live_server: Any) -> None:
    with_app(with_password(make_editor("grace")))
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for path in ("login/", "password/reset/", "signup/"):
                page.goto(f"{live_server.url}/accounts/{path}")
                faults = [one["id"] for one in Axe().run(page).response["violations"]]
                is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                if faults or is_wider:
                    found[scheme, width, path] = (faults, is_wider)
    assert found == {}
