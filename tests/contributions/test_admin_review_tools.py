"""What the review page offers beside its verdicts: saved replies, other edits, letters, the exact preview."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contributions.models import ChecklistItem, Comment, SavedReply, State, Submission
from hub.core import matching
from hub.core.models import Entry
from tests.factories import make_editor, make_question, make_submission, revise

pytestmark = pytest.mark.django_db
TEXT = "Please run the code and name the version."


def page_of(submission, name="change", *args):
    return reverse(f"admin:contributions_submission_{name}", args=[submission.pk, *args])


@pytest.fixture
def editor(client):
    editor = make_editor()
    client.force_login(editor)
    return editor


@pytest.fixture
def reply(db):
    return SavedReply.objects.create(title="Run it", text=TEXT)


def test_a_saved_reply_is_put_below_what_was_typed_and_nothing_is_done_yet(client, editor, reply):
    submission = make_submission("in_review", by=editor)
    typed = {"comment": "Thank you!", "field": "deep_dive", "quote": "as is", "insert": "1"}
    answer = client.post(page_of(submission, "act", "request_changes"), {**typed, "saved_reply": reply.pk})
    assert answer.status_code == 200
    assert f"Thank you!\n\n{TEXT}</textarea>" in answer.text
    assert '<option value="deep_dive" selected>' in answer.text
    assert 'value="as is"' in answer.text
    submission.refresh_from_db()
    assert submission.state == State.IN_REVIEW
    assert not Comment.objects.exists()


def test_a_saved_reply_can_be_put_into_a_comment_and_a_reason(client, editor, reply):
    submission = make_submission("in_review", by=editor)
    comment = client.post(
        page_of(submission, "comment"), {"insert": "1", "saved_reply": reply.pk, "text": "A."}
    )
    assert f"A.\n\n{TEXT}</textarea>" in comment.text
    rejected = client.post(
        page_of(submission, "act", "reject"), {"insert": "1", "saved_reply": reply.pk, "code": "other"}
    )
    assert f"{TEXT}</textarea>" in rejected.text
    submission.refresh_from_db()
    assert submission.state == State.IN_REVIEW


@pytest.mark.parametrize("chosen", ["", "0", "999", "x", "9" * 30])
def test_an_unknown_reply_changes_nothing_that_was_typed(client, editor, reply, chosen):
    submission = make_submission("in_review", by=editor)
    posted = {"insert": "1", "saved_reply": chosen, "comment": "Only mine."}
    answer = client.post(page_of(submission, "act", "request_changes"), posted)
    assert "Only mine.</textarea>" in answer.text
    for action in ("claim", "approve", "nonsense", "edit", "spam"):
        answer = client.post(page_of(submission, "act", action), {"insert": "1", "saved_reply": chosen})
        assert answer.status_code in {200, 400, 403, 409}
    submission.refresh_from_db()
    assert submission.state == State.IN_REVIEW


def test_other_open_edits_of_the_entry_are_named_and_marked_when_it_has_moved(client, editor):
    entry = make_question()
    one, other = (make_submission(target=entry, summary=f"Better {number}.") for number in range(2))
    make_submission("rejected", target=entry, summary="Closed.", by=editor)
    page = client.get(page_of(one)).text
    assert f"Other open edits of {entry.public_id}" in page
    assert other.reference in page
    assert "the entry has moved" not in page
    revise(entry, deep_dive="The entry says more now.")
    assert "the entry has moved" in client.get(page_of(one)).text
    queue = client.get("/admin/contributions/submission/").text
    assert queue.count("the entry has moved") == 2


def test_the_page_asks_the_same_number_of_questions_for_one_remark_and_for_twenty(client, editor):
    submission = make_submission("in_review", by=editor)
    text = submission.revision()

    def remark():
        Comment.objects.create(revision=text, author=make_editor(), text="Hm.", created_at=text.created_at)

    remark()
    client.get(page_of(submission))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(submission))
    for _ in range(19):
        remark()
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(submission))
    assert len(many) == len(few)


def test_the_preview_is_what_publishing_renders(client, editor):
    submission = make_submission(
        "approved",
        by=editor,
        deep_dive="Some **bold** words.\n\n```python\nprint(1)\n```",
        short_answer="*Yes*.",
    )
    page = client.get(page_of(submission)).text
    posted = {"version": submission.version, "revision": submission.head}
    client.post(page_of(submission, "act", "publish"), posted)
    entry = Entry.objects.public().get()
    shown = [html for name, html in entry.rendered.items() if not name.startswith("_")]
    assert len(shown) >= 2
    assert all(html in page for html in shown)


def test_letters_lead_to_buttons_and_the_page_says_which(client, editor):
    submission = make_submission("in_review", by=editor)
    page = client.get(page_of(submission)).text
    assert 'data-key="a"' in page
    assert 'data-key="r"' in page
    assert "data-shortcuts-switch" in page


def test_a_hostile_edit_of_100_kb_costs_the_page_a_bounded_number_of_steps(client, editor, monkeypatch):
    """Lines that repeat and cross make a naive comparison cubic; here the work of a whole page is counted."""
    spent = []
    spend = matching.Budget.spend

    def counted(budget, steps):
        is_there = spend(budget, steps)
        spent.append(steps if is_there else 0)
        return is_there

    monkeypatch.setattr(matching.Budget, "spend", counted)
    one = "\n".join(f"{'ab'[number % 2]} {number % 7}" for number in range(20_000))[:59_000]
    other = "\n".join(f"{'ba'[number % 2]} {number % 5}" for number in range(20_000))[:59_000]
    entry = make_question(deep_dive=one, real_world=one)
    submission = make_submission(target=entry, deep_dive=other, real_world=other)
    spent.clear()
    answer = client.get(page_of(submission))
    assert answer.status_code == 200
    assert "What changes" in answer.text
    assert 0 < sum(spent) <= matching.BUDGET
    assert answer.text.count('<tr class="diff-') <= 2 * 401
    assert Submission.objects.get().state == State.PENDING


def test_the_checklist_is_ticked_and_the_text_approved_by_one_press(client, editor):
    submission = make_submission("in_review", by=editor)
    items = list(ChecklistItem.objects.filter(kind="question").values_list("pk", flat=True))
    page = client.get(page_of(submission)).text
    assert 'form="checklist-form"' in page
    assert page.index("checklist-form") < page.index("What you may do now</h2>")
    read = {"version": submission.version, "revision": submission.head}
    approve = page_of(submission, "act", "approve")
    assert client.post(approve, {**read, "tick": items[:-1]}).status_code == 400
    assert client.post(approve, {**read, "tick": [*items, "x", "9" * 30]}).status_code == 302
    submission.refresh_from_db()
    assert submission.state == State.APPROVED
    assert submission.revision().ticks.count() == len(items)


def test_what_was_published_leads_to_its_page_and_says_no_more_of_merging(client, editor):
    entry = make_question()
    submission = make_submission("published", target=entry, by=editor, summary="Better words.")
    page = client.get(page_of(submission)).text
    assert "Published as" in page
    assert entry.get_absolute_url() in page
    assert "<ins>Better" in page
    assert "was revised" not in page
