"""The verbs that change what the public sees: what each writes, refuses and undoes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import transaction

from hub.core import effects, publishing
from hub.core.models import (
    ContentClock,
    Credit,
    Entry,
    EntryStats,
    Event,
    FormerAddress,
    IdSeries,
    Relation,
    Revision,
    Tag,
)
from hub.core.payload import InvalidPayload
from hub.core.publishing import Conflict, Thanks, Unchanged, publish
from questions.models import Question
from tests.factories import (
    archive,
    make_question,
    make_technology,
    make_user,
    question_data,
    question_payload,
    revise,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def test_a_first_publication_is_one_entry_one_revision_one_event():
    author = make_user()
    before = ContentClock.now()
    question = make_question(by=author, technology="flask", title="Why?", level="mid", difficulty=6)
    assert question.is_public
    assert question.public_id == "FLASK-MID-001"
    assert question.slug == "why"
    assert question.version == 1
    revision = question.current_revision
    assert (revision.number, revision.author, revision.schema) == (1, author, 1)
    event = Event.objects.get()
    assert (event.n, event.act, event.entry, event.revision) == (before + 1, "publish", question, revision)
    assert (event.actor, event.announce) == (author, True)
    assert EntryStats.objects.get(entry=question).views == 0


def test_a_revision_says_what_changed_under_the_same_id():
    question = make_question(title="Why?")
    revised = revise(question, title="How?", announce=False)
    assert (revised.title, revised.public_id, revised.version) == ("How?", question.public_id, 2)
    assert [revision.number for revision in revised.revisions.all()] == [2, 1]
    assert revised.current_revision.payload["title"] == "How?"
    event = Event.objects.first()
    assert (event.act, event.announce) == ("revise", False)


def test_a_revision_keeps_the_address_although_the_title_changes():
    question = make_question(title="Why?")
    assert revise(question, title="How?").slug == "why"


def test_the_typed_row_and_the_html_follow_the_payload():
    question = make_question(minutes=8, short_answer="*Short*.", roles=["sre"], answers="### Junior\n\nYes.")
    typed = question.typed
    assert (typed.minutes, typed.short_answer) == (8, "*Short*.")
    assert [role.slug for role in typed.roles.all()] == ["sre"]
    assert typed.title == question.title
    assert "<em>Short</em>" in question.rendered["short_answer"]
    assert question.card["has_levels"] is True
    revised = revise(question, minutes=20, roles=[], answers="")
    assert revised.typed.minutes == 20
    assert not revised.typed.roles.exists()
    assert "answers" not in revised.rendered


def test_sections_stand_in_the_order_of_the_form():
    question = make_question(takeaways="- t", real_world="r")
    assert [section.key for section in question.sections] == [
        "short_answer",
        "deep_dive",
        "real_world",
        "takeaways",
    ]


def test_the_same_payload_again_is_unchanged_and_writes_nothing():
    question = make_question()
    before = ContentClock.now(), Revision.objects.count(), Event.objects.count()
    with pytest.raises(Unchanged):
        publish(publishing.current_payload(question), None, question)
    assert (ContentClock.now(), Revision.objects.count(), Event.objects.count()) == before
    assert fresh(question).version == 1


def test_a_conflict_names_who_was_faster_and_when():
    question = make_question(title="Why?")
    stale = fresh(question)
    revise(question, title="How?", by=make_user("ada", first_name="Ada", last_name="Lovelace"))
    with pytest.raises(Conflict, match=rf"Ada Lovelace changed {question.public_id} at 20\d\d-\d\d-\d\d"):
        revise(stale, title="When?")
    assert fresh(question).title == "How?"
    assert Revision.objects.filter(entry=question).count() == 2


def test_a_conflict_with_nobody_in_particular_says_somebody():
    question = make_question()
    stale = fresh(question)
    revise(question, title="How?")
    with pytest.raises(Conflict, match="Somebody"):
        publishing.archive(stale, None)


def test_an_archived_entry_is_off_the_public_pages_and_names_its_successor():
    question, successor = make_question(), make_question()
    archived = archive(question, successor=successor, by=make_user("ada"))
    assert not archived.is_public
    assert archived.successor == successor
    assert question not in Entry.objects.public()
    event = Event.objects.first()
    assert (event.act, event.announce, event.actor.username) == ("archive", False, "ada")
    assert event.revision == question.current_revision


def test_archiving_twice_is_unchanged():
    archived = archive(make_question())
    with pytest.raises(Unchanged):
        archive(archived)


def test_no_entry_succeeds_itself():
    question = make_question()
    with pytest.raises(ValueError, match="itself"):
        archive(question, successor=question)
    assert fresh(question).is_public


def test_an_archived_entry_can_be_published_again_with_the_same_words():
    archived = archive(make_question(), successor=make_question())
    event = publish(publishing.current_payload(archived), None, archived)
    assert event.act == "restore"
    assert event.entry.is_public
    assert event.entry.successor is None
    assert event.revision.number == 2


def test_reverting_publishes_an_older_revision_as_the_next_one():
    question = make_question(title="Why?")
    first = question.current_revision
    revised = revise(question, title="How?")
    event = publishing.revert(revised, first, make_user())
    assert (event.entry.title, event.revision.number, event.note) == ("Why?", 3, "Back to revision 1")
    assert event.announce is False


def test_reverting_to_the_revision_of_another_entry_is_refused():
    question, other = make_question(), make_question()
    with pytest.raises(ValueError, match="another entry"):
        publishing.revert(question, other.current_revision, None)


def counts() -> dict[str, int]:
    models = (Entry, Question, Revision, Event, EntryStats, FormerAddress, Relation, Credit, Tag)
    found = {model.__name__: model.objects.count() for model in models}
    return {**found, "clock": ContentClock.now(), "ids": sum(IdSeries.objects.values_list("last", flat=True))}


def fail(entry: Entry, event: Event) -> None:
    raise RuntimeError("this effect failed")


@pytest.fixture
def failing_effect(monkeypatch):
    monkeypatch.setitem(effects._effects, "tests.failing", fail)


@pytest.mark.parametrize("act", ["publish", "revise", "archive", "revert"])
def test_an_effect_that_fails_rolls_everything_back(act, monkeypatch):
    first = make_question(title="Why?", tags=["one"])
    question = revise(first, title="How?")
    payload = question_payload(tags=["never seen before"])
    before = counts()
    monkeypatch.setitem(effects._effects, "tests.failing", fail)
    verbs = {
        "publish": lambda: publish(payload, None, thanks=Thanks(Credit.Role.AUTHOR, "Ada")),
        "revise": lambda: revise(question, title="When?", slug="when", tags=["two"]),
        "archive": lambda: archive(question),
        "revert": lambda: publishing.revert(question, question.revisions.get(number=1), None),
    }
    with pytest.raises(RuntimeError, match="this effect failed"):
        verbs[act]()
    assert counts() == before
    assert (fresh(question).title, fresh(question).version, fresh(question).is_public) == ("How?", 2, True)


def test_effects_run_in_order_and_see_the_new_state(monkeypatch):
    seen: list[tuple[str, str, str]] = []
    for name in ("tests.one", "tests.two"):
        monkeypatch.setitem(
            effects._effects,
            name,
            lambda entry, event, name=name: seen.append((name, event.act, entry.title)),
        )
    question = make_question(title="Why?")
    revise(question, title="How?")
    archive(fresh(question))
    assert seen == [
        (name, act, title)
        for act, title in (("publish", "Why?"), ("revise", "How?"), ("archive", "How?"))
        for name in ("tests.one", "tests.two")
    ]


def test_saving_or_updating_elsewhere_reaches_no_typed_row():
    question = make_question(minutes=8, title="Why?")
    with transaction.atomic():
        Revision.objects.create(
            entry=question, number=2, payload={**question_data(), "minutes": 99}, schema=1, content_hash="x",
            created_at=datetime(2026, 11, 1, tzinfo=UTC),
        )  # fmt: skip
    assert question.typed.minutes == 8
    assert fresh(question).current_revision.number == 1


def test_projecting_a_revision_again_restores_the_rows():
    question = make_question(minutes=8, title="Why?", tags=["one"])
    Question.objects.filter(pk=question.pk).update(minutes=99)
    Entry.objects.filter(pk=question.pk).update(title="Damaged", rendered={})
    question.tags.clear()
    publishing.project(question, question.current_revision)
    restored = fresh(question)
    assert (restored.title, restored.typed.minutes) == ("Why?", 8)
    assert [tag.slug for tag in restored.tags.all()] == ["one"]
    assert "short_answer" in restored.rendered


def test_a_revision_never_changes():
    revision = make_question().current_revision
    revision.note = "rewritten"
    with pytest.raises(TypeError, match="immutable"):
        revision.save()


def test_dates_come_from_the_file_that_brings_them():
    at = datetime(2026, 8, 12, tzinfo=UTC)
    question = make_question(at=at)
    assert question.published_at == question.updated_at == at


def test_a_credit_thanks_for_one_revision():
    question = make_question(thanks=Thanks(Credit.Role.AUTHOR, "Ada", "https://example.com/ada"))
    credit = question.credits.get()
    assert (credit.revision, credit.role, credit.name) == (question.current_revision, "author", "Ada")
    publish(
        replace(publishing.current_payload(question), data=question_data(title="How?")), None, question,
        thanks=Thanks(Credit.Role.CORRECTION, "Grace"),
    )  # fmt: skip
    assert [str(credit) for credit in question.credits.all()] == ["Written by Ada", "Corrected by Grace"]


# Addresses ------------------------------------------------------------------------------------------


def test_a_changed_slug_leaves_the_former_address_behind():
    question = make_question(technology="flask", slug="old")
    path = question.get_absolute_url()
    revised = revise(question, slug="newer")
    assert revised.get_absolute_url() != path
    assert FormerAddress.objects.get(path=path).entry == question


def test_a_changed_technology_leaves_the_former_address_behind():
    question = make_question(technology="flask")
    make_technology("django")
    path = question.get_absolute_url()
    revise(question, technology="django")
    assert FormerAddress.objects.get().path == path


def test_an_address_that_is_taken_back_redirects_no_more():
    question = make_question(slug="old")
    path = question.get_absolute_url()
    revised = revise(question, slug="newer")
    again = revise(revised, slug="old")
    assert again.get_absolute_url() == path
    assert list(FormerAddress.objects.values_list("path", flat=True)) == [revised.get_absolute_url()]


def test_an_address_that_another_entry_takes_leads_there():
    question = make_question(slug="shared")
    path = question.get_absolute_url()
    revise(question, slug="moved")
    taker = make_question(slug="shared")
    assert taker.get_absolute_url() == path
    assert not FormerAddress.objects.filter(path=path).exists()


def test_an_unchanged_address_leaves_nothing_behind():
    revise(make_question(), title="How?")
    assert not FormerAddress.objects.exists()


# Slugs ----------------------------------------------------------------------------------------------


def test_a_slug_comes_from_the_title_and_a_taken_one_gets_a_number():
    slugs = [make_question(title="Why C++?").slug for _ in range(3)]
    assert slugs == ["why-cpp", "why-cpp-2", "why-cpp-3"]


def test_a_slug_that_is_given_and_taken_is_refused():
    make_question(slug="taken")
    with pytest.raises(InvalidPayload, match="has the slug"):
        make_question(slug="taken")


def test_a_title_that_reads_as_a_reserved_word_gets_another_slug():
    assert make_question(title="History").slug == "history-entry"


@pytest.mark.parametrize(
    "title", ["???", "x" * 200, "abcdefghi " * 20, "a" * 89 + " b c", "_ " * 60, "日本語"]
)
def test_any_title_has_a_slug_that_the_next_revision_may_keep(title):
    for _ in range(2):
        question = make_question(title=title, difficulty=5)
        revised = revise(question, difficulty=6)
        assert revised.slug == question.slug == revised.current_revision.payload["slug"]


# Relations ------------------------------------------------------------------------------------------


def test_relations_follow_the_payload():
    target, other = make_question(), make_question()
    question = make_question(
        follow_ups=f"- Why? [{target.public_id}]\n- And? [{other.public_id}]",
        relations=[f"explains {target.public_id}"],
    )
    found = {(relation.type, relation.target_id) for relation in question.relations.all()}
    assert found == {("explains", target.pk), ("follow_up", target.pk), ("follow_up", other.pk)}
    revise(question, follow_ups=[], relations=[])
    assert not question.relations.exists()


def test_an_entry_that_names_itself_is_not_related_to_itself():
    question = make_question()
    revised = revise(question, follow_ups=[{"text": "Again?", "entry": question.public_id}])
    assert not revised.relations.exists()
