"""A snippet as plain text, for curl and editors."""

from typing import Any

import pytest
from django.test import Client

from hub.core.models import Entry
from tests.factories import archive, revise
from tests.snippets.factories import code_file, make_snippet

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def two_files() -> Entry:
    return make_snippet(
        code=[code_file("ring.h", "int a;\n", "c"), code_file("src/ring.c", "int b;\n", "c")], language="c"
    )


def test_it_is_text_and_nothing_else(client: Client):
    code = "page = \"<script>alert('é')</script>\"\n"
    entry = make_snippet(code=[code_file(code=code)])
    response = client.get(f"/s/{entry.public_id}.py")
    assert response.content == code.encode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == 'inline; filename="main.py"'
    assert response["X-Robots-Tag"] == "noindex"
    assert entry.get_absolute_url() in response["Link"]
    assert not response.cookies


def test_its_etag_is_that_of_its_bytes(client: Client):
    entry = make_snippet()
    url = f"/s/{entry.public_id}.py"
    etag = client.get(url)["ETag"]
    make_snippet()
    entry = revise(entry, summary="Another summary.")
    assert client.get(url)["ETag"] == etag
    response = client.get(url, headers={"if-none-match": f'"other", {etag}'})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    revise(entry, code=[code_file(code="print('new')\n")])
    response = client.get(url, headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (200, b"print('new')\n")


def test_a_further_file_is_asked_for_by_name(client: Client):
    entry = two_files()
    assert client.get(f"/s/{entry.public_id}.h").content == b"int a;\n"
    files = client.get(entry.get_absolute_url()).context["files"]
    assert files == [
        {"name": "ring.h", "url": f"/s/{entry.public_id}.h"},
        {"name": "src/ring.c", "url": f"/s/{entry.public_id}.c?file=src%2Fring.c"},
    ]
    response = client.get(files[1]["url"])
    assert response.content == b"int b;\n"
    assert response["Content-Disposition"] == 'inline; filename="ring.c"'


@pytest.mark.parametrize("name", ["", "ring.c", "../ring.h", "%00", "é", "a" * 5000])
def test_a_file_that_is_not_there_is_404(client: Client, name: str):
    assert client.get(f"/s/{two_files().public_id}.h?file={name}").status_code == 404


@pytest.mark.parametrize("name", ["Makefile", ".gitignore", "a.tar.g_z"])
def test_a_name_without_an_extension_is_txt(client: Client, name: str):
    entry = make_snippet(code=[code_file(name)])
    assert client.get(entry.get_absolute_url()).context["files"][0]["url"] == f"/s/{entry.public_id}.txt"
    assert client.get(f"/s/{entry.public_id}.txt").status_code == 200


def test_small_letters_and_another_extension_lead_to_the_file(client: Client):
    entry = make_snippet()
    for url in (f"/s/{entry.public_id.lower()}.py", f"/s/{entry.public_id}.txt"):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (302, f"/s/{entry.public_id}.py")


@pytest.mark.parametrize("url", ["/s/PY-SNP-999.py", "/s/nothing.py", "/s/.py", "/s/PY-SNP-001", "/s/"])
def test_an_unknown_id_is_404(client: Client, url: str):
    make_snippet(public_id="PY-SNP-001")
    assert client.get(url).status_code == 404


def test_an_archived_snippet_is_gone(client: Client):
    entry = archive(make_snippet())
    assert client.get(f"/s/{entry.public_id}.py").status_code == 410


def test_head_tells_the_length(client: Client):
    entry = make_snippet(code=[code_file(code="print(1)\n")])
    response = client.head(f"/s/{entry.public_id}.py")
    assert (response.status_code, response["Content-Length"], response.content) == (200, "9", b"")


def test_it_costs_one_query(client: Client, django_assert_num_queries: Any):
    entry = make_snippet()
    with django_assert_num_queries(1):
        client.get(f"/s/{entry.public_id}.py")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_read(client: Client, method: str):
    assert getattr(client, method)(f"/s/{make_snippet().public_id}.py").status_code == 405
