"""The ledger of mail: one row a message and recipient, who must not be written to, what is held back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Q, Value
from django.db.models.expressions import Combinable
from django.utils import timezone


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.State.PENDING, not_before__lte=now)

    def doubtful(self) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.State.UNCERTAIN)

    def edition(self, stream: str, slot: str) -> "DeliveryQuerySet":
        """All messages of one stream and slot: what one digest or alert was to everybody."""
        return self.filter(stream=stream, slot=slot)

    def insert_new(self, row: "Delivery") -> bool:
        """Insert a row unless its (stream, slot, recipient) exists; True if it is new, and has its id."""
        fields = _insertable()
        values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
        inserted = _insert(f"VALUES ({', '.join(['%s'] * len(fields))})", values)
        if inserted:
            row.pk = inserted[0][0]
        return bool(inserted)

    def insert_for_each(
        self, row: "Delivery", recipients: models.QuerySet[Any], **own: Combinable
    ) -> list[tuple[int, int]]:
        """Insert a copy of ``row`` for each of the recipients, in one statement that reads them itself.

        ``own`` are the columns in which the copies differ. Returns (id, about) of those that are new.
        """
        columns = [
            own.get(field.name) or Value(field.pre_save(row, add=True), output_field=field)
            for field in _insertable()
        ]
        return _insert(*recipients.values_list(*columns).query.sql_with_params())


def _insertable() -> list[models.Field[Any, Any]]:
    """The columns of a new row: all but its id."""
    return [field for field in Delivery._meta.concrete_fields if not field.primary_key]


def _insert(source: str, values: Sequence[Any]) -> list[tuple[int, Any]]:
    """Insert what VALUES or SELECT give but for what exists; returns (id, about) of what is new.

    A beat that fires twice inserts nothing the second time. Raw SQL because
    ``bulk_create(ignore_conflicts=True)`` reads from no query and does not say what it inserted.
    """
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in _insertable())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO mail_delivery ({columns}) {source}"
            " ON CONFLICT (stream, slot, recipient_hash) DO NOTHING RETURNING id, about",
            values,
        )
        return list(cursor.fetchall())


class Delivery(models.Model):
    """One message to one recipient, from the moment it is owed to what became of it.

    ``slot`` says which message of its stream it is (``rev:812``, ``2026-11-20``, ``2026-W47``): one row
    a (stream, slot, recipient) for ever, so nothing is owed twice. Nothing live is stored: the stream
    derives links when the message leaves. The states are written only by hub.mail.outbox and resolving.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        CLAIMED = "claimed", "Taken by a worker"
        SENDING = "sending", "On the wire"
        ACCEPTED = "accepted", "Accepted by the relay"
        REJECTED = "rejected", "Rejected"
        SKIPPED = "skipped", "Skipped"
        UNCERTAIN = "uncertain", "Doubtful"
        CANCELLED = "cancelled", "Cancelled"

    OPEN = (State.PENDING, State.CLAIMED, State.SENDING)
    HELD = (State.CLAIMED, State.SENDING)

    stream = models.CharField(max_length=40)
    slot = models.CharField(max_length=120)
    recipient_hash = models.CharField(max_length=64)
    address = models.EmailField(max_length=254, blank=True, help_text="Empty once it was forgotten.")
    template = models.CharField(max_length=80)
    context = models.JSONField(default=dict, blank=True)
    about = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Id of the row it is about, as the stream's app knows it."
    )
    priority = models.PositiveSmallIntegerField(default=0, help_text="0: a person waits for it. 1: bulk.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why it was skipped, put off or rejected."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True, help_text="The drain that holds or last held it.")
    claimed_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, help_text="The same on every attempt.")
    smtp_code = models.PositiveSmallIntegerField(null=True, blank=True)
    smtp_text = models.CharField(
        max_length=300, blank=True, help_text="The relay's words, without the address."
    )
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            # The hash first: it also finds what is owed to one recipient.
            models.UniqueConstraint(fields=["recipient_hash", "stream", "slot"], name="delivery_owed_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "pending",
                        "claimed",
                        "sending",
                        "accepted",
                        "rejected",
                        "skipped",
                        "uncertain",
                        "cancelled",
                    ]
                ),
                name="delivery_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(claim__isnull=True), name="delivery_pending_is_free"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "sending"])
                | Q(claim__isnull=False, claimed_at__isnull=False),
                name="delivery_held_by_a_claim",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "claimed", "sending"], finished_at__isnull=True)
                | Q(
                    state__in=["accepted", "rejected", "skipped", "uncertain", "cancelled"],
                    finished_at__isnull=False,
                ),
                name="delivery_finished_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["pending", "claimed", "sending"]) | ~Q(address=""),
                name="delivery_open_has_address",
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(reason=""), name="delivery_skipped_says_why"
            ),
        ]
        indexes = [
            # What drain claims next, and what the reaper looks at.
            models.Index(
                fields=["priority", "not_before", "id"], condition=Q(state="pending"), name="delivery_pending"
            ),
            models.Index(
                fields=["claimed_at"], condition=Q(state__in=["claimed", "sending"]), name="delivery_held"
            ),
            # What editors must decide, and which addresses have been kept long enough.
            models.Index(fields=["finished_at"], condition=Q(state="uncertain"), name="delivery_doubtful"),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False) & ~Q(address=""),
                name="delivery_to_forget",
            ),
            models.Index(fields=["stream", "slot"], name="delivery_of_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.slot}"

    @property
    def is_open(self) -> bool:
        """Whether it may still leave."""
        return self.state in self.OPEN


class DeliveryReport(models.Model):
    """What was heard of a delivery after the relay had taken it: once a kind, however often."""

    class Kind(models.TextChoices):
        BOUNCE = "bounce", "Address does not exist"
        FAILURE = "failure", "Not delivered for another reason"
        COMPLAINT = "complaint", "Marked as spam"

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="reports", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=300, blank=True, help_text="The report's words, without addresses.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "kind"], name="delivery_report_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["bounce", "failure", "complaint"]), name="delivery_report_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery}: {self.get_kind_display()}"


class Suppression(models.Model):
    """An address that must not be written to. It names a hash and outlives deletion and a new sign-up."""

    EVERYTHING = "everything"

    class Reason(models.TextChoices):
        BOUNCE = "bounce", "Address does not exist"
        COMPLAINT = "complaint", "Marked as spam"
        UNSUBSCRIBED = "unsubscribed", "Asked to be left alone"
        ERASED = "erased", "Erased by its owner"
        MANUAL = "manual", "Entered by an editor"

    recipient_hash = models.CharField(max_length=64)
    scope = models.CharField(
        max_length=40, default=EVERYTHING, help_text="Everything, or a scope of streams."
    )
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient_hash", "scope"], name="suppression_once"),
            models.CheckConstraint(
                condition=Q(reason__in=["bounce", "complaint", "unsubscribed", "erased", "manual"]),
                name="suppression_reason_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.get_reason_display()}"

    @classmethod
    def add(cls, recipient_hash: str, reason: Reason, scope: str = EVERYTHING, note: str = "") -> None:
        """Suppress a recipient; one that is suppressed already keeps its first reason."""
        cls.objects.get_or_create(
            recipient_hash=recipient_hash, scope=scope, defaults={"reason": reason, "note": note[:200]}
        )


class Hold(models.Model):
    """One edition (stream, slot) that is paused; with an empty slot, the whole stream."""

    stream = models.CharField(max_length=40)
    slot = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "slot"], name="hold_once")]

    def __str__(self) -> str:
        return f"{self.stream} {self.slot}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.reason = self.reason[:300]
        super().save(*args, **kwargs)
