"""The page of a question and what stands beside it."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from hub.core import catalogue, contentfiles
from hub.core.models import Credit, Entry
from hub.core.payload import validated
from hub.core.publishing import Thanks, current_payload
from tests.factories import archive, make_question, make_technology, revise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def path(entry: Entry) -> str:
    return entry.get_absolute_url()


def test_every_filled_section_is_shown_in_reading_order(client: Client):
    entry = make_question(
        short_answer="Use a token.",
        deep_dive="### Why\n\nBecause.",
        common_mistakes=["Forgetting it"],
        follow_ups=["And then?"],
        answers="### Junior\n\nA little.\n\n### Senior\n\nAdds: depth\n\nA lot.",
        takeaways=["Remember"],
        exercise="### Scenario\n\nA form.\n\n### Tasks\n\n- Mend it",
        further="### More\n\nText.",
    )
    text = client.get(path(entry)).content.decode()
    headings = [
        "Deep dive",
        "Common mistakes",
        "Follow-up questions",
        "Answers by level",
        "Key takeaways",
        "Exercise",
    ]
    order = [text.index(f">{heading}</a></h2>") for heading in headings]
    assert order == sorted(order)
    assert text.index("Use a token.") < order[0]


def test_the_page_names_id_difficulty_and_tags_in_words(client: Client):
    entry = make_question(difficulty=6, tags=["csrf"])
    text = client.get(path(entry)).content.decode()
    assert entry.public_id in text
    assert "Difficulty 6 of 10" in text
    assert 'href="/tags/csrf/"' in text


def test_roles_sets_weaknesses_and_credits_are_named(client: Client):
    entry = make_question(
        roles=["tester"], thanks=Thanks(Credit.Role.AUTHOR, "Ada Example", "https://example.com/ada")
    )
    context = client.get(path(entry)).context
    assert context["roles"] == [{"label": "Tester", "url": "/questions/?role=tester"}]
    assert context["credits"] == [{"name": "Ada Example", "url": "https://example.com/ada"}]


def test_a_follow_up_links_to_the_question_that_answers_it(client: Client):
    answer = make_question(public_id="PY-MID-901")
    entry = make_question(follow_ups=["What next? [PY-MID-901]"])
    response = client.get(path(entry))
    assert 'href="/id/PY-MID-901"' in response.content.decode()
    first = response.context["related"][0]
    assert (first.entry.public_id, first.reason) == (answer.public_id, "follow-up question")
    assert client.get("/id/PY-MID-901")["Location"] == path(answer)


def test_related_entries_are_relations_then_shared_tags_then_the_same_subject(client: Client):
    relative = make_question(public_id="PY-MID-901", technology="sql", topic="security")
    tagged = make_question(technology="sql", topic="security", tags=["practice", "shared"])
    same = make_question(tags=["other"])
    make_question(technology="sql", topic="security", tags=["other"])
    gone = archive(make_question(tags=["practice", "shared"]))
    entry = make_question(follow_ups=["What next? [PY-MID-901]"], tags=["practice", "shared"])
    found = [one.entry.public_id for one in client.get(path(entry)).context["related"]]
    assert found[0] == relative.public_id
    assert found.index(tagged.public_id) < found.index(same.public_id)
    assert gone.public_id not in found
    assert entry.public_id not in found


def test_a_changed_slug_redirects_on_every_page_of_the_entry(client: Client):
    entry = make_question(slug="before")
    old = path(entry)
    new = path(revise(entry, slug="after"))
    for suffix in ("/", "/history/", ".md", ".json"):
        response = client.get(old.rstrip("/") + suffix)
        assert (response.status_code, response["Location"]) == (301, new.rstrip("/") + suffix)


def test_a_changed_technology_redirects(client: Client):
    make_technology("flask")
    entry = make_question()
    old = path(entry)
    assert client.get(old).status_code == 200
    new = path(revise(entry, technology="flask"))
    assert client.get(old)["Location"] == new


def test_a_wrong_technology_in_the_path_is_404(client: Client):
    make_technology("flask")
    entry = make_question()
    assert client.get(path(entry).replace("/python/", "/flask/")).status_code == 404


def test_an_archived_question_is_gone_and_names_its_successor(client: Client):
    successor = make_question(title="What takes its place?")
    entry = archive(make_question(title="What was true once?"), successor=successor)
    for suffix in ("/", "/history/", ".md", ".json"):
        response = client.get(path(entry).rstrip("/") + suffix)
        assert response.status_code == 410
        assert path(successor) in response.content.decode()


def test_an_archived_successor_is_not_named(client: Client):
    successor = make_question(title="What took its place?")
    entry = archive(make_question(), successor=successor)
    archive(successor)
    assert successor.title not in client.get(path(entry)).content.decode()


def test_an_unknown_question_is_404_on_every_page(client: Client):
    make_question()
    for suffix in ("/", "/history/", ".md", ".json"):
        assert client.get(f"/questions/python/nothing{suffix}").status_code == 404


def test_the_markdown_twin_can_be_loaded_again(client: Client, tmp_path: Any):
    entry = make_question(common_mistakes=["One", "Two"], answers="### Mid-Level\n\nText.")
    response = client.get(path(entry).rstrip("/") + ".md")
    assert response["Content-Type"].startswith("text/markdown")
    file = tmp_path / "twin.md"
    file.write_bytes(response.content)
    document = contentfiles.read(catalogue.get("question"), file, "twin.md")
    assert document.public_id == entry.public_id
    assert validated("question", document.raw).data == current_payload(entry).data


def test_the_json_twin_is_what_the_api_says(client: Client):
    entry = make_question()
    twin = json.loads(client.get(path(entry).rstrip("/") + ".json").content)
    assert twin == json.loads(client.get(f"/api/v1/questions/{entry.public_id}/").content)


def test_twins_point_to_the_page(client: Client):
    entry = make_question()
    for suffix in (".md", ".json"):
        response = client.get(path(entry).rstrip("/") + suffix)
        assert path(entry) in response["Link"]
        assert response["X-Robots-Tag"] == "noindex"


def test_the_history_shows_each_revision_with_what_it_changed(client: Client):
    entry = make_question(summary="The first summary.")
    revise(entry, summary="The second summary.")
    response = client.get(f"{path(entry)}history/")
    newest, oldest = response.context["revisions"]
    assert (newest.number, newest.is_current, oldest.number, oldest.changes) == (2, True, 1, [])
    assert [change.label for change in newest.changes] == ["Summary"]
    assert "<del>first</del>" in response.content.decode()
    assert "<ins>second</ins>" in response.content.decode()


def test_a_long_history_has_pages(client: Client):
    entry = make_question()
    for number in range(11):
        entry = revise(Entry.objects.get(pk=entry.pk), summary=f"Summary number {number}.")
    url = f"{path(entry)}history/"
    first, second = client.get(url), client.get(f"{url}?page=2")
    assert [one.number for one in first.context["revisions"]] == list(range(12, 2, -1))
    assert first.context["revisions"][-1].changes
    assert [one.number for one in second.context["revisions"]] == [2, 1]
    assert client.get(f"{url}?page=3").status_code == 404


def test_the_name_of_staff_is_not_shown_in_the_history(client: Client, django_user_model: Any):
    editor = django_user_model.objects.create_user("secret.editor", first_name="Secret", last_name="Editor")
    entry = make_question(by=editor)
    assert "ecret" not in client.get(f"{path(entry)}history/").content.decode()


def test_structured_data_is_valid_and_can_not_break_out_of_its_element(client: Client):
    entry = make_question(title="What does </script><script>alert(1)</script> do?")
    text = client.get(path(entry)).content.decode()
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    article, crumbs = json.loads(data)["@graph"]
    assert article["headline"] == entry.title
    assert article["@type"] == "TechArticle"
    assert crumbs["itemListElement"][-1]["name"] == entry.title
    assert "<script>alert" not in text


def test_a_warm_page_asks_two_questions_however_much_is_related(
    client: Client, django_assert_num_queries: Any
):
    for number in range(20):
        entry = make_question(tags=["shared"], roles=["tester"])
        if number in {0, 19}:
            client.get(path(entry))
            with django_assert_num_queries(2):
                client.get(path(entry))


def test_an_unchanged_page_is_not_sent_again(client: Client):
    entry = make_question()
    etag = client.get(path(entry)).headers["ETag"]
    assert client.get(path(entry), headers={"if-none-match": etag}).status_code == 304
    revise(entry, title="Changed")
    assert client.get(path(entry), headers={"if-none-match": etag}).status_code == 200


def test_what_is_related_follows_public_changes(client: Client):
    entry, neighbour = make_question(tags=["shared"]), make_question(tags=["shared"])
    assert [one.entry.public_id for one in client.get(path(entry)).context["related"]] == [
        neighbour.public_id
    ]
    archive(neighbour)
    assert client.get(path(entry)).context["related"] == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_is_only_read(client: Client, method: str):
    entry = make_question()
    for suffix in ("/", "/history/", ".md", ".json"):
        assert getattr(client, method)(path(entry).rstrip("/") + suffix).status_code == 405
