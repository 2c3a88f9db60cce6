"""Verified again, tagged anew: one revision an entry, and a reason for each that was left alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hub.core import tending
from hub.core.models import ContentClock, Entry, EntryStats, Event, Revision, Tag
from hub.core.payload import InvalidPayload
from hub.core.publishing import Conflict, Unchanged
from tests.factories import archive, make_editor, make_lead, make_question, make_reviewer, make_user, revise
from tests.toykind.factories import make_toy

pytestmark = pytest.mark.django_db
LIST, ALL = "/admin/questions/question/", "/admin/core/entry/"
TODAY = timezone.now().date()


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def reported(entry: Entry, outdated: int = 0, unhelpful: int = 0) -> Entry:
    EntryStats.objects.filter(entry=entry).update(outdated_reports=outdated, unhelpful_reports=unhelpful)
    return entry


def verified(entry: Entry, days_ago: int) -> Entry:
    Entry.objects.filter(pk=entry.pk).update(verified_at=TODAY - timedelta(days=days_ago))
    return entry


# The verbs ---------------------------------------------------------------------------------------------


def test_verifying_again_is_a_quiet_revision_that_answers_reports():
    editor, entry = make_editor(), reported(make_question(verified_with=["Python 3.11"]), outdated=3)
    event = tending.reverify(entry, editor, on=TODAY, verified_with=["Python 3.13"])
    after = fresh(entry)
    assert (after.verified_at, after.verified_with) == (TODAY, ["Python 3.13"])
    assert after.updated_at == entry.updated_at
    assert (event.act, event.actor, event.announce) == ("revise", editor, False)
    assert event.note == "Verified again with Python 3.13"
    assert EntryStats.objects.get(entry=entry).outdated_reports == 0


def test_versions_that_are_not_named_stay():
    entry = make_question(verified_with=["Python 3.11"])
    tending.reverify(entry, None, on=TODAY)
    assert fresh(entry).verified_with == ["Python 3.11"]


def test_verifying_as_of_an_earlier_day_is_refused():
    entry = make_question(verified_at=TODAY.isoformat())
    for on in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(Unchanged):
            tending.reverify(fresh(entry), None, on=on)
    assert Revision.objects.count() == 1


def test_tags_are_added_and_removed_in_any_spelling():
    entry = make_question(tags=["CSRF", "forms"])
    Tag.objects.get(slug="csrf").aliases.create(slug="xsrf")
    event = tending.retag(entry, None, add=["Forms", "Flask-WTF"], remove=["XSRF"])
    assert [tag["slug"] for tag in fresh(entry).card["tags"]] == ["forms", "flask-wtf"]
    assert event.note == "Tags: added Flask-WTF, removed CSRF"


def test_a_change_of_tags_leaves_date_and_reports():
    entry = reported(make_question(), outdated=2)
    tending.retag(entry, None, add=["new"])
    assert fresh(entry).updated_at == entry.updated_at
    assert EntryStats.objects.get(entry=entry).outdated_reports == 2


def test_nothing_to_do_and_too_many_tags_are_refused():
    entry = make_question(tags=[f"tag-{number}" for number in range(8)])
    with pytest.raises(Unchanged):
        tending.retag(entry, None, add=["TAG-1"])
    with pytest.raises(Unchanged):
        tending.retag(entry, None, remove=["other"])
    with pytest.raises(InvalidPayload):
        tending.retag(entry, None, add=["ninth"])


def test_who_read_an_older_version_is_told():
    entry = make_question()
    revise(entry, summary="Changed meanwhile.")
    with pytest.raises(Conflict):
        tending.retag(entry, None, add=["new"])


def test_a_text_that_changes_answers_reports():
    entry = reported(make_question(), outdated=1, unhelpful=1)
    revise(entry, summary="Put right.")
    stats = EntryStats.objects.get(entry=entry)
    assert (stats.outdated_reports, stats.unhelpful_reports) == (0, 0)


def test_each_entry_goes_by_itself_and_each_reason_is_kept():
    good, moved, gone, theirs = (make_question() for _ in range(4))
    versions = {entry.pk: entry.version for entry in (good, moved, gone, theirs)}
    revise(moved, summary="Changed meanwhile.")
    archive(gone)
    outcome = tending.each(
        versions, lambda entry: tending.retag(entry, None, add=["new"]), lambda entry: entry.pk != theirs.pk
    )
    assert outcome.done == [good.public_id]
    reasons = dict(outcome.skipped)
    assert "you had read an older version" in reasons[moved.public_id]
    assert reasons[gone.public_id] == "is archived"
    assert reasons[theirs.public_id] == "is not yours to change"
    assert not fresh(gone).is_public


# What is due -------------------------------------------------------------------------------------------


def test_what_is_old_or_reported_is_due_and_the_rest_is_not():
    old, reported_one, no_help = verified(make_question(), 366), reported(make_question(), 1), make_question()
    reported(no_help, unhelpful=1)
    never = make_question(at=timezone.now() - timedelta(days=400))
    verified(make_question(), 364)
    make_question()
    archive(reported(make_question(), 5))
    assert set(Entry.objects.due_for_review(TODAY)) == {old, reported_one, no_help, never}


@pytest.mark.parametrize(
    ("due", "titles"),
    [
        ("any", ["Reported", "No help", "Old"]),
        ("outdated", ["Reported"]),
        ("unhelpful", ["No help"]),
        ("old", ["Old"]),
        ("never", ["Reported", "No help", "Fine"]),
    ],
)
@pytest.mark.parametrize("address", [LIST, ALL])
def test_the_list_of_what_is_due_begins_with_the_most_reports(
    client: Client, address: str, due: str, titles: list[str]
):
    verified(make_question(title="Old"), 400)
    reported(make_question(title="No help"), unhelpful=1)
    reported(make_question(title="Reported"), outdated=2)
    make_question(title="Fine")
    client.force_login(make_editor())
    response = client.get(address, {"due": due})
    assert [entry.title for entry in response.context["cl"].result_list] == titles


def test_the_list_says_what_readers_say(client: Client):
    reported(make_question(), outdated=2, unhelpful=1)
    client.force_login(make_editor())
    assert "2 × outdated, 1 × no help" in client.get(LIST).content.decode()


# The pages ---------------------------------------------------------------------------------------------


def post_action(client: Client, action: str, entries: list[Entry], address: str = LIST, **data: Any) -> Any:
    chosen = {"action": action, "index": "0", "_selected_action": [entry.pk for entry in entries]}
    if data:
        chosen |= {"step": "do", "read": [f"{entry.pk}:{entry.version}" for entry in entries], **data}
    return client.post(address, chosen, follow=True)


def test_an_editor_verifies_several_after_a_look(client: Client):
    entries = [make_question(), make_question()]
    client.force_login(make_editor())
    text = post_action(client, "reverify", entries).content.decode()
    assert all(entry.public_id in text for entry in entries)
    assert 'name="on"' in text
    assert Revision.objects.count() == 2
    response = post_action(client, "reverify", entries, on=TODAY.isoformat(), verified_with="Python 3.13")
    assert "Verified again: 2 entries." in response.content.decode()
    assert {fresh(entry).verified_at for entry in entries} == {TODAY}


def test_sent_twice_it_is_done_once_and_says_why(client: Client):
    entry = make_question()
    client.force_login(make_editor())
    post_action(client, "retag", [entry], add="new")
    text = post_action(client, "retag", [entry], add="new").content.decode()
    assert f"Left as before: {entry.public_id}" in text
    assert Revision.objects.count() == 2


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("reverify", {"on": ""}),
        ("reverify", {"on": "yesterday"}),
        ("reverify", {"on": (TODAY + timedelta(days=2)).isoformat()}),
        ("retag", {"add": "", "remove": ""}),
        ("retag", {"add": "!!!"}),
    ],
)
def test_what_can_not_be_read_is_named_and_nothing_changes(client: Client, action: str, data: dict[str, str]):
    entry = make_question()
    client.force_login(make_editor())
    response = post_action(client, action, [entry], **data)
    assert response.status_code == 422
    assert f"{entry.pk}:{entry.version}" in response.content.decode()
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("address", [LIST, ALL])
@pytest.mark.parametrize("who", ["anonymous", "reviewer", "user"])
def test_who_may_not_publish_changes_nothing(client: Client, who: str, address: str):
    entry, n = make_question(), ContentClock.now()
    if who != "anonymous":
        client.force_login(make_reviewer() if who == "reviewer" else make_user())
    post_action(client, "retag", [entry], address, add="new")
    assert ContentClock.now() == n


def test_looking_at_the_address_of_an_action_changes_nothing(client: Client):
    entry, n = make_question(), ContentClock.now()
    client.force_login(make_editor())
    client.get(LIST, {"action": "retag", "step": "do", "read": f"{entry.pk}:1", "add": "x", "due": "any"})
    assert ContentClock.now() == n


def test_a_forged_list_of_entries_reaches_no_other_kind(client: Client):
    toy, n = make_toy(), ContentClock.now()
    client.force_login(make_editor())
    question = make_question()
    n = ContentClock.now()
    data: dict[str, Any] = {"step": "do", "read": [f"{toy.pk}:{toy.version}", "x:y", "9" * 40], "add": "new"}
    response = post_action(client, "retag", [question], **data)
    assert "is not yours to change" in response.content.decode()
    assert ContentClock.now() == n


def test_all_kinds_are_tended_in_one_list(client: Client):
    question, toy = make_question(), make_toy()
    client.force_login(make_editor())
    text = client.get(ALL).content.decode()
    assert question.title in text
    assert toy.title in text
    post_action(client, "retag", [question, toy], ALL, add="new")
    assert Event.objects.filter(act="revise").count() == 2
    response = client.get(f"{ALL}{question.pk}/change/")
    assert response["Location"] == f"{LIST}{question.pk}/change/"


def test_what_one_may_not_review_is_not_in_the_list(client: Client):
    question, toy = make_question(), make_toy()
    user = make_user(is_staff=True)
    user.user_permissions.add(make_lead().groups.get().permissions.get(codename="review_toy"))
    client.force_login(user)
    text = client.get(ALL).content.decode()
    assert toy.title in text
    assert question.title not in text
    assert client.get(f"{ALL}{question.pk}/change/").status_code == 404


@pytest.mark.parametrize("address", [LIST, f"{LIST}?due=any", ALL])
def test_a_list_costs_the_same_for_one_and_for_twenty(
    client: Client, django_assert_max_num_queries: Any, address: str
):
    client.force_login(make_editor())
    for _ in range(20):
        reported(make_question(), 1)
    client.get(address)
    with django_assert_max_num_queries(8):
        client.get(address)
