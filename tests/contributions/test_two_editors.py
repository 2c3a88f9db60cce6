"""Two editors edit one public entry in admin at the same time: the second is told, nothing is lost."""

from typing import Any

import pytest
from django.test import Client

from contributions.models import Policy, State, Submission
from hub.core.models import Entry
from tests.contributions.posting import texts
from tests.factories import make_editor, make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    Policy.objects.update(four_eyes=False)
    return make_question(summary="As it was.", deep_dive="One.\n\nTwo.\n\nThree.")


def opened(entry: Entry) -> dict[str, Any]:
    """What the form of an edit holds when it is opened."""
    assert entry.current_revision is not None
    return {
        **texts("question", entry.current_revision.payload),
        "base": entry.current_revision.number,
        "note": "Newer.",
        "action": "publish_at_once",
    }


def publish(who: str, entry: Entry, form: dict[str, Any]) -> tuple[Client, str]:
    client = Client()
    client.force_login(make_editor(who))
    response = client.post(f"/admin/contributions/submission/add/?entry={entry.public_id}", form, follow=True)
    return client, response.content.decode()


def test_edits_of_different_places_are_both_public(entry: Entry):
    one, other = opened(entry), opened(entry)
    publish("ada", entry, {**one, "summary": "Ada's summary."})
    _, text = publish("grace", entry, {**other, "deep_dive": "One.\n\nTwo.\n\nThree, by Grace."})
    assert "kept as a draft" not in text
    data = Entry.objects.get(pk=entry.pk).revisions.get(number=3).payload
    assert (data["summary"], data["deep_dive"]) == ("Ada's summary.", "One.\n\nTwo.\n\nThree, by Grace.")


def test_an_edit_of_the_same_place_is_kept_and_its_writer_is_led_to_both_texts(entry: Entry):
    one, other = opened(entry), opened(entry)
    publish("ada", entry, {**one, "summary": "Ada's summary.", "minutes": "20"})
    client, text = publish("grace", entry, {**other, "summary": "Grace's summary.", "deep_dive": "By Grace."})
    assert "It is kept as a draft." in text
    assert "changed in the same place" in text
    submission = Submission.objects.get(contributor__username="grace")
    assert submission.state == State.DRAFT
    assert submission.revision().payload["summary"] == "Grace's summary."
    assert Entry.objects.get(pk=entry.pk).summary == "Ada's summary."
    page = f"/admin/contributions/submission/{submission.pk}/"
    both = client.get(f"{page}merge/").content.decode()
    assert "Ada&#x27;s summary." in both
    assert "Grace&#x27;s summary." in both
    again = client.get(f"/admin/contributions/submission/add/?entry={entry.public_id}", follow=True)
    assert "You have an open edit" in again.content.decode()
    client.post(f"{page}merge/", {"summary": "What both said.", "seen": "2"})
    submission.refresh_from_db()
    read = {"version": submission.version, "revision": submission.head}
    client.post(f"{page}act/publish_at_once/", read)
    data = Entry.objects.get(pk=entry.pk).revisions.get(number=3).payload
    assert (data["summary"], data["minutes"], data["deep_dive"]) == ("What both said.", 20, "By Grace.")
