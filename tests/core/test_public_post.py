"""Public forms: readers get no cookie, and no other site's page can send them."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from hub.core.public_post import public_post


@public_post
def form(request):
    return HttpResponse("seen")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://hub.example.org"


def post(**headers: str) -> int:
    return form(RequestFactory().post("/", headers=headers)).status_code


@pytest.mark.parametrize(
    ("site", "status"),
    [
        ("same-origin", 200),
        ("none", 200),
        ("same-site", 403),
        ("cross-site", 403),
        ("", 403),
        ("nonsense", 403),
    ],
)
def test_the_browser_says_where_a_form_was(site, status):
    assert post(**{"Sec-Fetch-Site": site}) == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://hub.example.org", 200),
        ("https://evil.example", 403),
        ("http://hub.example.org", 403),
        ("https://hub.example.org:8443", 403),
        ("https://hub.example.org.evil.example", 403),
        ("null", 403),
        ("", 403),
        ("https://[", 403),
        ("https://hub.example.org@evil.example", 403),
    ],
)
def test_an_older_browser_says_it_by_origin(origin, status):
    assert post(Origin=origin) == status


def test_fetch_metadata_stands_above_origin():
    assert post(**{"Sec-Fetch-Site": "cross-site", "Origin": "https://hub.example.org"}) == 403
    assert post(**{"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}) == 200


def test_a_program_that_sends_neither_is_let_in():
    assert post() == 200


def test_the_address_of_the_site_counts_in_any_case(settings):
    settings.SITE_URL = "https://Hub.Example.org"
    assert post(Origin="https://hub.example.org") == 200


def test_reading_the_form_needs_nothing():
    assert form(RequestFactory().get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


def test_no_answer_is_stored():
    for response in (form(RequestFactory().get("/")), form(RequestFactory().post("/"))):
        assert "no-store" in response["Cache-Control"]


def test_the_forms_of_the_house_work_without_a_cookie_where_csrf_is_checked(db):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/alerts/", {"email": ""}, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code != 403
    assert not response.cookies


def test_the_refusal_says_why():
    response = form(RequestFactory().post("/", headers={"Sec-Fetch-Site": "cross-site"}))
    assert "another site" in response.content.decode()
