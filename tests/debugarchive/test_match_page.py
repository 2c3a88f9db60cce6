"""Paste an error: the box, the answer, and where a text goes that matched nothing."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Browser

from contributions.submitting import Proposal, submit
from debugarchive.models import MatchStatistic
from hub.core import catalogue
from hub.core.models import Counter
from tests.debugarchive.factories import error_payload, make_error
from tests.factories import archive, make_question, revise
from tests.search.strange import STRANGE
from tests.test_visibility import STATES, submit_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

URL = "/errors/match/"
NEW = "TypeError: Cannot read properties of undefined (reading 'name')"
OLD = "TypeError: Cannot read property 'name' of undefined"


@pytest.fixture
def undefined() -> None:
    make_error(
        title="Cannot read properties of undefined",
        messages=[{"engine": "V8", "text": NEW}, {"engine": "V8 until 2021", "text": OLD}],
    )


def levels(client: Client, text: str) -> list[tuple[str, str]]:
    response = client.post(URL, {"text": text})
    assert response.status_code == 200
    return [(match.entry.public_id, match.level) for match in response.context["answer"].matches]


@pytest.mark.usefixtures("undefined")
@pytest.mark.parametrize(
    ("text", "level"),
    [
        (NEW, "exact"),
        ("TypeError: Cannot read properties of undefined (reading 'map')", "exact"),
        (OLD.replace("name", "length"), "exact"),
        (f"web-1  | 2026-11-30T08:00:00Z Uncaught {NEW}\nweb-1  | 2026-11-30T08:00:00Z     at a (/srv/a.js:1:2)", "exact"),
        ("Cannot read properties of undefined (reading 'map')", "same_error"),
        ("TypeError: cannot read the properties of undefined, reading 'map'", "same_family"),
    ],
)  # fmt: skip
def test_the_entry_about_it_is_found(client: Client, text: str, level: str):
    assert levels(client, text) == [("PY-001", level)]


@pytest.mark.usefixtures("undefined")
@pytest.mark.parametrize(
    "text",
    [
        "TypeError: Cannot read properties of null (reading 'map')",
        "The properties of the undefined are many; a TypeError is one of them.",
        "RangeError: Maximum call stack size exceeded",
        "1234567890",
    ],
)
def test_what_it_is_not_about_is_no_sure_answer(client: Client, text: str):
    assert all(level in {"same_family", "possibly_related"} for _, level in levels(client, text))


def test_a_name_that_the_title_speaks_of_belongs_to_the_error(client: Client):
    make_error(
        title="No module named distutils",
        messages=[{"engine": "Python", "text": "ModuleNotFoundError: No module named 'distutils'"}],
    )
    make_error(
        title="No module named",
        messages=[{"engine": "Python", "text": "ModuleNotFoundError: No module named 'shop'"}],
    )
    assert levels(client, "ModuleNotFoundError: No module named 'distutils'")[0] == ("PY-001", "exact")
    assert levels(client, "ModuleNotFoundError: No module named 'requests'")[0] == ("PY-002", "exact")
    archive_first = levels(client, "ImportError: No module named requests")
    assert {level for _, level in archive_first} <= {"same_error", "same_family", "possibly_related"}


def test_two_entries_with_one_message_are_no_exact_answer(client: Client):
    for _ in range(2):
        make_error(messages=[{"engine": "V8", "text": NEW}])
    assert levels(client, NEW) == [("PY-001", "same_error"), ("PY-002", "same_error")]


def test_the_last_exception_of_a_chain_comes_first(client: Client):
    make_error(messages=[{"engine": "Python", "text": "KeyError: 'x'"}])
    make_error(messages=[{"engine": "Python", "text": "RuntimeError: the second one fails badly"}])
    text = (
        'Traceback (most recent call last):\n  File "a.py", line 2, in f\n    g()\nKeyError: 1\n\n'
        "During handling of the above exception, another exception occurred:\n\n"
        'Traceback (most recent call last):\n  File "a.py", line 4, in f\n    h()\n'
        "RuntimeError: the second one fails badly"
    )
    assert levels(client, text) == [("PY-002", "exact"), ("PY-001", "same_error")]


def test_words_alone_are_possibly_related(client: Client):
    make_error(messages=[{"engine": "Python", "text": "ShopError: peculiar granite overflow in the quarry"}])
    found = levels(client, "SomethingError: quarry with peculiar granite had an overflow today")
    assert {level for _, level in found} <= {"possibly_related"}


@pytest.mark.usefixtures("undefined")
def test_nothing_of_the_text_is_kept_or_stored(client: Client):
    response = client.post(URL, {"text": f"{NEW}\nat /home/ada/a.js for ada@example.org"})
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert MatchStatistic.objects.count() == 1
    row = MatchStatistic.objects.get()
    assert (row.level, row.networks) == ("exact", 1)
    assert "ada" not in "".join(map(str, MatchStatistic.objects.values_list())).lower()
    assert not Counter.objects.filter(key__contains="127.0.0").exists()
    text = response.content.decode()
    assert "/home/ada" not in text
    assert "ada@example.org" not in text
    assert "&lt;path&gt;" in text


@pytest.mark.usefixtures("undefined")
def test_a_number_of_queries_that_does_not_grow(client: Client, django_assert_max_num_queries):
    for _ in range(20):
        make_error()
    trace = "\n".join(f"ValueError: the number {word} is wrong in {word * 3}" for word in "abcdefghijklmnop")
    for text in (NEW, trace, f"{trace}\n{NEW}"):
        with django_assert_max_num_queries(24):
            client.post(URL, {"text": text})


def test_only_what_is_public_is_matched_by_page_and_api(client: Client):
    """The matrix of tests/test_visibility.py for the two surfaces that take a text instead of an entry."""

    def found() -> list[str]:
        text = client.post("/api/v1/errors/match/", NEW, content_type="text/plain").json()
        ids = [match["public_id"] for match in text["matches"]]
        assert [public_id for public_id, _ in levels(client, NEW)] == ids
        assert [
            match.entry.public_id for match in client.get(URL, {"text": NEW}).context["answer"].matches
        ] == ids
        return ids

    entry = make_error(title="About granite", messages=[{"engine": "V8", "text": "OddError: granite"}])
    messages = [{"engine": "V8", "text": NEW}]
    submit(Proposal(error_payload(messages=messages), "ann@example.net"))
    for state in STATES:
        submit_in(state, target=entry, title=f"About granite, {state}", messages=messages)
    assert found() == []
    entry = revise(entry, messages=messages)
    assert found() == [entry.public_id]
    entry = archive(entry)
    assert found() == []
    assert (
        found()
        == []
        == [one.entry.public_id for one in catalogue.get("error").similar({"messages": messages})]
    )
    assert found() == [] != [revise(entry).public_id] == found()


def test_no_match_leads_to_a_contribution_with_the_message_in_it(client: Client):
    make_question()
    response = client.post(URL, {"text": "FrobError: the frob at /home/ada/x.py did not turn"})
    assert response.context["answer"].level == "none"
    form = re.search(
        r'<form method="post" action="/contribute/errors/">(.*?)</form>', response.content.decode(), re.DOTALL
    )
    assert form
    values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    assert "/home/ada" not in values["message"]
    begun = client.post(
        "/contribute/errors/",
        {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in values.items()},
    )
    assert begun.status_code == 200
    assert begun.context["form"]["title"].value() == "FrobError: the frob at <path> did not turn"
    assert begun.context["form"]["exception_type"].value() == "FrobError"
    text = begun.content.decode()
    assert "FrobError: the frob at &lt;path&gt; did not turn" in text
    assert "This field is required" not in text


@pytest.mark.usefixtures("undefined")
def test_a_search_for_an_error_message_leads_to_the_match(client: Client):
    response = client.get("/search/", {"q": NEW})
    assert response.status_code == 302
    answer = client.get(response["Location"])
    assert answer.context["answer"].matches[0].level == "exact"
    assert "no-store" in answer["Cache-Control"]
    assert MatchStatistic.objects.count() == 0
    assert client.get("/search/", {"q": NEW, "as": "words"}).status_code == 200
    assert client.get("/search/", {"q": "undefined properties"}).status_code == 200


def test_an_empty_text_a_huge_one_and_too_many_are_refused_politely(client: Client):
    assert client.post(URL, {"text": " \n"}).status_code == 422
    assert client.post(URL, {}).status_code == 422
    response = client.post(URL, {"text": "x" * 2_000_000})
    assert response.status_code == 413
    assert "first and the last hundred lines" in response.content.decode()
    assert client.put(URL).status_code == 405


def test_too_many_texts_from_one_network_wait(client: Client, monkeypatch):
    monkeypatch.setattr(
        "debugarchive.match_views.MATCHES", type("L", (), {"hit": lambda *_: False, "retry_after": 7})()
    )
    response = client.post(URL, {"text": NEW})
    assert (response.status_code, response["Retry-After"]) == (429, "7")


def test_a_form_on_another_site_is_refused(client: Client):
    assert client.post(URL, {"text": NEW}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_strange_texts_are_answered(client: Client):
    for number, text in enumerate(STRANGE):
        sent = text.encode("utf-8", "replace").decode()
        values = {"text": f"{sent}ValueError: {sent} {sent}"}
        assert client.post(URL, values, REMOTE_ADDR=f"10.0.{number}.7").status_code == 200, text
        assert client.get(URL, {"text": sent}).status_code == 200, text


def test_the_doors_stand_on_the_home_page_and_above_the_list(client: Client):
    make_error()
    for url in ("/", "/errors/"):
        assert f'action="{URL}"' in client.get(url).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_several_lines_pasted_into_the_search_box_are_read_there(live_server, browser: Browser):
    page = browser.new_page()
    page.goto(f"{live_server.url}/contact/")
    page.locator("[data-shortcut]").evaluate(
        """(box, text) => {
          const data = new DataTransfer();
          data.setData("text", text);
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, cancelable: true }));
        }""",
        f"{NEW}\n    at main (/home/ada/a.js:1:2)",
    )
    page.wait_for_url(f"**{URL}")
    page.get_by_text("Taken out before sending: 1 path.").wait_for()
    assert page.locator("#text").input_value().startswith(NEW)
    page.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_shows_and_sends_the_redacted_text(live_server, browser: Browser):
    make_error(messages=[{"engine": "V8", "text": NEW}])
    page = browser.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto(f"{live_server.url}{URL}")
    page.locator("#text").click()
    page.locator("#text").fill(f"{NEW}\n    at main (/home/ada/shop/a.js:1:2)")
    page.get_by_text("Taken out before sending: 1 path.").wait_for()
    assert "/home/ada" not in (page.locator("[data-paste-preview]").text_content() or "")
    page.get_by_role("button", name="Find the fix").click()
    page.get_by_role("heading", name="This is it.").wait_for()
    assert "ada" not in "".join(sent)
    assert "%3Cpath%3E" in "".join(sent)
    page.close()
