"""The queue: what waits, most urgent first, for those who may review it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from contributions.models import Submission
from hub.core import catalogue
from tests.factories import make_editor, make_lead, make_question, make_reviewer, make_submission, make_user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/contributions/submission/"


def test_every_kind_has_its_permissions_and_the_groups_hold_them():
    for kind in catalogue.kinds():
        for group, duties in {"Reviewers": 1, "Editors": 2, "Leads": 3}.items():
            held = Group.objects.get(name=group).permissions.filter(codename__endswith=f"_{kind.name}")
            assert held.filter(content_type__app_label="contributions").count() == duties


def test_the_queue_shows_what_waits_and_who_holds_it(client):
    editor = make_editor("grace")
    waiting, held = make_submission(title="Waiting?"), make_submission("in_review", by=editor, title="Held?")
    make_submission("published", title="Public?")
    client.force_login(editor)
    page = client.get(QUEUE).text
    assert "Waiting?" in page
    assert waiting.reference in page
    assert "Held?" in page
    assert "grace until" in page
    assert held.reference in page
    assert "Public?" not in page


def test_the_longest_overdue_stands_first(client):
    later, sooner = make_submission(title="Later?"), make_submission(title="Sooner?")
    Submission.objects.filter(pk=sooner.pk).update(due_at=timezone.now() - timedelta(days=2))
    client.force_login(make_editor())
    page = client.get(QUEUE).text
    assert page.index("Sooner?") < page.index("Later?")
    assert "2 days overdue" in page
    assert later.reference in page


def test_the_queue_asks_the_same_number_of_questions_for_one_and_for_twenty(
    client, django_assert_num_queries
):
    editor, entry = make_editor(), make_question()
    client.force_login(editor)
    make_submission("in_review", by=editor)
    client.get(QUEUE)
    with django_assert_num_queries(6) as few:
        client.get(QUEUE)
    for number in range(10):
        make_submission("in_review", by=make_lead())
        make_submission(target=entry, summary=f"Better {number}.")
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(QUEUE)


@pytest.mark.parametrize(
    "query",
    [
        "waiting=all", "waiting=theirs", "waiting=closed", "waiting=nonsense", "claim=mine",
        "claim=others", "due=overdue", "due=day", "q=KH", "kind=question", "kind=nothing", "state=published",
        "o=1.-2", "p=99999",
    ],
)  # fmt: skip
def test_filters_and_searches_answer(client, query):
    make_submission("in_review")
    client.force_login(make_lead())
    assert client.get(f"{QUEUE}?{query}").status_code in {200, 302}


def test_who_may_review_nothing_sees_no_queue(client):
    submission = make_submission()
    client.force_login(make_user(is_staff=True))
    assert client.get(QUEUE).status_code == 403
    assert client.get(f"{QUEUE}{submission.pk}/change/").status_code == 404
    client.force_login(make_user())
    assert client.get(QUEUE).status_code == 302


def test_a_kind_that_is_not_yours_does_not_exist_for_you(client):
    submission = make_submission(title="Hidden?")
    stranger = make_user(is_staff=True)
    stranger.user_permissions.add(Permission.objects.get(codename="review_toy"))
    client.force_login(stranger)
    assert "Hidden?" not in client.get(f"{QUEUE}?waiting=all").text
    assert client.get(f"{QUEUE}{submission.pk}/change/").status_code == 404
    for name, args in (("act", ["claim"]), ("comment", []), ("ticks", []), ("text", []), ("merge", [])):
        path = reverse(f"admin:contributions_submission_{name}", args=[submission.pk, *args])
        assert client.post(path).status_code == 404
    submission.refresh_from_db()
    assert submission.state == "pending"


def test_nobody_deletes_a_submission(client):
    submission = make_submission()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert client.post(f"{QUEUE}{submission.pk}/delete/", {"post": "yes"}).status_code == 403
    answer = client.post(
        QUEUE, {"action": "delete_selected", "_selected_action": [submission.pk], "post": "yes"}
    )
    assert answer.status_code in {200, 302}
    assert Submission.objects.filter(pk=submission.pk).exists()


def test_rules_are_for_leads(client):
    for person, status in ((make_lead(), 200), (make_reviewer(), 403)):
        client.force_login(person)
        for model in ("policy", "checklistitem", "savedreply"):
            assert client.get(f"/admin/contributions/{model}/").status_code == status


def test_the_first_page_shows_what_is_most_urgent(client):
    late = make_submission(title="Late?")
    Submission.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=2))
    client.force_login(make_editor())
    page = client.get("/admin/").text
    assert "Late?" in page
    assert "2 hours overdue" in page
    client.force_login(make_user(is_staff=True))
    assert "Late?" not in client.get("/admin/").text
