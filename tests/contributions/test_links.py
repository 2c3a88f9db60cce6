"""The pages behind a submission's link: the link is all the authority, and looking changes nothing."""

import pytest

from contributions.actors import Staff
from contributions.commenting import add_comment
from contributions.linking import renew_link
from contributions.models import State, Submission
from contributions.moves import Conflict
from contributions.tokens import path_of, token_of
from contributions.workflow import perform
from hub.core.links import make_token
from hub.mail.models import Delivery
from tests.contributions.posting import texts
from tests.factories import make_editor, make_question, make_submission, revise

pytestmark = pytest.mark.django_db
PAGES = ("status", "confirm", "revise", "merge", "withdraw", "reopen", "new_link")


def new_text(submission, **over):
    """What the revise form posts."""
    data = {**submission.revision().payload, **over}
    return {**texts("question", data), "your_note": "Done.", "head": submission.head, "action": "send"}


@pytest.mark.parametrize("page", PAGES)
def test_scanners_that_open_links_change_nothing(client, page):
    submission = make_submission("unconfirmed")
    before = Submission.objects.values().get()
    for method in (client.get, client.head):
        answer = method(path_of(submission, page))
        assert answer.status_code in {200, 405, 409}
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies
    assert Submission.objects.values().get() == before


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("token", ["x", "A" * 38, "%00", "..%2f", "ä" * 38])
def test_a_made_up_link_opens_nothing(client, page, token):
    make_submission()
    path = f"/c/{token}/" if page == "status" else f"/c/{token}/{page.replace('_', '-')}/"
    for method in (client.get, client.post):
        assert method(path).status_code in {404, 405}


def test_a_link_of_another_purpose_or_generation_opens_nothing(client):
    submission = make_submission()
    path = path_of(submission)
    assert client.get(path).status_code == 200
    assert client.get(f"/c/{make_token('subscriber', submission.pk, 1)}/").status_code == 404
    Submission.objects.filter(pk=submission.pk).update(link_generation=2)
    assert client.get(path).status_code == 404


def test_the_button_confirms_once_and_says_so_the_second_time(client):
    submission = make_submission("unconfirmed")
    path = path_of(submission, "confirm")
    assert client.get(path).status_code == 200
    assert client.post(path)["Location"] == f"{path_of(submission)}?done=confirmed"
    assert "Already confirmed" in client.post(path).text
    submission.refresh_from_db()
    assert submission.state == State.PENDING
    assert Delivery.objects.filter(template="submission_received").count() == 1


def test_another_site_can_not_press_the_button(client):
    submission = make_submission("unconfirmed")
    answer = client.post(path_of(submission, "confirm"), headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    submission.refresh_from_db()
    assert submission.state == State.UNCONFIRMED


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("unconfirmed", "confirm it"),
        ("pending", "It waits for an editor."),
        ("in_review", "An editor is reading it."),
        ("changes_requested", "Please say why."),
        ("approved", "It is approved."),
        ("published", "It is public."),
        ("rejected", "It is not for us."),
        ("withdrawn", "You withdrew it."),
    ],
)
def test_the_status_page_says_where_it_stands_in_every_state(client, state, words):
    submission = make_submission(state)
    page = client.get(path_of(submission))
    assert page.status_code == 200
    assert words in page.text
    assert submission.reference in page.text


def test_the_contributor_sees_what_was_said_to_them_and_nothing_internal(client):
    editor = make_editor("secret-name")
    submission = make_submission("in_review", by=editor)
    text = submission.revisions.select_related("submission").get()
    add_comment(text, editor, "Is <b>this</b> true?", field="deep_dive", quote="a quote")
    add_comment(text, editor, "Smells of a robot.", is_internal=True)
    page = client.get(path_of(submission)).text
    assert "Is &lt;b&gt;this&lt;/b&gt; true?" in page
    assert "a quote" in page
    assert "Smells of a robot." not in page
    assert "secret-name" not in page


def test_revising_brings_it_back_to_the_queue(client):
    submission = make_submission("changes_requested")
    page = client.get(path_of(submission, "revise"))
    assert "Please say why." in page.text
    answer = client.post(path_of(submission, "revise"), new_text(submission, deep_dive="Because."))
    assert answer["Location"].endswith("?done=revised")
    submission.refresh_from_db()
    assert (submission.state, submission.head) == (State.PENDING, 2)
    assert "Because." in client.get(path_of(submission)).text


def test_a_revision_of_an_old_text_is_told_and_keeps_what_was_typed(client):
    submission = make_submission("changes_requested")
    stale = new_text(submission, deep_dive="Typed in an old window.")
    client.post(path_of(submission, "revise"), new_text(submission, deep_dive="Newer."))
    answer = client.post(path_of(submission, "revise"), stale)
    assert answer.status_code == 409
    assert "Typed in an old window." in answer.text
    submission.refresh_from_db()
    assert submission.head == 2


