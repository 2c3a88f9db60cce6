"""Every address of contributions in admin: who may not, reaches nothing; a crafted post writes no state."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import NoReverseMatch, reverse

from contributions.models import (
    ChecklistItem,
    Comment,
    Policy,
    SavedReply,
    State,
    Submission,
    SubmissionEvent,
    Tick,
)
from contributions.workflow import TABLE
from hub.core.models import Entry
from tests.contributions.posting import texts
from tests.factories import (
    make_editor,
    make_lead,
    make_question,
    make_reviewer,
    make_submission,
    make_user,
    question_data,
)

pytestmark = pytest.mark.django_db
CRAFTED = {
    "state": "published", "version": "2", "revision": "1", "approved_revision": "1",
    "published_revision": "1",
    "action": "save", "_save": "Save", "submission_set-TOTAL_FORMS": "1", "submission_set-INITIAL_FORMS": "0",
    "submission_set-0-state": "published", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1",
    "form-0-id": "1", "form-0-state": "published",
}  # fmt: skip


def addresses(submission: Submission) -> dict[str, str]:
    """Every address of SubmissionAdmin by its name, with arguments that mean this submission."""
    actions = sorted({row.action for row in TABLE})
    found = {}
    for pattern in admin.site.get_model_admin(Submission).get_urls():
        if not pattern.name:
            continue  # the redirect of old addresses
        given = {"pk": submission.pk, "object_id": submission.pk, "comment": 1, "kind_name": "question"}
        parts = pattern.pattern.converters
        if "action" in parts:
            for action in actions:
                found[f"act {action}"] = reverse(f"admin:{pattern.name}", args=[submission.pk, action])
            continue
        try:
            arguments = {name: given[name] for name in parts}
            found[pattern.name] = reverse(f"admin:{pattern.name}", kwargs=arguments)
        except NoReverseMatch:  # pragma: no cover (tells which address this test has to learn)
            raise AssertionError(pattern.name) from None
    return found


def everything() -> dict[str, Any]:
    """What no stranger's request may change."""
    return {
        "submissions": list(Submission.objects.order_by("pk").values()),
        "events": SubmissionEvent.objects.count(),
        "comments": list(Comment.objects.values()),
        "ticks": Tick.objects.count(),
        "entries": Entry.objects.count(),
    }


@pytest.mark.parametrize("state", ["pending", "in_review", "approved"])
def test_staff_without_the_permission_reach_no_address_and_change_nothing(client, state):
    submission = make_submission(state)
    Comment.objects.create(
        pk=1, revision=submission.revision(), text="Hm.", is_blocking=True, created_at=submission.created_at
    )
    stranger, of_another_kind = make_user(is_staff=True), make_user(is_staff=True)
    for duty in ("review", "publish", "lead"):
        of_another_kind.user_permissions.add(Permission.objects.get(codename=f"{duty}_toy"))
    reader = make_user()
    before, shared = everything(), {"changelist", "add", "reports"}
    found = addresses(submission)
    assert len(found) > 25
    for name, address in found.items():
        is_shared = any(name.endswith(f"_{one}") for one in shared)
        for person, refused in ((stranger, {403, 404}), (of_another_kind, {403, 404, 302}), (reader, {302})):
            client.force_login(person)
            for method in (client.get, client.post):
                answer = method(address, CRAFTED if method == client.post else None)
                if person == of_another_kind and is_shared:
                    assert submission.reference not in answer.text, (name, person)
                    continue
                assert answer.status_code in refused, (name, person.username, answer.status_code)
                if answer.status_code == 302 and person == of_another_kind:
                    assert name.endswith("begin") or "toy" in answer["Location"], (name, answer["Location"])
    assert everything() == before


def test_anonymous_visitors_are_led_to_the_door(client):
    submission = make_submission()
    before = everything()
    for name, address in addresses(submission).items():
        for method in (client.get, client.post):
            answer = method(address)
            assert answer.status_code == 302, name
            assert "login" in answer["Location"], (name, answer["Location"])
    assert everything() == before


