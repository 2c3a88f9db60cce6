"""The pages that rename and merge: for who may, by POST, after a look at what they touch."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from hub.core.models import ContentClock, Entry, Tag, Technology, Topic
from hub.core.taxonomy import rename
from tests.factories import make_editor, make_lead, make_question, make_technology, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(make_lead())
    return client


@pytest.fixture
def flask() -> Technology:
    return make_technology("flask", kind="framework")


def url(term: Any, page: str) -> str:
    return f"/admin/core/{term._meta.model_name}/{term.pk}/{page}/"


def rename_data(term: Any, **over: str) -> dict[str, str]:
    return {
        "was_name": term.name, "was_slug": term.slug, "name": "Flask web", "slug": "flask-web",
        "is_seen": "on", **over,
    }  # fmt: skip


def test_renaming_shows_what_it_touches_and_then_renames(lead: Client, flask: Technology):
    make_question(technology="flask")
    assert "See what it touches" in lead.get(url(flask, "rename")).content.decode()
    response = lead.post(url(flask, "rename"), rename_data(flask, is_seen=""))
    text = response.content.decode()
    assert response.status_code == 200
    assert "1 entry:" in text
    assert "Rename now" in text
    assert Technology.objects.get(pk=flask.pk).slug == "flask"
    response = lead.post(url(flask, "rename"), rename_data(flask), follow=True)
    assert "It is called “Flask web” now." in response.content.decode()
    assert Technology.objects.get(pk=flask.pk).slug == "flask-web"


def test_merging_shows_what_it_touches_and_then_merges(lead: Client):
    old, new = make_topic("sec"), make_topic("security")
    entry = make_question(topic="sec")
    data = {"was_name": old.name, "was_slug": old.slug, "into": "SECURITY"}
    text = lead.post(url(old, "merge"), data).content.decode()
    assert "Merge now" in text
    assert "can&#x27;t be undone" in text or "can't be undone" in text
    assert Topic.objects.filter(pk=old.pk).exists()
    response = lead.post(url(old, "merge"), {**data, "is_seen": "on"})
    assert response["Location"] == url(new, "change")
    assert Entry.objects.get(pk=entry.pk).topic_id == new.pk


@pytest.mark.parametrize("page", ["rename", "merge"])
@pytest.mark.parametrize("who", ["anonymous", "editor"])
def test_whoever_may_not_reaches_no_page_and_changes_nothing(
    client: Client, flask: Technology, page: str, who: str
):
    make_technology("bottle")
    if who == "editor":
        client.force_login(make_editor())
    n = ContentClock.now()
    for method in ("get", "post"):
        response = getattr(client, method)(url(flask, page), {**rename_data(flask), "into": "bottle"})
        assert response.status_code == (403 if who == "editor" else 302)
    assert ContentClock.now() == n
    assert Technology.objects.get(pk=flask.pk).slug == "flask"


def test_who_may_change_but_not_delete_may_rename_and_not_merge(client: Client, flask: Technology):
    editor = make_editor()
    editor.user_permissions.add(Permission.objects.get(codename="change_technology"))
    client.force_login(editor)
    assert client.get(url(flask, "rename")).status_code == 200
    assert client.get(url(flask, "merge")).status_code == 403
    text = client.get(url(flask, "change")).content.decode()
    assert url(flask, "rename") in text
    assert url(flask, "merge") not in text


@pytest.mark.parametrize("page", ["rename", "merge"])
def test_looking_changes_nothing(lead: Client, flask: Technology, page: str):
    make_technology("bottle")
    n = ContentClock.now()
    response = lead.get(url(flask, page), {**rename_data(flask), "into": "bottle"})
    assert (response.status_code, ContentClock.now()) == (200, n)


@pytest.mark.parametrize("over", [{"slug": "Flask Web"}, {"name": ""}, {"slug": "bottle"}, {"was_slug": ""}])
def test_what_is_refused_is_named_and_nothing_changes(lead: Client, flask: Technology, over: dict[str, str]):
    make_technology("bottle")
    response = lead.post(url(flask, "rename"), rename_data(flask, **over))
    assert response.status_code == 422
    assert "Something needs your attention" in response.content.decode()
    assert Technology.objects.get(pk=flask.pk).slug == "flask"


def test_merging_into_nothing_or_into_itself_is_refused(lead: Client, flask: Technology):
    for into in ("nothing", "flask", "\x00", ""):
        data = {"was_name": flask.name, "was_slug": flask.slug, "into": into, "is_seen": "on"}
        assert lead.post(url(flask, "merge"), data).status_code == 422


def test_the_second_of_two_is_told_and_the_first_name_stands(lead: Client, flask: Technology):
    data = rename_data(flask, name="Flask 3", slug="flask-three")
    rename(flask, None, name="Flask web", slug="flask-web")
    response = lead.post(url(flask, "rename"), data)
    assert response.status_code == 409
    assert "Somebody renamed" in response.content.decode()
    assert Technology.objects.get(pk=flask.pk).slug == "flask-web"


def test_sent_twice_it_is_done_once(lead: Client, flask: Technology):
    data = rename_data(flask)
    lead.post(url(flask, "rename"), data)
    n = ContentClock.now()
    assert lead.post(url(flask, "rename"), data).status_code == 422
    assert ContentClock.now() == n


def test_name_and_slug_can_not_be_changed_by_the_ordinary_form(lead: Client, flask: Technology):
    data = {"name": "Other", "slug": "other", "code": "OTHER", "kind": "tool", "parent": ""}
    assert lead.post(url(flask, "change"), data).status_code == 302
    flask.refresh_from_db()
    assert (flask.name, flask.slug, flask.code, flask.kind) == ("Flask", "flask", "FLASK", "tool")


def test_a_tag_that_entries_carry_can_not_be_deleted(lead: Client):
    make_question(tags=["orm"])
    tag, free = Tag.objects.get(slug="orm"), Tag.objects.create(name="free")
    assert lead.post(url(tag, "delete"), {"post": "yes"}).status_code == 403
    assert lead.post(url(free, "delete"), {"post": "yes"}).status_code == 302
    assert list(Tag.objects.values_list("slug", flat=True)) == ["orm"]


@pytest.mark.parametrize("name", ["technology", "topic", "tag"])
def test_a_list_of_terms_costs_the_same_for_one_and_for_many(
    lead: Client, django_assert_max_num_queries: Any, name: str
):
    for number in range(20):
        make_question(technology=f"technology-{number}", topic=f"topic-{number}", tags=[f"tag-{number}"])
    with django_assert_max_num_queries(7):
        text = lead.get(f"/admin/core/{name}/").content.decode()
    assert f"{name}-19" in text
