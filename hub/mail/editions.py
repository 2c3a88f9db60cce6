"""What became of an edition: numbers that add up to everybody it was owed to."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from hub.mail.models import Delivery, DeliveryReport, Hold

State = Delivery.State
# Every candidate is in exactly one of these; the three open states are one.
OUTCOMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "accepted": ("Accepted", (State.ACCEPTED,)),
    "rejected": ("Rejected", (State.REJECTED,)),
    "skipped": ("Skipped", (State.SKIPPED,)),
    "uncertain": ("Doubtful", (State.UNCERTAIN,)),
    "cancelled": ("Cancelled", (State.CANCELLED,)),
    "open": ("Still open", Delivery.OPEN),
}
_OUTCOME_OF = {state: name for name, (_, states) in OUTCOMES.items() for state in states}
_UNIT = 1000  # width of a bar in its own units


def outcomes_of(stream: str, slots: Iterable[str]) -> dict[str, Counter[str]]:
    """Slot → outcome → messages, of several editions in one query."""
    rows = Delivery.objects.filter(stream=stream, slot__in=list(slots)).order_by()
    found: dict[str, Counter[str]] = {}
    for slot, state, number in rows.values_list("slot", "state").annotate(Count("pk")):
        found.setdefault(slot, Counter())[_OUTCOME_OF[state]] += number
    return found


def report(stream: str, slot: str) -> dict[str, Any]:
    """Everything about one edition; three queries, however many messages it has.

    {candidates: int, rows: list of {name, label, count, reasons: list of (reason, count)}, bars,
    came_back: list of (label, count), hold: Hold | None}.
    """
    edition = Delivery.objects.edition(stream, slot).order_by()
    counts: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {name: Counter() for name in OUTCOMES}
    for state, reason, number in edition.values_list("state", "reason").annotate(Count("pk")):
        name = _OUTCOME_OF[state]
        counts[name] += number
        if reason:
            reasons[name][reason] += number
    reported = DeliveryReport.objects.filter(delivery__in=edition.values("pk")).order_by()
    came_back = dict(reported.values_list("kind").annotate(Count("pk")))
    holds = Hold.objects.filter(stream=stream, slot__in=["", slot]).order_by("slot")
    return {
        "candidates": counts.total(),
        "rows": [
            {"name": name, "label": label, "count": counts[name], "reasons": reasons[name].most_common(12)}
            for name, (label, _) in OUTCOMES.items()
        ],
        "bars": bars(counts),
        "came_back": [(kind.label, came_back.get(kind.value, 0)) for kind in DeliveryReport.Kind],
        "hold": holds.last(),
    }


def bars(counts: Counter[str], most: int = 0) -> list[dict[str, Any]]:
    """The pieces of one stacked bar: {name, x, width}, in thousandths of ``most`` (else of their sum)."""
    whole, pieces, before = max(most, counts.total(), 1), [], 0
    for name in [*OUTCOMES, *(name for name in counts if name not in OUTCOMES)]:
        if counts[name]:
            width = max(round(counts[name] * _UNIT / whole), 2)
            pieces.append({"name": name, "x": min(before, _UNIT - width), "width": width})
            before += width
    return pieces
