"""Pages that join all kinds for one weakness, and the filter of every list by weakness."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import archive, make_question, make_weakness
from tests.toykind.factories import make_toy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PAGES = ["/security/cwe/89/", "/security/owasp/2025/A05/"]
both_pages = pytest.mark.parametrize("url", PAGES)


def make_weak(**over: Any) -> Any:
    return make_question(weaknesses=["CWE-89", "A05:2025"], **over)


@both_pages
def test_entries_of_all_kinds_are_shown_and_each_group_leads_to_a_list_of_as_many(client: Client, url: str):
    for _ in range(7):
        make_weak()
    make_toy()
    make_question(title="What is not weak?")
    groups = {group["kind"]: group for group in client.get(url).context["groups"]}
    assert (groups["question"]["total"], len(groups["question"]["entries"])) == (7, 5)
    assert groups["toy"]["total"] == 1
    for group in groups.values():
        assert client.get(group["url"]).context["pagination"].total == group["total"]


@pytest.mark.parametrize(
    "url",
    [
        "/security/cwe/90/", "/security/cwe/0/", "/security/cwe/089/", "/security/cwe/99999999999/",
        "/security/cwe/x/", "/security/owasp/2025/A99/", "/security/owasp/2021/A05/",
        "/security/owasp/1999/A05/", "/security/owasp/2025/A5/", "/security/owasp/2025/",
        "/feeds/cwe-90.atom", "/feeds/owasp-2025.atom", "/feeds/owasp-2025-a99.atom", "/feeds/cwe-.atom",
    ],
)  # fmt: skip
def test_an_unknown_code_is_404(client: Client, url: str):
    make_weak()
    assert client.get(url).status_code == 404


def test_a_code_in_small_letters_leads_to_the_page(client: Client):
    make_weakness("A05:2025")
    response = client.get("/security/owasp/2025/a05/")
    assert (response.status_code, response["Location"]) == (301, "/security/owasp/2025/A05/")


@both_pages
def test_a_weakness_without_public_entries_invites_and_is_not_for_search_engines(client: Client, url: str):
    archive(make_weak())
    response = client.get(url)
    assert (response.status_code, response.context["groups"]) == (200, [])
    assert "noindex" in response.content.decode()


def test_a_category_names_the_others_of_its_edition_that_hold_something(client: Client):
    make_question(weaknesses=["A01:2025", "A05:2021"])
    make_weak()
    make_weakness("A02:2025")
    links = client.get("/security/owasp/2025/A05/").context["links"]
    assert links == [{"label": "A01:2025 Weakness A01:2025", "url": "/security/owasp/2025/A01/", "count": 1}]


def test_a_weakness_of_the_cwe_list_names_the_categories_of_its_entries(client: Client):
    make_weak()
    make_question(weaknesses=["A01:2025"])
    links = client.get("/security/cwe/89/").context["links"]
    assert [link["url"] for link in links] == ["/security/owasp/2025/A05/"]


def test_an_entry_leads_to_the_pages_of_its_weaknesses(client: Client):
    text = client.get(make_weak().get_absolute_url()).content.decode()
    assert all(f'href="{url}"' in text for url in PAGES)


def test_weaknesses_with_public_entries_stand_in_the_sitemap(client: Client):
    make_weak()
    archive(make_question(weaknesses=["CWE-79"]))
    text = client.get("/sitemaps/site-0.xml").content.decode()
    assert all(f"{url}</loc>" in text for url in PAGES)
    assert "/security/cwe/79/" not in text


@pytest.mark.parametrize("label", ["CWE-89", "cwe-89", "A05:2025"])
def test_every_list_can_be_narrowed_to_a_weakness(client: Client, label: str):
    wanted = make_weak()
    make_question()
    page = client.get("/questions/", {"weakness": label})
    assert [entry.pk for entry in page.context["entries"]] == [wanted.pk]
    answer = client.get("/api/v1/questions/", {"weakness": label}).json()
    assert [one["public_id"] for one in answer["results"]] == [wanted.public_id]


@pytest.mark.parametrize("label", ["CWE-90", "89", "A05", "A05:2021", "x" * 600, "'", "☃", "CWE-89\x00"])
def test_an_unknown_weakness_is_a_bad_filter(client: Client, label: str):
    make_weak()
    for url in ("/questions/", "/api/v1/questions/"):
        assert client.get(url, {"weakness": label}).status_code == 400


@both_pages
def test_a_warm_page_asks_as_many_questions_for_one_entry_as_for_twenty(
    client: Client, django_assert_max_num_queries: Any, url: str
):
    for number in range(20):
        make_weak()
        if number in {0, 19}:
            client.get(url)
            with django_assert_max_num_queries(4):
                client.get(url)