def test_a_crafted_state_in_any_post_of_a_lead_publishes_nothing(client):
    """Add, change, list, inline, text, merge and each action: only the workflow writes a state."""
    entry = make_question()
    submission = make_submission(target=entry, summary="Better words.")
    client.force_login(make_lead())
    whole = {**texts("question", question_data()), **CRAFTED}
    for name, address in addresses(submission).items():
        if name in {"act publish", "act approve"}:
            assert client.post(address, whole).status_code in {400, 403, 409}, name
        if name.startswith("act ") or name.endswith("delete"):
            continue
        for query in (
            "",
            "?kind=question",
            f"?entry={entry.public_id}",
            "?_changelist_filters=state%3Dpublished",
        ):
            client.post(f"{address}{query}", whole)
    assert not Submission.objects.filter(state=State.PUBLISHED).exists()
    assert not Submission.objects.filter(published_revision__isnull=False).exists()
    assert Entry.objects.count() == 1
    assert set(Submission.objects.exclude(pk=submission.pk).values_list("state", flat=True)) <= {State.DRAFT}


def test_a_reviewer_publishes_nothing_and_takes_nothing_over(client):
    approved, held = make_submission("approved"), make_submission("in_review")
    client.force_login(make_reviewer())
    for submission, action in (
        (approved, "publish"),
        (approved, "schedule"),
        (held, "take_over"),
        (held, "reject"),
    ):
        path = reverse("admin:contributions_submission_act", args=[submission.pk, action])
        posted = {"version": submission.version, "revision": submission.head, "reason": "x", "code": "other"}
        posted["publish_at"] = "2099-01-01T10:00"
        assert client.post(path, posted).status_code == 403, action
    assert not Entry.objects.exists()


# --- the rules -----------------------------------------------------------------------------------------


def policy_post(**over):
    return {
        "approvals_needed": 2, "four_eyes": "on", "lease_minutes": 30, "first_response_hours": 24,
        "decision_days": 5, "open_per_contributor": 4, "per_hour": 60, **over,
    }  # fmt: skip


def change(model, pk):
    return reverse(f"admin:contributions_{model}_change", args=[pk])


def test_a_lead_changes_the_policy_of_a_kind_and_others_do_not(client):
    policy = Policy.objects.get(kind="question")
    for person, status in ((make_user(), 302), (make_reviewer(), 403), (make_editor(), 403)):
        client.force_login(person)
        assert client.post(change("policy", policy.pk), policy_post()).status_code == status
    policy.refresh_from_db()
    assert policy.approvals_needed == 1
    client.force_login(make_lead())
    assert client.get(change("policy", policy.pk)).status_code == 200
    posted = policy_post(kind="snippet")
    assert client.post(change("policy", policy.pk), posted).status_code == 302
    policy.refresh_from_db()
    assert (policy.kind, policy.approvals_needed, policy.override_allowed) == ("question", 2, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("approvals_needed", 0), ("approvals_needed", 4), ("lease_minutes", 0), ("first_response_hours", 0),
        ("decision_days", -1), ("per_hour", ""), ("open_per_contributor", "many"),
    ],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(client, field, value):
    client.force_login(make_lead())
    policy = Policy.objects.get(kind="question")
    answer = client.post(change("policy", policy.pk), policy_post(**{field: value}))
    assert answer.status_code == 200
    assert Policy.objects.get(kind="question").lease_minutes == 60


def test_a_lead_of_one_kind_changes_no_rule_of_another(client):
    lead = make_user(is_staff=True)
    for code in ("lead_toy", "change_policy", "view_policy", "add_checklistitem", "change_checklistitem"):
        lead.user_permissions.add(Permission.objects.get(codename=code))
    client.force_login(lead)
    question, toy = Policy.objects.get(kind="question"), Policy.objects.get(kind="toy")
    assert client.get(change("policy", toy.pk)).status_code == 200
    assert client.post(change("policy", question.pk), policy_post()).status_code == 302  # it does not exist
    assert Policy.objects.get(kind="question").approvals_needed == 1
    item = ChecklistItem.objects.filter(kind="question").first()
    client.post(change("checklistitem", item.pk), {"kind": "toy", "text": "Mine now.", "position": 1})
    add = reverse("admin:contributions_checklistitem_add")
    assert client.post(add, {"kind": "question", "text": "New.", "position": 9}).status_code == 200
    assert (
        client.post(add, {"kind": "toy", "text": "New.", "position": 9, "is_active": "on"}).status_code == 302
    )
    assert not ChecklistItem.objects.filter(kind="question", text__in=["New.", "Mine now."]).exists()
    assert ChecklistItem.objects.filter(kind="toy", text="New.").count() == 1


def test_leads_write_saved_replies_and_reviewers_do_not(client):
    add = reverse("admin:contributions_savedreply_add")
    for person, status, number in ((make_reviewer(), 403, 0), (make_lead(), 302, 1)):
        client.force_login(person)
        assert client.post(add, {"title": "Run it", "text": "Please run it."}).status_code == status
        assert SavedReply.objects.count() == number
