"""Sending in a new entry: no account, no cookie, the same answer for everybody."""

import re
import time

import pytest
from django.urls import reverse

from contributions.forms import new_stamp
from contributions.models import Policy, State, Submission
from hub.core.models import Counter
from hub.mail.models import Delivery
from tests.contributions.posting import question_post
from tests.factories import make_question

pytestmark = pytest.mark.django_db
NEW = "/contribute/questions/"
SENT = "/contribute/sent/"


def test_the_start_page_offers_a_door_for_each_kind(client):
    page = client.get(reverse("contributions:start"))
    assert page.status_code == 200
    assert NEW in page.text
    assert not page.cookies


def test_the_form_shows_every_field_of_the_kind_but_those_of_editors(client):
    page = client.get(NEW)
    for name in ("title", "short_answer", "deep_dive", "your_email", "agreement"):
        assert f'name="{name}"' in page.text
    for name in ("slug", "verified_at", "provenance", "weaknesses"):
        assert f'name="{name}"' not in page.text
    assert "no-store" in page["Cache-Control"]
    assert not page.cookies


def test_a_valid_form_waits_for_its_confirmation_and_says_nothing_more(client):
    answer = client.post(NEW, question_post(title="What is new?"))
    assert (answer.status_code, answer["Location"]) == (302, SENT)
    submission = Submission.objects.get()
    assert (submission.state, submission.title) == (State.UNCONFIRMED, "What is new?")
    assert re.fullmatch(r"KH-[0-9A-HJKMNP-TV-Z]{5}", submission.reference)
    assert Delivery.objects.get().template == "confirm_submission"
    page = client.get(SENT)
    assert page.status_code == 200
    assert submission.reference not in page.text
    assert not answer.cookies


def test_the_same_form_sent_twice_is_one_submission(client):
    post = question_post()
    assert client.post(NEW, post)["Location"] == client.post(NEW, post)["Location"] == SENT
    assert Submission.objects.count() == Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "trap",
    [
        {"company": "Buy now"},
        {"stamp": "made up"},
        {"stamp": ""},
        {"stamp": new_stamp(time.time() + 3600)},
    ],
    ids=["honeypot", "forged stamp", "no stamp", "too fast"],
)
def test_a_robot_gets_the_same_answer_and_leaves_nothing(client, trap):
    answer = client.post(NEW, question_post(**trap))
    assert (answer.status_code, answer["Location"]) == (302, SENT)
    assert not Submission.objects.exists()
    assert not Delivery.objects.exists()


def test_a_form_left_open_for_two_days_keeps_the_text_and_asks_once_more(client):
    answer = client.post(NEW, question_post(title="Kept?", stamp=new_stamp(time.time() - 2 * 24 * 3600)))
    assert answer.status_code == 422
    assert "Nothing is lost" in answer.text
    assert 'value="Kept?"' in answer.text
    fresh = re.search(r'name="stamp" value="([^"]+)"', answer.text)
    assert fresh
    assert not Submission.objects.exists()


def test_errors_name_the_field_and_keep_what_was_typed(client):
    answer = client.post(NEW, question_post(title="", short_answer="Kept words.", your_email="nonsense"))
    assert answer.status_code == 422
    assert "Kept words." in answer.text
    assert 'href="#id_title"' in answer.text
    assert 'href="#id_your_email"' in answer.text


def test_the_preview_shows_the_rendered_text_and_stores_nothing(client):
    answer = client.post(
        NEW, question_post(deep_dive="Some **bold** words.", your_email="", action="preview")
    )
    assert answer.status_code == 200
    assert "<strong>bold</strong>" in answer.text
    assert not Submission.objects.exists()


def test_script_is_inert_wherever_it_is_typed(client):
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    for action in ("preview", "send"):
        post = question_post(title=evil, deep_dive=evil, your_name=evil, your_email="x", action=action)
        answer = client.post(NEW, post)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text


@pytest.mark.parametrize(
    "hostile",
    [
        {"title": "\x00\x00"},
        {"deep_dive": "x" * 70_000},
        {"level": "emperor"},
        {"technology": "' OR 1=1"},
        {"difficulty": "9" * 40},
        {"tags": ",".join(f"t{n}" for n in range(500))},
        {"follow_ups": "- x [NOPE-999]"},
        {"deep_dive": "```python\nnever closed"},
        {"your_link": "javascript:alert(1)"},
        {"your_email": "a@b.de\nBcc: everybody@example.com"},
        {"your_email": "ü" * 300 + "@example.com"},
        {"agreement": ""},
    ],
)
def test_hostile_input_is_refused_with_its_field(client, hostile):
    answer = client.post(NEW, question_post(**hostile))
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_other_methods_other_sites_and_unknown_kinds_are_refused(client):
    assert client.put(NEW).status_code == 405
    assert client.delete(NEW).status_code == 405
    assert client.get("/contribute/poems/").status_code == 404
    assert client.post(NEW, question_post(), headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert (
        client.post(NEW, question_post(), headers={"origin": "https://elsewhere.example"}).status_code == 403
    )
    assert not Submission.objects.exists()


def test_looking_changes_nothing(client):
    entry = make_question()
    for path in (NEW, SENT, "/contribute/", f"/contribute/entry/{entry.public_id}/"):
        assert client.get(path).status_code == client.head(path).status_code == 200
    assert not Submission.objects.exists()
    assert not Counter.objects.exists()


def test_one_address_can_not_be_bombed_with_mails(client):
    answers = [
        client.post(NEW, question_post(stamp=new_stamp(time.time() - 60))).status_code for _ in range(11)
    ]
    assert answers == [302] * 10 + [429]
    assert Delivery.objects.count() == 10


def test_one_network_can_not_flood_the_queue_and_hears_when_to_come_back(client):
    for number in range(20):
        client.post(NEW, question_post(your_email=f"{number}@example.net", stamp=new_stamp(time.time() - 60)))
    answer = client.post(NEW, question_post(your_email="last@example.net"))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_a_kind_takes_only_so_many_an_hour(client):
    Policy.objects.filter(kind="question").update(per_hour=1)
    assert client.post(NEW, question_post()).status_code == 302
    assert client.post(NEW, question_post(your_email="b@example.net")).status_code == 429
