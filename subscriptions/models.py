"""Subscribers with what they asked for, and the digests that went out."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.urls import reverse

from hub.core import links
from hub.core.models import Level, Tag, Technology

PURPOSE = "subscriber"
# A condition with one parameter for many ids, and how that lists them.
_AMONG = {
    "postgresql": ("subscriptions_subscriber.id = ANY(%s::bigint[])", "{%s}"),
    "sqlite": ("subscriptions_subscriber.id IN (SELECT value FROM json_each(%s))", "[%s]"),
}


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> "SubscriberQuerySet":
        """Those who are written to now."""
        return self.filter(state=Subscriber.State.ACTIVE)

    def behind(self, n: int) -> "SubscriberQuerySet":
        """Those who want news at once and were told only of events before the n-th."""
        return self.active().filter(frequency=Subscriber.Frequency.INSTANT, last_event__lt=n)

    def due(self, now: datetime) -> "SubscriberQuerySet":
        """Those whose next digest may be due."""
        digests = [Subscriber.Frequency.DAILY, Subscriber.Frequency.WEEKLY]
        return self.active().filter(frequency__in=digests, next_at__lte=now)

    def among(self, ids: Iterable[int]) -> "SubscriberQuerySet":
        """Those of these ids, which go as one parameter: databases limit how many there may be."""
        condition, listed = _AMONG[connection.vendor]
        values = [listed % ",".join(map(str, ids))]
        return self.filter(RawSQL(condition, values, models.BooleanField()))  # noqa: S611 (constants)


class Subscriber(models.Model):
    """One address with its double opt-in, its preferences, and how far it has been told.

    ``last_event`` is the number of the last public change that a mail to it has covered, whatever the
    frequency: so changing the frequency neither repeats nor skips an entry. Empty preferences mean all.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "Not confirmed yet"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        LEFT = "left", "Unsubscribed"

    class Frequency(models.TextChoices):
        INSTANT = "instant", "At once"
        DAILY = "daily", "Once a day"
        WEEKLY = "weekly", "Once a week"

    class Weekday(models.IntegerChoices):
        """As ISO 8601 counts."""

        MONDAY = 1, "Monday"
        TUESDAY = 2, "Tuesday"
        WEDNESDAY = 3, "Wednesday"
        THURSDAY = 4, "Thursday"
        FRIDAY = 5, "Friday"
        SATURDAY = 6, "Saturday"
        SUNDAY = 7, "Sunday"

    address = models.EmailField(max_length=254, help_text="Normalised.")
    address_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    generation = models.PositiveIntegerField(
        default=1, help_text="Of the links; counting up turns old ones off."
    )

    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.WEEKLY)
    time_zone = models.CharField(max_length=60, default="UTC", help_text="IANA name.")
    hour = models.PositiveSmallIntegerField(default=8, help_text="Local hour from which a digest may leave.")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, default=Weekday.MONDAY)

    kinds = models.JSONField(default=list, blank=True, help_text="Names of kinds.")
    levels = models.JSONField(default=list, blank=True, help_text=f"Of {', '.join(Level.values)}.")
    technologies = models.ManyToManyField(Technology, blank=True, related_name="+")
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    paths = models.JSONField(default=list, blank=True, help_text="Public ids of learning paths.")
    difficulty_from = models.PositiveSmallIntegerField(default=1)
    difficulty_to = models.PositiveSmallIntegerField(default=10)

    last_event = models.PositiveBigIntegerField(default=0)
    paused_until = models.DateField(null=True, blank=True, help_text="On whose own calendar it goes on.")
    next_at = models.DateTimeField(null=True, blank=True, help_text="When the next digest may be due.")
    asked_at = models.DateTimeField(help_text="When the last letter that asks for confirmation was owed.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["unconfirmed", "active", "paused", "left"]),
                name="subscriber_state_known",
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=["instant", "daily", "weekly"]), name="subscriber_frequency_known"
            ),
            models.CheckConstraint(
                condition=Q(hour__lte=23, weekday__gte=1, weekday__lte=7), name="subscriber_hour_and_weekday"
            ),
            models.CheckConstraint(
                condition=Q(difficulty_from__gte=1, difficulty_to__lte=10)
                & Q(difficulty_from__lte=models.F("difficulty_to")),
                name="subscriber_difficulty_range",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(frequency="instant") | Q(next_at__isnull=False),
                name="subscriber_digest_has_next",
            ),
            models.CheckConstraint(
                condition=Q(state="unconfirmed") | Q(confirmed_at__isnull=False), name="subscriber_opted_in"
            ),
            models.CheckConstraint(
                condition=~Q(state="left") | Q(left_at__isnull=False), name="subscriber_left_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state="paused") | Q(paused_until__isnull=True),
                name="subscriber_paused_until_while_paused",
            ),
        ]
        indexes = [
            # Without last_event: a cursor that stands in no index moves within its page on PostgreSQL.
            models.Index(
                fields=["id"],
                condition=Q(state="active", frequency="instant"),
                name="subscriber_behind",
            ),
            models.Index(
                fields=["next_at", "id"],
                condition=Q(state="active", frequency__in=["daily", "weekly"]),
                name="subscriber_due",
            ),
            models.Index(
                fields=["asked_at"], condition=Q(state="unconfirmed"), name="subscriber_unconfirmed"
            ),
            models.Index(fields=["left_at"], condition=Q(state="left"), name="subscriber_left"),
            models.Index(
                fields=["paused_until"],
                condition=Q(paused_until__isnull=False),
                name="subscriber_paused_until",
            ),
        ]

    def __str__(self) -> str:
        return self.address_hint

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def address_hint(self) -> str:
        """Enough for its owner to know the address: ``m•••@example.com``."""
        local, _, domain = self.address.partition("@")
        return f"{local[:1]}•••@{domain}"

    @property
    def token(self) -> str:
        """What the links in its mails hold; derived, never stored."""
        return links.make_token(PURPOSE, self.pk, self.generation)

    def path(self, page: str = "manage") -> str:
        """The path of one of its pages: manage, confirm, unsubscribe, export, erase."""
        return reverse(f"subscriptions:{page}", args=[self.token])

    def link(self, page: str = "manage") -> str:
        """The full address of one of its pages."""
        return links.absolute(self.path(page))


class Edition(models.Model):
    """One digest that went out to somebody: the day or week, and the public changes since the one before."""

    slot = models.CharField(max_length=12, unique=True, help_text="2026-11-20, or 2026-W47")
    frequency = models.CharField(max_length=8, choices=Subscriber.Frequency.choices)
    from_event = models.PositiveBigIntegerField()
    to_event = models.PositiveBigIntegerField()
    entries = models.PositiveIntegerField(help_text="How many entries it was about.")
    sent_at = models.DateTimeField(help_text="When its first mails were owed.")

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_event__lt=models.F("to_event")), name="edition_covers_something"
            )
        ]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="edition_newest"),
            models.Index(fields=["frequency", "-to_event"], name="edition_last"),
        ]

    def __str__(self) -> str:
        return self.slot

    def get_absolute_url(self) -> str:
        return reverse("subscriptions:edition", args=[self.slot])
