"""Testimonials: sent by anybody with consent, shown once an editor approved them."""

import time
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contributions import letters
from contributions.forms import new_stamp
from contributions.models import Testimonial
from contributions.tasks import expire
from hub.core.models import ContentClock, Event
from hub.core.publishing import Conflict
from tests.core.test_at_once import AT_ONCE, at_once
from tests.factories import archive, make_editor, make_question, make_reviewer, make_user

pytestmark = pytest.mark.django_db
URL, DESK = "/testimonials/", "/admin/contributions/testimonial/"
WORDS = "It saved my evening, and the one after it."


def post(**over: Any) -> dict[str, Any]:
    return {
        "text": WORDS, "name": "Ann", "about": "Back-end developer", "entry": "", "consent": "on",
        "company": "", "stamp": new_stamp(time.time() - 60), **over,
    }  # fmt: skip


def make_testimonial(state: str = "pending", **over: Any) -> Testimonial:
    values = {"text": WORDS, "name": "Ann", "about": "", "entry": None, **over}
    found = letters.receive_testimonial("", **values)
    return letters.decide(found, state, make_editor(), 1) if state != "pending" else found


def test_anybody_sends_one_and_nobody_sees_it_before_it_is_approved(client: Client):
    response = client.post(URL, post())
    assert (response.status_code, response["Location"]) == (302, f"{URL}?sent#write")
    assert response.cookies == {}
    assert "Thank you." in client.get(response["Location"]).text
    found = Testimonial.objects.get()
    assert (found.state, found.consent_version) == ("pending", letters.CONSENT)
    for url in (URL, "/"):
        assert WORDS not in client.get(url).text


def test_an_editor_approves_it_and_it_stands_on_the_wall_and_at_home(client: Client):
    found, home = make_testimonial(text="Good <b>and</b> kind words.\nOf two lines."), client.get("/")
    number = ContentClock.now()
    client.force_login(make_editor("grace"))
    assert "Approve" in client.get(f"{DESK}{found.pk}/change/").text
    response = client.post(f"{DESK}{found.pk}/decide/", {"state": "approved", "version": 1})
    assert response.status_code == 302
    found.refresh_from_db()
    assert (found.state, found.version, str(found.decided_by)) == ("approved", 2, "grace")
    assert Event.objects.get(n=number + 1).act == Event.Act.TESTIMONIAL
    client.logout()
    for url in (URL, "/"):
        assert "Good &lt;b&gt;and&lt;/b&gt; kind words.<br>Of two lines." in client.get(url).text
    assert client.get("/")["ETag"] != home["ETag"]


def test_taken_down_it_is_gone_from_both(client: Client):
    found = make_testimonial("approved")
    assert WORDS in client.get("/").text
    letters.decide(found, "declined", make_editor(), found.version)
    for url in (URL, "/"):
        assert WORDS not in client.get(url).text


def test_declining_what_nobody_saw_is_no_public_change():
    found, number = make_testimonial(), ContentClock.now()
    letters.decide(found, "declined", make_editor(), 1)
    assert ContentClock.now() == number


@pytest.mark.both_databases
def test_two_editors_decide_once_and_the_second_is_told_who_was_faster(client: Client):
    found = make_testimonial()
    letters.decide(found, "approved", make_editor("grace"), 1)
    number = ContentClock.now()
    with pytest.raises(Conflict, match=r"grace decided on it at .*: On the wall"):
        letters.decide(found, "declined", make_editor(), 1)
    assert ContentClock.now() == number
    client.force_login(make_editor())
    page = client.post(f"{DESK}{found.pk}/decide/", {"state": "declined", "version": 1}, follow=True)
    assert "Grace decided on it" in page.text
    found.refresh_from_db()
    assert found.state == "approved"


def test_several_are_approved_at_once_and_each_that_is_left_has_a_reason(client: Client):
    waiting, done = make_testimonial(), make_testimonial("approved")
    client.force_login(make_editor())
    chosen = {"action": "approve", "_selected_action": [waiting.pk, done.pk]}
    page = client.post(DESK, chosen, follow=True).text
    assert "1 decided." in page
    assert "left alone" in page


def test_an_entry_that_is_no_longer_public_is_not_named(client: Client):
    entry = make_question(title="What is named on the wall?")
    client.post(URL, post(entry=entry.public_id.lower()))
    letters.decide(Testimonial.objects.get(), "approved", make_editor(), 1)
    for url in (URL, "/"):
        assert "What is named on the wall?" in client.get(url).text
    archive(entry)
    for url in (URL, "/"):
        page = client.get(url).text
        assert "What is named on the wall?" not in page
        assert WORDS in page


