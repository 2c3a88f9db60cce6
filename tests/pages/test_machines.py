"""Doors for programs: sitemaps, robots.txt, OpenSearch, llms.txt."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.factories import archive, make_question
from tests.learningpaths.factories import make_path, module
from tests.toykind.factories import make_toy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NAMESPACE = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(client: Client, url: str) -> dict[str, str]:
    """Path → last change, of a sitemap or of the index."""
    root = ElementTree.fromstring(client.get(url).content)
    return {
        str(item.findtext("map:loc", "", NAMESPACE)).removeprefix("http://localhost:8000"): str(
            item.findtext("map:lastmod", "", NAMESPACE)
        )
        for item in root
    }


def test_the_index_leads_to_every_public_page_and_each_answers(client: Client):
    make_question(tags=["puzzle"])
    make_toy()
    gone = archive(make_question())
    maps = addresses(client, "/sitemap.xml")
    pages = {path for one in maps for path in addresses(client, one)}
    assert {"/", "/questions/", "/toys/", "/tech/python/", "/topics/testing/", "/tags/puzzle/"} <= pages
    assert gone.get_absolute_url() not in pages
    for path in pages:
        assert client.get(path).status_code == 200, path


def test_the_last_change_is_the_true_one(client: Client):
    at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    entry = make_question(at=at)
    (path,) = [path for path in addresses(client, "/sitemap.xml") if "questions" in path]
    assert addresses(client, "/sitemap.xml")[path] == at.isoformat()
    assert addresses(client, path) == {entry.get_absolute_url(): at.isoformat()}
    assert addresses(client, "/sitemaps/site-0.xml")["/tags/practice/"] == at.isoformat()


def test_a_large_kind_has_several_sitemaps(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hub.pages.views.machines.SITEMAP_IDS", 2)
    entries = [make_question() for _ in range(5)]
    maps = [path for path in addresses(client, "/sitemap.xml") if "questions" in path]
    assert len(maps) >= 3
    found = [path for one in maps for path in addresses(client, one)]
    assert sorted(found) == sorted(entry.get_absolute_url() for entry in entries)


@pytest.mark.parametrize("name", ["nothing-0", "questions-99", "site-1", "questions-x", "questions"])
def test_an_unknown_sitemap_is_404(client: Client, name: str):
    make_question()
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


def test_modules_of_a_path_stand_beside_it_and_go_with_it(client: Client):
    entry = make_path(modules=[module("Joins"), module("Plans")])
    (path,) = [path for path in addresses(client, "/sitemap.xml") if "/paths-" in path]
    url = entry.get_absolute_url()
    found = addresses(client, path)
    assert set(found) == {url, f"{url}joins/", f"{url}plans/"}
    assert len(set(found.values())) == 1
    for one in found:
        assert client.get(one).status_code == 200
    archive(entry)
    assert client.get(path).status_code == 404


def test_robots_are_shown_the_sitemap_and_kept_from_tokens(client: Client):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text
    for path in ("/admin/", "/c/"):
        assert f"Disallow: {path}" in text


def test_a_browser_can_add_the_search(client: Client):
    response = client.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(response.content)
    templates = [url.attrib["template"] for url in root if url.tag.endswith("Url")]
    for template in templates:
        path = template.removeprefix("http://localhost:8000").replace("{searchTerms}", "word")
        assert client.get(path).status_code == 200
    assert len(templates) == 2


def test_llms_txt_says_what_is_here_and_where(client: Client):
    make_question()
    text = client.get("/llms.txt").content.decode()
    assert text.startswith("# Knowledge Hub\n")
    assert "1 questions" in text
    assert "http://localhost:8000/sitemap.xml" in text
