"""Renaming and merging terms: nothing breaks, everything follows, and the second of two is told."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from contributions.merging import merged_with_entry
from hub.core import publishing, taxonomy
from hub.core.loading import dump, load
from hub.core.models import (
    ContentClock,
    Entry,
    Event,
    Revision,
    Tag,
    TagAlias,
    Technology,
    TechnologyAlias,
    TermChange,
    Topic,
)
from hub.core.publishing import Conflict, Unchanged
from hub.core.taxonomy import InvalidTerm, follow_next, merge, rename
from hub.search.models import Document
from tests.factories import (
    archive,
    make_question,
    make_submission,
    make_subscriber,
    make_technology,
    make_topic,
    revise,
)
from tests.snippets.factories import make_snippet

pytestmark = pytest.mark.django_db


@pytest.fixture
def flask() -> Technology:
    return make_technology("flask", kind="framework")


def public_url(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).get_absolute_url()


@pytest.mark.parametrize(
    ("path", "now"),
    [
        ("/questions/flask/why/", "/questions/flask-web/why/"),
        ("/questions/flask/why.md", "/questions/flask-web/why.md"),
        ("/questions/flask/why/history/", "/questions/flask-web/why/history/"),
        ("/questions/flask/", "/questions/flask-web/"),
        ("/questions/flask/?level=mid", "/questions/flask-web/?level=mid"),
        ("/questions/?technology=flask&level=mid", "/questions/?technology=flask-web&level=mid"),
        ("/tech/flask/", "/tech/flask-web/"),
    ],
)
def test_former_addresses_lead_to_the_present_ones(client: Client, flask: Technology, path: str, now: str):
    make_question(technology="flask", slug="why")
    rename(flask, None, name="Flask web", slug="flask-web")
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, now)
    assert client.get(now).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/questions/?technology=flask", "/api/v1/entries/?technology=flask"])
def test_programs_that_use_a_former_slug_are_still_answered(client: Client, flask: Technology, path: str):
    entry = make_question(technology="flask")
    rename(flask, None, name="Flask web", slug="flask-web")
    (found,) = client.get(path).json()["results"]
    assert found["public_id"] == entry.public_id
    assert client.get("/feeds/tech-flask.atom").content.count(b"<entry>") == 1


def test_an_address_that_never_was_is_still_404(client: Client, flask: Technology):
    rename(flask, None, name="Flask", slug="flask-web")
    assert client.get("/questions/flask/nothing/").status_code == 404
    assert client.get("/tech/nothing/").status_code == 404


def test_an_address_from_before_a_change_of_slug_and_a_rename_still_leads_on(
    client: Client, flask: Technology
):
    entry = make_question(technology="flask", slug="first")
    rename(flask, None, name="Flask", slug="flask-web")
    revise(Entry.objects.get(pk=entry.pk), slug="second")
    response = client.get("/questions/flask/first/")
    assert (response.status_code, response["Location"]) == (301, "/questions/flask-web/second/")


@pytest.mark.both_databases
def test_cards_search_and_snippets_follow(client: Client):
    language = make_technology("js", name="JS", code="JS")
    entry = make_snippet(language="js", technology="js")
    rename(language, None, name="JavaScript", slug="javascript")
    assert Entry.objects.get(pk=entry.pk).card["language"] == {"slug": "javascript", "name": "JavaScript"}
    document = Document.objects.get(entry=entry)
    assert document.technology == "javascript"
    assert "javascript" in document.exact
    assert client.get(f"/snippets/js/{entry.slug}/").status_code == 301
    assert client.get("/snippets/js/").status_code == 301
    assert not TermChange.objects.exists()


def test_a_rename_is_one_numbered_change_and_touches_no_revision(flask: Technology):
    entry = make_question(technology="flask")
    before: dict[str, Any] = dict(Entry.objects.values().get(pk=entry.pk))
    n = ContentClock.now()
    event = rename(flask, None, name="Flask web", slug="flask-web")
    assert (event.n, event.act, event.note) == (
        n + 1, "taxonomy", "Technology “Flask” is now “Flask web”, flask-web",
    )  # fmt: skip
    assert ContentClock.now() == n + 1
    after: dict[str, Any] = dict(Entry.objects.values().get(pk=entry.pk))
    assert {name for name, value in before.items() if after[name] != value} <= {"card"}
    assert Revision.objects.count() == 1


def test_an_older_payload_means_the_same_technology(flask: Technology):
    entry = make_question(technology="flask")
    first = entry.current_revision
    entry = revise(entry, summary="Another summary.")
    rename(flask, None, name="Flask web", slug="flask-web")
    entry = Entry.objects.get(pk=entry.pk)
    assert publishing.current_payload(entry).data["technology"] == "flask-web"
    assert first is not None
    publishing.revert(entry, first, None)
    entry = Entry.objects.get(pk=entry.pk)
    assert entry.technology_id == flask.pk
    assert entry.current_revision is not None
    assert entry.current_revision.payload["technology"] == "flask-web"
    publishing.project(entry, first)
    assert Entry.objects.get(pk=entry.pk).technology_id == flask.pk


def test_what_says_the_same_under_the_new_name_is_unchanged(flask: Technology):
    entry = make_question(technology="flask")
    rename(flask, None, name="Flask web", slug="flask-web")
    entry = Entry.objects.get(pk=entry.pk)
    with pytest.raises(Unchanged):
        publishing.publish(publishing.current_payload(entry), None, entry)


def test_a_correction_that_was_begun_before_merges_without_a_conflict(flask: Technology):
    entry = make_question(technology="flask")
    submission = make_submission("pending", target=entry, summary="Better.")
    rename(flask, None, name="Flask web", slug="flask-web")
    revise(Entry.objects.get(pk=entry.pk), minutes=20)

    text = submission.revisions.select_related(
        "submission__target__current_revision", "submission__base_revision"
    ).get()
    merged = merged_with_entry(text)
    assert merged.is_clean
    assert (merged.data["technology"], merged.data["summary"], merged.data["minutes"]) == (
        "flask-web", "Better.", 20,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slug", "field"),
    [
        ("", "flask-web", "name"),
        ("x" * 61, "flask-web", "name"),
        ("Flask", "Flask Web", "slug"),
        ("Flask", "", "slug"),
        ("Flask", "match", "slug"),
        ("PYTHON", "flask-web", "name"),
        ("Flask", "python", "slug"),
        ("Flask", "py2", "slug"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(flask: Technology, name: str, slug: str, field: str):
    make_technology("python").aliases.create(slug="py2")
    n = ContentClock.now()
    with pytest.raises(InvalidTerm) as refusal:
        rename(flask, None, name=name, slug=slug)
    assert refusal.value.field == field
    assert ContentClock.now() == n
    assert Technology.objects.get(pk=flask.pk).slug == "flask"


def test_the_second_of_two_renames_is_told(flask: Technology):
    as_read = Technology.objects.get(pk=flask.pk)
    rename(flask, None, name="Flask web", slug="flask-web")
    with pytest.raises(Conflict, match="Flask web"):
        rename(as_read, None, name="Flask 3", slug="flask-three")
    with pytest.raises(Unchanged):
        rename(as_read, None, name="Flask web", slug="flask-web")


def test_a_name_may_come_back(client: Client, flask: Technology):
    make_question(technology="flask", slug="why")
    rename(flask, None, name="Flask web", slug="flask-web")
    rename(Technology.objects.get(pk=flask.pk), None, name="Flask", slug="flask")
    assert client.get("/questions/flask/why/").status_code == 200
    assert client.get("/questions/flask-web/why/")["Location"] == "/questions/flask/why/"
    assert list(TechnologyAlias.objects.values_list("slug", flat=True)) == ["flask-web"]


@pytest.mark.both_databases
def test_merging_technologies_hands_everything_over(client: Client):
    old, new = make_technology("node", name="Node"), make_technology("nodejs", name="Node.js")
    child = make_technology("express", kind="framework", parent=old)
    entry = make_question(technology="node", slug="loop")
    gone = archive(make_question(technology="node"))
    other = make_question(technology="nodejs")
    both = make_subscriber(technologies=[old, new])
    one = make_subscriber(technologies=[old])
    merge(old, new, None)
    assert not Technology.objects.filter(slug="node").exists()
    assert {Entry.objects.get(pk=row.pk).technology_id for row in (entry, gone, other)} == {new.pk}
    assert Technology.objects.get(pk=child.pk).parent_id == new.pk
    assert list(both.technologies.all()) == list(one.technologies.all()) == [new]
    assert client.get("/questions/node/loop/")["Location"] == "/questions/nodejs/loop/"
    assert client.get("/tech/node/")["Location"] == "/tech/nodejs/"
    assert Document.objects.get(entry=entry).technology == "nodejs"
    assert not Document.objects.filter(entry=gone).exists()
    assert public_url(entry) == "/questions/nodejs/loop/"


def test_a_technology_that_its_parent_goes_into_stands_by_itself():
    parent = make_technology("python")
    child = make_technology("cpython", parent=parent)
    merge(parent, child, None)
    assert Technology.objects.get(pk=child.pk).parent is None


def test_aliases_of_what_is_merged_are_kept(client: Client):
    first, second, third = (make_technology(slug) for slug in ("one", "two", "three"))
    merge(first, second, None)
    merge(Technology.objects.get(pk=second.pk), third, None)
    assert set(third.aliases.values_list("slug", flat=True)) == {"one", "two"}
    assert client.get("/tech/one/")["Location"] == "/tech/three/"


def test_a_language_goes_into_a_language_only():
    with pytest.raises(InvalidTerm, match="language"):
        merge(make_technology("perl"), make_technology("apache", kind="tool"), None)


def test_merging_with_itself_or_with_another_kind_of_term_is_refused(flask: Technology):
    for into in (flask, make_topic("flask-topic")):
        with pytest.raises(InvalidTerm):
            merge(flask, into, None)


def test_merging_twice_changes_nothing_more():
    old, new = make_topic("sec"), make_topic("security")
    make_question(topic="sec")
    merge(old, new, None)
    n = ContentClock.now()
    old.pk = old.pk or 0
    with pytest.raises(Unchanged):
        merge(Topic(pk=999_999, slug="sec", name="Sec"), new, None)
    assert ContentClock.now() == n


def test_merging_with_what_was_deleted_is_a_conflict():
    old, new = make_topic("sec"), make_topic("security")
    Topic.objects.filter(pk=new.pk).delete()
    with pytest.raises(Conflict):
        merge(old, new, None)


def test_merging_topics_moves_their_entries(client: Client):
    old, new = make_topic("sec"), make_topic("security")
    entry = make_question(topic="sec")
    merge(old, new, None)
    assert Entry.objects.get(pk=entry.pk).topic_id == new.pk
    assert Document.objects.get(entry=entry).topic == "security"
    assert client.get("/topics/sec/")["Location"] == "/topics/security/"
    assert client.get("/questions/?topic=sec", follow=True).context["pagination"].total == 1


@pytest.mark.both_databases
def test_merging_tags_leaves_one_on_an_entry_that_had_both(client: Client):
    both, one = make_question(tags=["k8s", "kubernetes"]), make_question(tags=["k8s"])
    old, new = Tag.objects.get(slug="k8s"), Tag.objects.get(slug="kubernetes")
    merge(old, new, None)
    for entry in (both, one):
        row = Entry.objects.get(pk=entry.pk)
        assert [tag.slug for tag in row.tags.all()] == ["kubernetes"]
        assert row.card["tags"] == [{"slug": "kubernetes", "name": "kubernetes"}]
    assert client.get("/tags/k8s/")["Location"] == "/tags/kubernetes/"
    again = make_question(tags=["K8s"])
    assert [tag.slug for tag in again.tags.all()] == ["kubernetes"]


def test_renaming_a_tag_renames_it_on_cards():
    entry = make_question(tags=["orm"])
    rename(Tag.objects.get(slug="orm"), None, name="Object mapping", slug="object-mapping")
    assert Entry.objects.get(pk=entry.pk).card["tags"] == [
        {"slug": "object-mapping", "name": "Object mapping"}
    ]
    assert TagAlias.objects.get().slug == "orm"
    assert not Event.objects.filter(act="revise").exists()


@pytest.mark.both_databases
def test_many_entries_follow_in_chunks(monkeypatch: pytest.MonkeyPatch, flask: Technology):
    monkeypatch.setattr(taxonomy, "CHUNK", 2)
    entries = [make_question(technology="flask") for _ in range(5)]
    n = ContentClock.now()
    rename(flask, None, name="Flask web", slug="flask-web")
    assert Document.objects.filter(technology="flask-web").count() == 2
    assert public_url(entries[-1]).startswith("/questions/flask-web/")
    while follow_next():
        pass
    assert Document.objects.filter(technology="flask-web").count() == 5
    assert not TermChange.objects.exists()
    assert ContentClock.now() == n + 3
    assert follow_next() is False
    assert ContentClock.now() == n + 3


def test_a_dump_says_the_present_names_and_loads_the_same(tmp_path: Path, flask: Technology):
    make_question(technology="flask", topic="security", tags=["k8s"])
    rename(flask, None, name="Flask web", slug="flask-web")
    rename(Topic.objects.get(slug="security"), None, name="Safety", slug="safety")
    rename(Tag.objects.get(slug="k8s"), None, name="Kubernetes", slug="kubernetes")
    first, second = tmp_path / "first", tmp_path / "second"
    dump(first)
    text = next((first / "questions").glob("*.md")).read_text()
    assert "technology: flask-web\ntopic: safety\n" in text
    Entry.objects.all().delete()
    for model in (Tag, Topic, Technology):
        model.objects.all().delete()
    assert str(load(first)).startswith("1 new")
    dump(second)
    files = sorted(path.relative_to(first) for path in first.rglob("*.*"))
    assert files == sorted(path.relative_to(second) for path in second.rglob("*.*"))
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in files)
    assert set(Technology.objects.get().aliases.values_list("slug", flat=True)) == {"flask"}


def test_a_load_brings_no_renamed_term_back(tmp_path: Path, flask: Technology):
    make_question(technology="flask")
    dump(tmp_path)
    rename(flask, None, name="Flask web", slug="flask-web")
    report = load(tmp_path)
    assert not report.problems
    assert [row.slug for row in Technology.objects.all()] == ["flask-web"]
