"""Rows for tests, made by the verbs that make them in earnest; every default is unique or shared on purpose.

Each function takes what a test cares about as keywords and fills in the rest.
"""

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from contributions import submitting, workflow
from contributions.actors import Contributor, Staff
from contributions.models import ChecklistItem, Submission
from hub.core import publishing
from hub.core.models import Entry, Tag, Technology, Topic, Weakness
from hub.core.payload import Payload, validated
from hub.core.publishing import Thanks
from questions.models import Role
from subscriptions import enrolling
from subscriptions.enrolling import Choices
from subscriptions.models import Subscriber

_numbers = count(1)


def make_technology(slug: str = "", **over: Any) -> Technology:
    """A technology; its name and code follow from the slug."""
    slug = slug or f"technology-{next(_numbers)}"
    letters = "".join(letter for letter in slug.upper() if letter.isalnum())
    code = letters if len(letters) <= 8 else f"{letters[:4]}{next(_numbers):04d}"
    values: dict[str, Any] = {
        "name": slug.replace("-", " ").title(),
        "code": code,
        "kind": "language",
        **over,
    }
    return Technology.objects.create(slug=slug, **values)


def make_topic(slug: str = "", **over: Any) -> Topic:
    slug = slug or f"topic-{next(_numbers)}"
    values: dict[str, Any] = {"name": slug.replace("-", " ").title(), **over}
    return Topic.objects.create(slug=slug, **values)


def make_role(slug: str = "", **over: Any) -> Role:
    slug = slug or f"role-{next(_numbers)}"
    values: dict[str, Any] = {"name": slug.replace("-", " ").title(), **over}
    return Role.objects.create(slug=slug, **values)


def make_tag(name: str = "") -> Tag:
    return Tag.objects.create(name=name or f"tag {next(_numbers)}")


def make_weakness(label: str) -> Weakness:
    """The weakness of a label such as CWE-89 or A05:2025, made if it is missing."""
    code, _, edition = label.removeprefix("CWE-").partition(":")
    values = {"scheme": "OWASP" if edition else "CWE", "edition": edition, "code": code}
    row, _ = Weakness.objects.get_or_create(**values, defaults={"name": f"Weakness {label}"})
    return row


def make_user(username: str = "", **over: Any) -> User:
    """An account without any rights; ``client.force_login`` signs it in."""
    username = username or f"person-{next(_numbers)}"
    values: dict[str, Any] = {"email": f"{username}@example.com", **over}
    return User.objects.create_user(username, **values)


def make_reviewer(username: str = "", **over: Any) -> User:
    """A member of staff who may review every kind, and publish none."""
    return _staff("Reviewers", username, over)


def make_editor(username: str = "", **over: Any) -> User:
    """A member of staff who may review and publish every kind."""
    return _staff("Editors", username, over)


def make_lead(username: str = "", **over: Any) -> User:
    """A member of staff who may also override, take over and reopen."""
    return _staff("Leads", username, over)


def _staff(group: str, username: str, over: dict[str, Any]) -> User:
    username = username or f"{group.lower()[:-1]}-{next(_numbers)}"
    user = make_user(username, is_staff=True, **over)
    user.groups.add(Group.objects.get(name=group))
    return user


def question_data(**over: Any) -> dict[str, Any]:
    """The raw data of a valid question, as a form or the API sends it.

    A technology, topic or role that is named and missing is made; the defaults share Python and testing.
    """
    number = next(_numbers)
    data: dict[str, Any] = {
        "title": f"What does question {number} ask?",
        "summary": f"What a reader of question {number} learns.",
        "technology": "python",
        "topic": "testing",
        "tags": ["practice"],
        "level": "mid",
        "difficulty": 5,
        "question_type": "concept",
        "minutes": 8,
        "short_answer": f"The short answer to question {number}.",
        "deep_dive": f"The long answer to question {number}.",
        **over,
    }
    _make_missing(data)
    return data


def _make_missing(data: dict[str, Any]) -> None:
    slug = data["technology"]
    if slug and not Technology.objects.filter(slug=slug).exists():
        make_technology(slug, **{"code": "PY"} if slug == "python" else {})
    if (slug := data["topic"]) and not Topic.objects.filter(slug=slug).exists():
        make_topic(slug)
    for slug in data.get("roles", []):
        if not Role.objects.filter(slug=slug).exists():
            make_role(slug)
    for label in data.get("weaknesses", []):
        make_weakness(label)


