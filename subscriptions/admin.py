"""Admin of subscribers: to read, with the numbers of growth; editors change nobody's preferences."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html

from hub.core.addresses import address_hash
from hub.core.read_only import ByActions
from hub.mail.desk import page_of
from hub.mail.editions import OUTCOMES, bars, outcomes_of
from subscriptions import enrolling, letters, schedule
from subscriptions.desk import pages as next_pages
from subscriptions.models import Edition, Subscriber, SubscriberQuerySet
from subscriptions.preferences import Preferences

CHARTED = 12  # digests whose outcomes stand above the list


@admin.register(Subscriber)
class SubscriberAdmin(ByActions, admin.ModelAdmin[Subscriber]):
    """Who is subscribed to what; found by exact address, because a list of addresses invites copying."""

    list_display = ["address_hint", "state", "frequency", "time_zone", "next_at", "confirmed_at", "left_at"]
    list_filter = ["state", "frequency"]
    search_fields = ["address_hash__exact"]
    search_help_text = "A whole address"
    ordering = ["-pk"]
    show_full_result_count = False
    actions = ["unsubscribe", "erase"]
    change_list_template = "admin/subscriptions/subscriber_list.html"
    fields = [
        "address", "state", "wants", "frequency", "time_zone", "weekday", "hour", "paused_until",
        "last_event", "next_at", "created_at", "asked_at", "confirmed_at", "left_at",
    ]  # fmt: skip
    readonly_fields = ["wants"]

    @admin.display(description="wants")
    def wants(self, row: Subscriber) -> str:
        return Preferences.of(row).words(row.frequency)

    def get_search_results(
        self, _request: HttpRequest, queryset: QuerySet[Subscriber], search_term: str
    ) -> tuple[QuerySet[Subscriber], bool]:
        if not search_term:
            return queryset, False
        try:
            return queryset.filter(address_hash=address_hash(search_term)), False
        except ValidationError:
            return queryset.none(), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().changelist_view(request, {"title": "Subscribers", **growth(), **(extra_context or {})})  # type: ignore[return-value]

    @admin.action(description="Unsubscribe", permissions=["change"])
    def unsubscribe(self, request: HttpRequest, queryset: SubscriberQuerySet) -> None:
        rows = list(queryset)
        for row in rows:
            enrolling.leave(row)
        self.message_user(request, f"{len(rows)} unsubscribed.", messages.SUCCESS)

    @admin.action(description="Erase, for good", permissions=["change"])
    def erase(self, request: HttpRequest, queryset: SubscriberQuerySet) -> None:
        rows = list(queryset)
        for row in rows:
            enrolling.erase(row)
        self.message_user(request, f"{len(rows)} erased.", messages.SUCCESS)


@admin.register(Edition)
class EditionAdmin(ByActions, admin.ModelAdmin[Edition]):
    """The digests that went out, each with its report; and the next one before it goes."""

    list_display = ["slot", "frequency", "entries", "report", "sent_at"]
    list_filter = ["frequency"]
    list_per_page = 50
    show_full_result_count = False
    change_list_template = "admin/subscriptions/edition_list.html"

    def get_urls(self) -> list[URLPattern]:
        return [*next_pages(self.admin_site.admin_view), *super().get_urls()]

    @admin.display(description="what became of it")
    def report(self, row: Edition) -> str:
        return format_html('<a href="{}">Report</a>', page_of(letters.DIGEST, row.slot))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().changelist_view(
            request, {"title": "Digests", "outcomes": outcomes(), **(extra_context or {})}
        )  # type: ignore[return-value]


def outcomes() -> list[dict[str, Any]]:
    """Of the last digests, newest first: {label, url, counts: of (name, label, count), bars}; two queries."""
    last = list(Edition.objects.all()[:CHARTED])
    counts = outcomes_of(letters.DIGEST, [edition.slot for edition in last])
    return [
        {
            "label": schedule.label(edition.slot),
            "url": page_of(letters.DIGEST, edition.slot),
            "counts": [(name, label, counts[edition.slot][name]) for name, (label, _) in OUTCOMES.items()],
            "bars": bars(counts[edition.slot]),
        }
        for edition in last
        if edition.slot in counts
    ]


def growth() -> dict[str, Any]:
    """Numbers for the head of the list: by state, by frequency, and joined and left in 12 months."""
    since = timezone.now() - timedelta(days=365)
    rows = Subscriber.objects.order_by()
    joined, left = (
        dict(
            rows.filter(**{f"{name}__gte": since}).annotate(month=TruncMonth(F(name))).values_list("month")
            .annotate(Count("pk"))
        )
        for name in ("confirmed_at", "left_at")
    )  # fmt: skip
    most = max([*joined.values(), *left.values()], default=0)
    return {
        "states": list(rows.values_list("state").annotate(Count("pk")).order_by("state")),
        "frequencies": list(
            rows.active().values_list("frequency").annotate(Count("pk")).order_by("frequency")
        ),
        "months": [
            {
                "month": month,
                "joined": joined.get(month, 0),
                "left": left.get(month, 0),
                "joined_bar": bars(Counter(joined=joined.get(month, 0)), most),
                "left_bar": bars(Counter(left=left.get(month, 0)), most),
            }
            for month in sorted({*joined, *left}, reverse=True)
        ],
    }