@pytest.mark.parametrize(
    "over",
    [
        {"consent": ""}, {"text": ""}, {"text": "Too short."}, {"text": "x" * 1201}, {"name": ""},
        {"name": "x" * 81}, {"entry": "NO-SUCH-001"}, {"entry": "%"}, {"text": "Of a wrong encoding: Ã© Ã©"},
        {"about": "\u202ereversed"},
    ],
    ids=str,
)  # fmt: skip
def test_what_can_not_be_kept_is_refused_with_the_reason(client: Client, over: dict[str, str]):
    response = client.post(URL, post(**over))
    assert response.status_code == 422
    assert "Something needs your attention" in response.text
    assert not Testimonial.objects.exists()


@pytest.mark.parametrize(
    "over", [{"company": "Acme"}, {"stamp": ""}, {"stamp": "x" * 99}, {"stamp": new_stamp()}], ids=str
)
def test_a_robot_is_answered_like_anybody_and_keeps_nothing(client: Client, over: dict[str, str]):
    if over.get("stamp", "").count(":") == 2:
        over = {"stamp": new_stamp()}
    assert client.post(URL, post(**over))["Location"] == f"{URL}?sent#write"
    assert not Testimonial.objects.exists()


@pytest.mark.both_databases
def test_sent_twice_it_is_one(client: Client):
    values = post()
    for _ in range(2):
        assert client.post(URL, values).status_code == 302
    assert Testimonial.objects.count() == 1


def test_a_network_sends_so_many_and_no_more(client: Client):
    for _ in range(5):
        client.post(URL, post(stamp=new_stamp(time.time() - 60)))
    refused = client.post(URL, post())
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert Testimonial.objects.count() == 5


def test_other_sites_and_other_methods_are_refused(client: Client):
    assert client.post(URL, post(), headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.put(URL).status_code == 405
    assert not Testimonial.objects.exists()


@pytest.mark.parametrize("make", [make_user, make_reviewer], ids=["a reader", "a reviewer"])
def test_who_may_not_decide_reaches_nothing(client: Client, make: Any):
    found = make_testimonial()
    client.force_login(make())
    assert client.get(f"{DESK}{found.pk}/change/").status_code in {302, 403}
    assert client.post(f"{DESK}{found.pk}/decide/", {"state": "approved", "version": 1}).status_code in {
        302,
        403,
    }
    found.refresh_from_db()
    assert found.state == "pending"


def test_no_other_way_changes_the_state(client: Client):
    found = make_testimonial()
    client.force_login(make_editor())
    assert client.get(f"{DESK}{found.pk}/decide/").status_code == 405
    assert client.get(f"{DESK}add/").status_code == 403
    assert client.post(f"{DESK}{found.pk}/change/", {"state": "approved"}).status_code == 403
    client.post(f"{DESK}{found.pk}/decide/", {"state": "pending", "version": 1})
    client.post(f"{DESK}{found.pk}/decide/", {"state": "approved", "version": "x"})
    found.refresh_from_db()
    assert (found.state, found.version) == ("pending", 1)


def test_deleting_one_from_the_wall_is_seen_by_the_next_reader(client: Client):
    found = make_testimonial("approved")
    assert WORDS in client.get("/").text
    client.force_login(make_editor())
    client.post(f"{DESK}{found.pk}/delete/", {"post": "yes"})
    client.logout()
    assert WORDS not in client.get("/").text


def test_what_was_declined_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch):
    make_testimonial("declined")
    make_testimonial("approved")
    expire()
    assert Testimonial.objects.count() == 2
    later = timezone.now() + timedelta(days=91)
    monkeypatch.setattr(timezone, "now", lambda: later)
    expire()
    assert [one.state for one in Testimonial.objects.all()] == ["approved"]


def test_the_wall_has_pages_and_the_same_questions_for_one_and_for_twenty(
    client: Client, django_assert_num_queries: Any
):
    entry = make_question()
    make_testimonial("approved", entry=entry)
    client.get(URL)
    with django_assert_num_queries(2):  # the clock, and the wall
        client.get(URL)
    for _ in range(20):
        make_testimonial("approved", entry=entry)
    client.get(URL)
    with django_assert_num_queries(2):
        assert len(client.get(URL).context["testimonials"]) == 20
    assert len(client.get(f"{URL}?page=2").context["testimonials"]) == 1
    assert client.get(f"{URL}?page=3").status_code == 404


def test_an_entry_may_be_given_by_the_address(client: Client):
    assert 'value="PY-MID-001"' in client.get(f"{URL}?entry=PY-MID-001").text
    assert client.get(f"{URL}?entry=%00%22%3E").status_code == 200


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_editors_at_once_one_decides_and_the_others_are_told():
    found, number = make_testimonial(), ContentClock.now()
    editors = [make_editor() for _ in range(AT_ONCE)]
    results = at_once(*(partial(letters.decide, found, "approved", editor, 1) for editor in editors))
    assert sum(isinstance(one, Testimonial) for one in results) == 1, results
    assert sum(isinstance(one, Conflict) for one in results) == AT_ONCE - 1, results
    assert ContentClock.now() == number + 1
