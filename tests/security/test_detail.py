"""The page of a security topic, shaped for what it says."""

import json
from typing import Any

import pytest
from django.test import Client

from hub.core.models import Entry, SiteText
from hub.core.texts import TEXTS
from tests.factories import archive, make_editor, revise
from tests.security.factories import make_security_topic

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

FENCE = "```"
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def code(language: str, text: str) -> str:
    return f"### {language}\n\n{FENCE}{language.lower()}\n{text}\n{FENCE}"


def page(client: Client, entry: Entry) -> str:
    response = client.get(entry.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_every_filled_section_is_shown_in_reading_order(client: Client):
    entry = make_security_topic(
        preconditions="A form.", impact="Loss.", attack="Type it.", detection="Read logs.",
        vulnerable_code=code("Python", "bad()"), fixed_code=code("Python", "good()"), takeaways=["Bind"],
        further="### More\n\nText.",
    )  # fmt: skip
    text = page(client, entry)
    headings = [
        "Overview", "Preconditions", "Impact", "Attack", "Vulnerable and fixed code", "Detection", "Defence",
        "Key takeaways", "Further sections",
    ]  # fmt: skip
    order = [text.index(f">{heading}</a></h2>") for heading in headings]
    assert order == sorted(order)


def test_vulnerable_and_fixed_code_stand_side_by_side_by_language(client: Client):
    entry = make_security_topic(
        vulnerable_code=f"{code('SQL', 'SELECT 1')}\n\n{code('Python', 'bad()')}",
        fixed_code=f"{code('Python', 'good()')}\n\n{code('SQL', 'SELECT 2')}\n\n{code('Go', 'x')}",
    )
    pairs = client.get(entry.get_absolute_url()).context["sections"][1]
    assert pairs.key == "code_pairs"
    python, sql, go = pairs.html.split("<h3>")[1:]
    assert python.index("bad") < python.index("good")
    assert "SELECT" in sql
    assert "Vulnerable" not in go


def test_the_heading_of_code_is_escaped(client: Client):
    entry = make_security_topic(fixed_code=f"### <script>\n\n{FENCE}text\n<script>\n{FENCE}")
    assert "<h3>&lt;script&gt;</h3>" in page(client, entry)


def test_a_vector_is_shown_as_score_word_and_metrics_in_words(client: Client):
    text = page(client, make_security_topic(cvss=VECTOR))
    for words in ("<b>9.8</b>", "Critical", VECTOR, "Attack Vector", "Network", "CVSS 3.1"):
        assert words in text
    assert "Severity" not in page(client, make_security_topic())


def test_a_topic_that_shows_an_attack_says_what_the_law_allows_before_anything_else(client: Client):
    text = page(client, make_security_topic(is_offensive=True, attack="Type it."))
    shipped = TEXTS["security.legal_scope"].words.split(".")[0]
    assert text.index("agreed in writing") < text.index(shipped) < text.index(">Overview</a>")


def test_a_topic_may_say_it_in_its_own_words(client: Client):
    text = page(client, make_security_topic(is_offensive=True, legal_scope="Only your own cluster."))
    assert "Only your own cluster." in text
    assert TEXTS["security.legal_scope"].words.split(".")[0] not in text


def test_no_editor_can_empty_the_box(client: Client):
    SiteText.objects.create(key="security.legal_scope", text="", html="")
    assert "agreed in writing" in page(client, make_security_topic(is_offensive=True))


def test_other_topics_have_no_such_box(client: Client):
    assert "Legal scope" not in page(client, make_security_topic(attack="Words for defenders."))


def test_weaknesses_lead_to_their_pages(client: Client):
    text = page(client, make_security_topic(weaknesses=["CWE-89", "A05:2025"]))
    assert 'href="/security/cwe/89/"' in text
    assert 'href="/security/owasp/2025/A05/"' in text


def test_a_changed_slug_redirects_on_every_page_of_the_topic(client: Client):
    entry = make_security_topic(slug="before")
    revise(entry, slug="after")
    for suffix in ("/", "/history/", ".md", ".json"):
        response = client.get(f"/security/before{suffix}")
        assert (response.status_code, response["Location"]) == (301, f"/security/after{suffix}")


def test_an_archived_topic_is_gone(client: Client):
    entry = archive(make_security_topic())
    for suffix in ("/", "/history/", ".md", ".json"):
        assert client.get(entry.get_absolute_url().rstrip("/") + suffix).status_code == 410


def test_an_unknown_topic_is_404(client: Client):
    for address in ("nothing/", "owasp/", "cwe/", "nothing.md", "nothing/history/"):
        assert client.get(f"/security/{address}").status_code == 404


def test_the_json_twin_is_what_the_api_says_with_the_computed_score(client: Client):
    entry = make_security_topic(cvss=VECTOR, is_offensive=True, weaknesses=["CWE-89"])
    twin = json.loads(client.get(f"{entry.get_absolute_url()[:-1]}.json").content)
    assert twin == client.get(f"/api/v1/security/{entry.public_id}/").json()
    assert (twin["cvss_score"], twin["cvss_severity"], twin["cvss_vector"]) == (9.8, "Critical", VECTOR)
    assert (twin["is_offensive"], twin["weaknesses"], twin["topic_kind"]) == (
        True,
        ["CWE-89"],
        "vulnerability",
    )


def test_a_topic_without_vector_has_no_score(client: Client):
    answer = client.get(f"/api/v1/security/{make_security_topic().public_id}/").json()
    assert (answer["cvss_score"], answer["cvss_severity"], answer["cvss_vector"]) == (None, "", "")


def test_a_warm_page_asks_two_questions(client: Client, django_assert_num_queries: Any):
    for number in range(10):
        entry = make_security_topic(weaknesses=["CWE-89"], tags=["shared"], cvss=VECTOR)
        if number in {0, 9}:
            client.get(entry.get_absolute_url())
            with django_assert_num_queries(2):
                client.get(entry.get_absolute_url())


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_is_only_read(client: Client, method: str):
    entry = make_security_topic()
    for url in (entry.get_absolute_url(), "/security/cwe/89/", "/security/owasp/2025/A05/"):
        assert getattr(client, method)(url).status_code == 405


def test_an_editor_finds_it_in_admin_and_edits_by_a_suggested_edit(client: Client):
    client.force_login(make_editor())
    entry = make_security_topic(title="What is wanted?")
    found = client.get("/admin/security/securitytopic/", {"q": "wanted", "topic_kind": "vulnerability"})
    assert entry.title in found.content.decode()
    text = client.get(f"/admin/security/securitytopic/{entry.pk}/change/").content.decode()
    assert f"/admin/contributions/submission/add/?entry={entry.public_id}" in text
    form = client.get(f"/admin/contributions/submission/add/?entry={entry.public_id}", follow=True)
    assert "Vulnerable code" in form.content.decode()