def test_a_claim_meanwhile_does_not_disturb_a_revision(client):
    submission = make_submission("pending")
    post = new_text(submission, deep_dive="Because.")
    perform(submission, "claim", Staff(make_editor(email="editor@example.net")))
    assert client.post(path_of(submission, "revise"), post).status_code == 302
    submission.refresh_from_db()
    assert (submission.state, submission.head) == (State.IN_REVIEW, 2)
    assert Delivery.objects.filter(template="submission_revised").count() == 1


def test_revising_without_a_change_or_with_errors_is_sent_back(client):
    submission = make_submission("changes_requested")
    assert client.post(path_of(submission, "revise"), new_text(submission)).status_code == 409
    assert client.post(path_of(submission, "revise"), new_text(submission, title="")).status_code == 422
    assert client.post(path_of(submission, "revise"), {}).status_code == 422
    submission.refresh_from_db()
    assert submission.head == 1


def test_what_is_decided_can_not_be_revised(client):
    submission = make_submission("published")
    assert client.get(path_of(submission, "revise")).status_code == 409
    assert client.post(path_of(submission, "revise"), new_text(submission, title="x?")).status_code == 409


def test_withdrawing_works_once_and_can_be_taken_back_once(client):
    submission = make_submission("pending")
    assert client.post(path_of(submission, "withdraw")).status_code == 302
    assert client.post(path_of(submission, "withdraw")).status_code == 409
    assert client.post(path_of(submission, "reopen")).status_code == 400
    assert client.post(path_of(submission, "reopen"), {"reason": "I was wrong.\x00"}).status_code == 302
    submission.refresh_from_db()
    assert submission.state == State.PENDING


def test_the_contributor_brings_two_changes_together(client):
    entry = make_question(deep_dive="One line.")
    submission = make_submission("pending", target=entry, deep_dive="Their line.")
    path = path_of(submission, "merge")
    assert client.get(path).status_code == 409
    revise(entry, deep_dive="Our line.")
    assert path in client.get(path_of(submission)).text
    page = client.get(path).text
    assert "Their line." in page
    assert "Our line." in page
    seen = {"seen": "2"}
    assert client.post(path, {**seen, "deep_dive": "```\nbroken"}).status_code == 422
    assert client.post(path, {"seen": "1", "deep_dive": "Both."}).status_code == 422
    assert client.post(path, {**seen, "deep_dive": "Both lines."}).status_code == 302
    submission.refresh_from_db()
    assert submission.revision().payload["deep_dive"] == "Both lines."
    assert client.get(path).status_code == 409


def test_wrong_methods_are_refused(client):
    submission = make_submission()
    assert client.put(path_of(submission)).status_code == 405
    assert client.post(path_of(submission)).status_code == 405
    assert client.get(path_of(submission, "withdraw")).status_code == 405


def test_the_token_is_not_in_the_page_of_another(client):
    first, second = make_submission(), make_submission()
    assert token_of(second) not in client.get(path_of(first)).text


def test_a_new_link_turns_the_old_one_off_and_comes_by_mail(client):
    submission = make_submission("changes_requested")
    version, old = submission.version, path_of(submission)
    assert "Get a new link" in client.get(old).text
    answer = client.post(path_of(submission, "new_link"))
    submission.refresh_from_db()
    assert answer.status_code == 302
    assert answer["Location"].startswith(path_of(submission))
    assert "This is the new link" in client.get(answer["Location"]).text
    assert client.get(old).status_code == 404
    assert client.post(f"{old}new-link/").status_code == 404
    assert Delivery.objects.get(template="link_changed").address == submission.contributor_email
    assert (submission.version, submission.state) == (version, State.CHANGES_REQUESTED)


def test_a_new_link_needs_a_confirmed_address_and_is_not_given_without_end(client):
    unproven = make_submission("unconfirmed")
    assert client.post(path_of(unproven, "new_link")).status_code == 409
    assert "Get a new link" not in client.get(path_of(unproven)).text
    submission = make_submission()
    for _ in range(5):
        assert client.post(path_of(submission, "new_link")).status_code == 302
        submission.refresh_from_db()
    assert client.post(path_of(submission, "new_link")).status_code == 429
    assert not Delivery.objects.filter(about=unproven.pk, template="link_changed").exists()


def test_two_who_ask_for_a_new_link_at_once_change_it_once():
    submission = make_submission()
    same = Submission.objects.get(pk=submission.pk)
    renew_link(submission)
    with pytest.raises(Conflict):
        renew_link(same)
    assert Submission.objects.get().link_generation == 2


def test_the_contributor_is_told_when_the_entry_has_moved(client):
    entry = make_question()
    submission = make_submission(target=entry, summary="Better words.")
    assert "has been revised since" not in client.get(path_of(submission)).text
    revise(entry, deep_dive="More.")
    assert "has been revised since" in client.get(path_of(submission)).text


def test_the_preview_follows_the_typing_of_a_revision(client):
    submission = make_submission("changes_requested")
    typed = {**new_text(submission, deep_dive="Now **bold**."), "action": "live"}
    answer = client.post(path_of(submission, "revise"), typed)
    assert "<strong>bold</strong>" in answer.text
    assert "<html" not in answer.text
    submission.refresh_from_db()
    assert submission.head == 1