def question_payload(**over: Any) -> Payload:
    """The payload of a valid question."""
    return validated("question", question_data(**over))


def make_question(
    *,
    by: User | None = None,
    at: datetime | None = None,
    announce: bool = True,
    public_id: str = "",
    source: str = "",
    thanks: Thanks | None = None,
    **over: Any,
) -> Entry:
    """A public question; ``over`` changes its payload."""
    payload = question_payload(**over)
    event = publishing.publish(
        payload, by, source=source, announce=announce, public_id=public_id, at=at, thanks=thanks
    )
    assert event.entry is not None
    return event.entry


def revise(entry: Entry, *, by: User | None = None, announce: bool = True, **over: Any) -> Entry:
    """Publish the next revision of an entry, with these fields of its payload changed."""
    payload = publishing.current_payload(entry)
    event = publishing.publish(replace(payload, data={**payload.data, **over}), by, entry, announce=announce)
    assert event.entry is not None
    return event.entry


def archive(entry: Entry, *, by: User | None = None, successor: Entry | None = None) -> Entry:
    """Take an entry off the public pages."""
    event = publishing.archive(entry, by, successor)
    assert event.entry is not None
    return event.entry


def make_subscriber(address: str = "", **over: Any) -> Subscriber:
    """An active subscriber to everything, once a week, as signing up and confirming make one.

    ``over`` holds the values of a sign-up (frequency, hour, kinds, technologies, tags …); ``now`` is when.
    """
    now = over.pop("now", None) or timezone.now()
    related = {"technologies": over.pop("technologies", []), "tags": over.pop("tags", [])}
    address = address or f"reader-{next(_numbers)}@example.org"
    enrolling.sign_up(address, Choices(over, **related), now=now)
    row = Subscriber.objects.get(address=address)
    assert enrolling.confirm(row, now=now)
    row.refresh_from_db()
    return row


def make_submission(
    state: str = "pending", *, target: Entry | None = None, by: User | None = None, **over: Any
) -> Submission:
    """A guest's submission, brought to a state by the workflow; ``by`` is the editor who does what it takes.

    ``over`` changes the payload; ``email``, ``name`` and ``link`` are the guest's.
    """
    person = {name: over.pop(name) for name in ("email", "name", "link", "note") if name in over}
    person.setdefault("email", f"guest-{next(_numbers)}@example.net")
    base = target.current_revision if target else None
    if target is not None:
        current = publishing.current_payload(target)
        over = over or {"summary": f"A better summary {next(_numbers)}."}
        payload = replace(current, data={**current.data, **over})
    else:
        payload = question_payload(**over)
    submission = submitting.submit(submitting.Proposal(payload, target=target, base=base, **person))
    for action, reached in _WAY.get(state, _WAY["published"]):
        submission = _step(submission, action, by)
        if reached == state:
            break
    return submission


_WAY: dict[str, list[tuple[str, str]]] = {
    "unconfirmed": [],
    "withdrawn": [("withdraw", "withdrawn")],
    "rejected": [("confirm", "pending"), ("claim", "in_review"), ("reject", "rejected")],
    "changes_requested": [
        ("confirm", "pending"), ("claim", "in_review"), ("request_changes", "changes_requested"),
    ],
    "published": [
        ("confirm", "pending"), ("claim", "in_review"), ("approve", "approved"), ("publish", "published"),
    ],
}  # fmt: skip
_DATA: dict[str, dict[str, Any]] = {
    "reject": {"code": "other", "reason": "It is not for us."},
    "request_changes": {"comment": "Please say why."},
}


def _step(submission: Submission, action: str, by: User | None) -> Submission:
    if action in {"confirm", "withdraw"}:
        return workflow.perform(submission, action, Contributor(submission.pk))
    editor = by or User.objects.filter(username="the-editor").first() or make_editor("the-editor")
    data = dict(_DATA.get(action, {}))
    if action == "approve":
        data["checklist"] = list(ChecklistItem.objects.values_list("pk", flat=True))
    return workflow.perform(
        submission, action, Staff(editor), version=submission.version, revision=submission.head, **data
    )
