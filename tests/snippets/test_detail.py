"""The page of a snippet and what stands beside it."""

import html
import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core import catalogue, contentfiles
from hub.core.models import Entry
from hub.core.payload import validated
from hub.core.publishing import current_payload
from tests.factories import archive, make_technology, revise
from tests.snippets.factories import code_file, make_snippet

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def path(entry: Entry) -> str:
    return entry.get_absolute_url()


def test_the_address_begins_with_the_language(client: Client):
    make_technology("git", kind="tool")
    entry = make_snippet(language="bash", technology="git", slug="a-hook")
    assert path(entry) == "/snippets/bash/a-hook/"
    assert client.get(path(entry)).status_code == 200
    assert client.get("/snippets/git/a-hook/").status_code == 404
    assert client.get(f"/id/{entry.public_id.lower()}")["Location"] == path(entry)


def test_the_code_stands_first_and_what_to_fill_in_before_how_it_works(client: Client):
    entry = make_snippet(
        code=[code_file(code="TOKEN = 1\n")], explanation="So.", variables="- `TOKEN`: the secret",
        security_note="Keep it.", test_code="```python\nassert 1\n```", further="### More\n\nText.",
    )  # fmt: skip
    text = client.get(path(entry)).content.decode()
    headings = ["Code", "Variables", "Explanation", "Security note", "Test code", "Further sections"]
    order = [text.index(f">{heading}</a></h2>") for heading in headings]
    assert order == sorted(order)
    assert "<code>TOKEN</code>" in text


def test_the_copy_button_gives_the_exact_bytes_of_the_raw_file(client: Client):
    code = "if a < b and 'x' != \"y\":  # &amp;\n\tprint('```')\n\n"
    entry = make_snippet(code=[code_file(code=code)])
    text = client.get(path(entry)).content.decode()
    (shown,) = re.findall(r'<pre tabindex="0"><code>(.*?)</code></pre>', text, re.DOTALL)
    assert html.unescape(re.sub(r"</?span[^>]*>", "", shown)) == code
    assert client.get(f"/s/{entry.public_id}.py").content.decode() == code


def test_chips_complexity_and_tests_are_named(client: Client):
    entry = make_snippet(
        works_with=["PostgreSQL"], requires=["psycopg >=3.1, <4"], complexity="O(n log n) time",
        verified_at="2026-11-20", verified_with=["Python 3.11.7"],
    )  # fmt: skip
    text = client.get(path(entry)).content.decode()
    for part in (
        "Works with",
        "PostgreSQL",
        "Requires",
        "psycopg &gt;=3.1, &lt;4",
        "O(n log n) time",
        "Python 3.11.7",
    ):
        assert part in text
    assert "not executed yet" in client.get(path(make_snippet())).content.decode()


def test_badges_lead_to_language_kind_technology_and_level(client: Client):
    make_technology("git", kind="tool")
    entry = make_snippet(language="bash", technology="git", snippet_kind="hook")
    text = client.get(path(entry)).content.decode()
    for url in ("/snippets/bash/", "/snippets/?snippet_kind=hook", "/tech/git/", "/snippets/?level=mid"):
        assert f'href="{url}"' in text


def test_breadcrumbs_and_structured_data_name_the_language(client: Client):
    entry = make_snippet(language="rust", verified_at="2026-11-20", verified_with=["rustc 1.95.0"])
    response = client.get(path(entry))
    assert response.context["breadcrumbs"][2] == {"label": "Rust", "url": "/snippets/rust/"}
    (data,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    article = json.loads(data)["@graph"][0]
    assert article["@type"] == "SoftwareSourceCode"
    assert (article["programmingLanguage"], article["runtimePlatform"]) == ("Rust", "rustc 1.95.0")


def test_another_language_redirects_from_the_former_address_on_every_page(client: Client):
    make_technology("git", kind="tool")
    entry = make_snippet(language="bash", technology="git", slug="a-hook")
    old = path(entry)
    make_technology("perl")
    new = path(revise(entry, language="perl"))
    assert new == "/snippets/perl/a-hook/"
    for suffix in ("/", "/history/", ".md", ".json"):
        response = client.get(old.rstrip("/") + suffix)
        assert (response.status_code, response["Location"]) == (301, new.rstrip("/") + suffix)


def test_an_archived_snippet_is_gone_and_names_its_successor(client: Client):
    successor = make_snippet(title="What takes its place", language="rust")
    entry = archive(make_snippet(), successor=successor)
    for suffix in ("/", "/history/", ".md", ".json"):
        response = client.get(path(entry).rstrip("/") + suffix)
        assert response.status_code == 410
        assert path(successor) in response.content.decode()


def test_the_markdown_twin_can_be_loaded_again(client: Client, tmp_path: Any):
    entry = make_snippet(
        code=[code_file(code="TOKEN = '```'\n\n"), code_file(name="b.py")], requires=["a >=1, <2"],
        variables="- `TOKEN`: the secret", test_code="```python\nassert 1\n```",
    )  # fmt: skip
    file = tmp_path / "twin.md"
    file.write_bytes(client.get(path(entry).rstrip("/") + ".md").content)
    document = contentfiles.read(catalogue.get("snippet"), file, "twin.md")
    assert validated("snippet", document.raw).data == current_payload(entry).data


def test_the_json_twin_is_what_the_api_says(client: Client):
    entry = make_snippet()
    twin = json.loads(client.get(path(entry).rstrip("/") + ".json").content)
    assert twin == json.loads(client.get(f"/api/v1/snippets/{entry.public_id}/").content)


def test_a_warm_page_asks_two_questions_and_a_cold_one_at_most_fourteen(
    client: Client, django_assert_num_queries: Any
):
    first = make_snippet(tags=["shared"])
    for language in ("rust", "bash", "sql", "perl"):
        make_snippet(
            language=language, tags=["shared"], relations=[{"type": "twin", "entry": first.public_id}]
        )
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(path(first))
    assert len(captured) <= 12
    with django_assert_num_queries(2):
        client.get(path(first))


def test_an_unchanged_page_is_not_sent_again(client: Client):
    entry = make_snippet()
    etag = client.get(path(entry)).headers["ETag"]
    assert client.get(path(entry), headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_is_only_read(client: Client, method: str):
    assert getattr(client, method)(path(make_snippet())).status_code == 405
