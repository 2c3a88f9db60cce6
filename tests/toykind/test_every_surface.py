"""A seventh domain is one app and one line in INSTALLED_APPS: it stands on every surface."""

import json

import pytest
from django.test import Client

from tests.factories import make_question
from tests.surfaces import SURFACES, Surface
from tests.toykind.factories import make_toy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_a_toy_is_shown(client: Client, surface: Surface):
    toy = make_toy(title="A puzzle called quintessence", weaknesses=["CWE-89", "A05:2025"])
    assert surface.shows(client, toy)


def test_the_front_page_has_a_card_and_a_counter_for_the_kind(client: Client):
    make_toy()
    make_question()
    text = client.get("/").content.decode()
    assert "Things to think with." in text
    assert 'href="/toys/"' in text


def test_the_domains_name_the_kind_and_count_it(client: Client):
    make_toy()
    make_toy()
    domains = {domain["title"]: domain for domain in client.get("/domains/").context["domains"]}
    assert domains["Toys"]["count"] == 2
    assert domains["Toys"]["technologies"] == [{"name": "Python", "count": 2, "url": "/toys/python/"}]


def test_the_api_counts_the_kind(client: Client):
    make_toy()
    kinds = json.loads(client.get("/api/v1/stats/").content)["kinds"]
    assert kinds["toys"] == 1


def test_a_visitor_can_contribute_one(client: Client):
    assert b"How to play" in client.get("/contribute/toys/").content


def test_it_stands_beside_a_question_that_shares_its_tag(client: Client):
    toy = make_toy(title="A puzzle called neighbourhood")
    question = make_question(tags=["puzzle"])
    assert toy.title in client.get(question.get_absolute_url()).content.decode()
