"""How the review goes: who waits for whom and how long, what was decided, was late, was overridden."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, Min, Q
from django.db.models.functions import TruncWeek
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone

from contributions.admin.queue import OURS, THEIRS, age_words, name_of, span_words
from contributions.models import Approval, Policy, State, Submission, SubmissionEvent
from contributions.permissions import LEAD, kinds_seen_by, may
from hub.core import catalogue

WEEKS = 8
OLDEST = 10
MOST_OVERRIDES = 100
VERDICTS = ("approve", "publish", "publish_at_once", "request_changes", "reject", "duplicate", "spam")


@dataclass
class Spans:
    """Lengths of time, and what is said of them: the middle one, and the one that nine of ten stay below."""

    lengths: list[timedelta] = field(default_factory=list)

    def at(self, share: float) -> str:
        """The length that this share of them does not exceed (nearest rank); a dash for none."""
        if not self.lengths:
            return "–"
        return span_words(sorted(self.lengths)[max(0, ceil(share * len(self.lengths)) - 1)])

    @property
    def median(self) -> str:
        return self.at(0.5)

    @property
    def most(self) -> str:
        return self.at(0.9)


@dataclass
class KindRow:
    """One kind: what waits now, and how the last weeks' answers and decisions kept the service level."""

    label: str
    policy: Policy
    ages: Spans = field(default_factory=Spans)
    unclaimed: int = 0
    overdue: int = 0
    answers: Spans = field(default_factory=Spans)
    decisions: Spans = field(default_factory=Spans)

    @property
    def waiting(self) -> int:
        return len(self.ages.lengths)

    @property
    def late_answers(self) -> int:
        limit = timedelta(hours=self.policy.first_response_hours)
        return sum(length > limit for length in self.answers.lengths)

    @property
    def late_decisions(self) -> int:
        limit = timedelta(days=self.policy.decision_days)
        return sum(length > limit for length in self.decisions.lengths)


def reports(user: User) -> dict[str, Any]:
    """See templates/admin/contributions/submission/reports.html. A constant number of queries."""
    now, kinds = timezone.now(), kinds_seen_by(user)
    visible = Submission.objects.visible_to(user)
    since = now - timedelta(weeks=WEEKS)
    led = [kind for kind in kinds if may(user, LEAD, kind)]
    events = SubmissionEvent.objects.filter(
        submission__kind__in=kinds, at__gte=since, by=SubmissionEvent.By.STAFF, action__in=VERDICTS
    )
    return {
        "weeks_counted": WEEKS,
        "kinds": _kinds(visible, kinds, now, since),
        "waits": _who_waits(visible, now),
        "oldest": _oldest(visible, now),
        "throughput": _by_week(
            events.annotate(week=TruncWeek("at"))
            .values_list("submission__kind", "week")
            .annotate(number=Count("pk")),
            {kind: catalogue.get(kind).label_plural for kind in kinds},
            now,
        ),
        "reviewers": _reviewers(events, now),
        "leads_some": bool(led),
        "overrides": _overrides(led),
    }


def _kinds(visible: Any, kinds: Sequence[str], now: datetime, since: datetime) -> list[KindRow]:
    policies = {policy.kind: policy for policy in Policy.objects.filter(kind__in=kinds)}
    rows = {
        kind: KindRow(catalogue.get(kind).label_plural, policies.get(kind) or Policy(kind=kind))
        for kind in kinds
    }
    waiting = visible.filter(state__in=OURS, publish_at__isnull=True)
    for kind, entered, due, holder in waiting.values_list("kind", "confirmed_at", "due_at", "claimed_by"):
        row = rows[kind]
        row.ages.lengths.append(now - entered)
        row.unclaimed += holder is None
        row.overdue += due is not None and due < now
    answered = visible.filter(confirmed_at__isnull=False).filter(
        Q(first_response_at__gte=since) | Q(decided_at__gte=since)
    )
    times = answered.values_list("kind", "confirmed_at", "first_response_at", "decided_at")
    for kind, entered, first, decided in times:
        if first is not None and first >= since:
            rows[kind].answers.lengths.append(first - entered)
        if decided is not None and decided >= since:
            rows[kind].decisions.lengths.append(decided - entered)
    return list(rows.values())


