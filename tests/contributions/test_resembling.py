"""Possible duplicates: shown to who writes and to who reviews, with a figure and the reason."""

import pytest

from contributions.models import Submission
from contributions.resembling import entries_like, submissions_like
from contributions.views import limits
from hub.core.limits import Limit
from hub.core.payload import Payload
from hub.search.alike import Words, likeness
from tests.contributions.posting import question_post
from tests.debugarchive.factories import make_error
from tests.factories import (
    archive,
    make_editor,
    make_question,
    make_submission,
    question_data,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TITLE = "How does a generator differ from a list comprehension?"


def asked(title, **more):
    return Payload("question", {"title": title, **more}, 1)


def titles(found):
    return [one.title for one in found]


def test_the_figure_falls_with_what_two_texts_share():
    one = Words.of(TITLE, "Laziness, memory and what is kept.")
    figures = [
        likeness(one, Words.of(title, summary)).figure
        for title, summary in (
            (TITLE, "Laziness, memory and what is kept."),
            (TITLE, "Something else."),
            ("How do generators differ from list comprehensions?", "Something else."),
            ("What is a list?", "Something else."),
            ("Why are foreign keys slow?", "Locks and indexes."),
        )
    ]
    assert figures[0] == 1
    assert figures == sorted(figures, reverse=True)
    assert figures[2] > 0.4 > figures[4]
    assert likeness(one, Words.of(TITLE)).reason == "has the same title"
    assert likeness(Words.of(""), Words.of("")).figure == 0
    joined = likeness(Words.of("Closures in JavaScript"), Words.of("What are closures in javascript?"))
    assert joined.reason == "shares 2 of 2 words of the title: javascript, closures"


def test_public_entries_of_the_kind_are_found_by_their_words_the_likest_first():
    near = make_question(title="How do generators differ from list comprehensions?")
    same = make_question(title=TITLE)
    make_question(title="Why are foreign keys slow?")
    gone = archive(make_question(title=TITLE + " Really?"))
    found = entries_like(asked(TITLE))
    assert titles(found) == [same.title, near.title]
    assert found[0].reason == "has the same title"
    assert "comprehension" in found[1].reason or "differ" in found[1].reason
    assert gone.title not in titles(found)
    assert titles(entries_like(asked(TITLE), without=same.pk)) == [near.title]


@pytest.mark.parametrize(
    "title",
    [
        "", "?", "the", "' & | ! ( ) :* \\", '") OR x NOT "', "NEAR(a b)", "\x00", "x" * 5000, "and or not",
        "é" * 300,
    ],
)  # fmt: skip
def test_any_title_is_looked_for_without_harm(title):
    make_question(title=TITLE)
    assert entries_like(asked(title)) == []


def test_the_look_costs_the_same_however_much_there_is(django_assert_num_queries):
    make_question(title=TITLE)
    with django_assert_num_queries(1):
        entries_like(asked(TITLE))
    for number in range(8):
        make_question(title=f"{TITLE} Number {number}")
    with django_assert_num_queries(1):
        assert len(entries_like(asked(TITLE))) == 5


def test_an_error_is_known_by_its_signature_whatever_its_title_says():
    known = make_error()
    wording = {"engine": "x", "text": known.errorentry.signatures.first().raw}
    found = entries_like(Payload("error", {"title": "Something odd", "messages": [wording]}, 1))
    assert [(one.label, one.percent) for one in found] == [(known.public_id, 100)]
    assert "same message" in found[0].reason


def test_reviewers_see_entries_and_other_submissions_with_figure_and_reason(client):
    entry = make_question(title=TITLE)
    one, other = make_submission(title=TITLE), make_submission(title=TITLE + " Why?")
    make_submission("unconfirmed", title=TITLE + " Unproven")
    found = submissions_like(one, one.revision().as_payload)
    assert titles(found) == [other.title]
    client.force_login(make_editor())
    page = client.get(f"/admin/contributions/submission/{one.pk}/change/").text
    assert entry.public_id in page
    assert other.reference in page
    assert "Waits for review too; shares" in page
    assert "has the same title" in page
    assert "Unproven" not in page


def test_a_correction_is_no_duplicate_of_its_own_entry(client):
    entry = make_question(title=TITLE)
    edit = make_submission(target=entry, summary="Better words.")
    client.force_login(make_editor())
    assert "Possible duplicates" not in client.get(f"/admin/contributions/submission/{edit.pk}/change/").text


def test_who_writes_sees_public_entries_in_the_preview_and_nobody_elses_submission(client):
    entry = make_question(title=TITLE)
    make_submission(title=TITLE + " A secret")
    page = client.post("/contribute/questions/", question_post(title=TITLE, action="preview")).text
    assert "Is it one of these already?" in page
    assert entry.get_absolute_url() in page
    assert "% alike" in page
    assert "A secret" not in page
    # A title alone is enough, and another title finds nothing.
    alone = client.post("/contribute/questions/", {"title": TITLE, "action": "preview"}).text
    assert entry.get_absolute_url() in alone
    post = question_post(**{**question_data(), "title": "Why do foreign keys wait?", "action": "preview"})
    assert "Is it one of these already?" not in client.post("/contribute/questions/", post).text


def test_a_correction_is_not_asked_whether_it_exists(client):
    entry = make_question(title=TITLE)
    post = {**question_post(title=TITLE, action="preview"), "base": "1"}
    page = client.post(f"/contribute/entry/{entry.public_id}/", post)
    assert "Is it one of these already?" not in page.text


def test_the_preview_and_similar_entries_follow_the_typing(client):
    entry = make_question(title=TITLE)
    typed = question_post(title=TITLE, short_answer="Lazily, **one by one**.", action="live")
    answer = client.post("/contribute/questions/", typed)
    assert answer.status_code == 200
    assert "<strong>one by one</strong>" in answer.text
    assert entry.get_absolute_url() in answer.text
    assert "<html" not in answer.text
    assert not Submission.objects.exists()
    empty = client.post("/contribute/questions/", {"action": "live"})
    assert empty.status_code == 200
    assert "data-similar" not in empty.text


def test_looking_while_typing_has_a_limit_that_leaves_room_to_send(client, monkeypatch):
    monkeypatch.setattr(limits, "PER_NETWORK_LIVE", Limit("live-of-this-test", 1, 3600))
    assert client.post("/contribute/questions/", {"action": "live"}).status_code == 200
    refused = client.post("/contribute/questions/", {"action": "live"})
    assert refused.status_code == 429
    assert refused["Retry-After"]
    assert client.post("/contribute/questions/", question_post()).status_code == 302