def _who_waits(visible: Any, now: datetime) -> list[dict[str, Any]]:
    """Who keeps whom waiting: a reviewer yet to come, each holder, the publisher, the contributors."""
    queue = reverse("admin:contributions_submission_changelist")
    open_ones = visible.filter(state__in=(*OURS, *THEIRS)).exclude(state=State.DRAFT)
    groups = open_ones.values_list("state", "claimed_by", IsNull(F("publish_at"), True)).annotate(
        number=Count("pk"), since=Min("state_since")
    )
    found: dict[tuple[str, str, str], tuple[int, datetime]] = {}
    holders: dict[int, User] = User.objects.in_bulk([holder for _, holder, *_ in groups if holder])
    for state, holder, has_no_date, number, oldest in groups:
        match state:
            case State.PENDING:
                key = ("Contributors", "a reviewer to claim it", f"{queue}?claim=nobody")
            case State.IN_REVIEW:
                key = ("Contributors", name_of(holders.get(holder)), f"{queue}?claim=others")
            case State.APPROVED if has_no_date:
                key = ("Contributors", "an editor to publish it", queue)
            case State.APPROVED:
                key = ("Everybody", "the date that was set", queue)
            case State.CHANGES_REQUESTED:
                key = ("We", "contributors to revise", f"{queue}?waiting=theirs")
            case _:
                key = ("We", "contributors to confirm", f"{queue}?waiting=theirs")
        before = found.get(key, (0, oldest))
        found[key] = (before[0] + number, min(before[1], oldest))
    return [
        {"who": who, "whom": whom, "url": url, "number": number, "longest": span_words(now - oldest)}
        for (who, whom, url), (number, oldest) in sorted(found.items(), key=lambda one: one[1][1])
    ]


def _oldest(visible: Any, now: datetime) -> list[dict[str, Any]]:
    rows = visible.filter(state__in=OURS, publish_at__isnull=True).select_related("claimed_by")
    return [
        {
            "title": one.title,
            "reference": one.reference,
            "url": reverse("admin:contributions_submission_change", args=[one.pk]),
            "state": one.state,
            "state_label": one.state_label,
            "age_words": age_words(one, now),
            "holder": name_of(one.claimed_by) if one.claimed_by else "–",
        }
        for one in rows.order_by("confirmed_at", "pk")[:OLDEST]
    ]


def _weeks(now: datetime) -> list[date]:
    """The Mondays of the last weeks, the present one last."""
    monday = now.date() - timedelta(days=now.weekday())
    return [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def _by_week(
    counts: Iterable[tuple[Any, datetime, int]], names: dict[Any, str], now: datetime
) -> dict[str, Any]:
    """A table of counts: a row a name, a column a week."""
    weeks = _weeks(now)
    found: dict[Any, Counter[date]] = defaultdict(Counter)
    for key, week, number in counts:
        found[key][week.date()] += number
    rows = [
        {"label": label, "numbers": [found[key][week] for week in weeks], "total": found[key].total()}
        for key, label in names.items()
        if key in found
    ]
    return {"weeks": weeks, "rows": sorted(rows, key=lambda row: (-row["total"], row["label"]))}


def _reviewers(events: Any, now: datetime) -> dict[str, Any]:
    counts = list(
        events.annotate(week=TruncWeek("at")).values_list("actor", "week").annotate(number=Count("pk"))
    )
    people = User.objects.in_bulk({actor for actor, *_ in counts if actor})
    return _by_week(counts, {actor: name_of(people.get(actor)) for actor, *_ in counts}, now)


def _overrides(led: Sequence[str]) -> list[dict[str, Any]]:
    """Own work that leads approved, with the reason that they typed; for leads of the kind."""
    rows = Approval.objects.filter(is_override=True, revision__submission__kind__in=led)
    return [
        {
            "at": one.created_at,
            "approver": name_of(one.approver),
            "reference": one.revision.submission.reference,
            "title": one.revision.submission.title,
            "url": reverse("admin:contributions_submission_change", args=[one.revision.submission_id]),
            "reason": one.reason,
        }
        for one in rows.select_related("approver", "revision__submission").order_by("-pk")[:MOST_OVERRIDES]
    ]
