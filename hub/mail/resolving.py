"""What editors decide about messages and editions; each verb notes who decided."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from hub.core.hints import hint
from hub.mail import streams
from hub.mail.models import Delivery, DeliveryQuerySet, Hold

State = Delivery.State


def send_again(chosen: DeliveryQuerySet, by: User | None) -> int:
    """Send doubtful, rejected and cancelled messages once more; returns how many.

    The Message-ID stays the first. Messages whose address was forgotten stay as they are.
    """
    open_to_it = chosen.filter(state__in=[State.UNCERTAIN, State.REJECTED, State.CANCELLED]).exclude(
        address=""
    )
    sent = open_to_it.update(
        state=State.PENDING, reason=f"sent again by {by}"[:200], attempts=0, not_before=timezone.now(),
        claim=None, claimed_at=None, finished_at=None,
    )  # fmt: skip
    if sent:
        hint("hub.mail.tasks.drain")
    return sent


def count_as_delivered(chosen: DeliveryQuerySet, by: User | None) -> int:
    """Settle doubtful messages as delivered; returns how many."""
    return chosen.doubtful().update(state=State.ACCEPTED, reason=f"counted as delivered by {by}"[:200])


def repeat_in_next(chosen: DeliveryQuerySet, by: User | None) -> int:
    """Settle doubtful messages by repeating their content in each recipient's next one; returns how many.

    Streams without a next message, and recipients who have left, stay doubtful.
    """
    settled = 0
    for pk in list(chosen.doubtful().values_list("pk", flat=True)):
        with transaction.atomic():
            row = Delivery.objects.doubtful().select_for_update().filter(pk=pk).first()
            repeat = streams.get(row.stream).repeat if row else None
            if row is None or repeat is None or not repeat(row):
                continue
            row.state, row.reason = State.CANCELLED, f"repeated in the next one by {by}"[:200]
            row.save(update_fields=["state", "reason"])
            settled += 1
    return settled


def cancel(chosen: DeliveryQuerySet, by: User | None) -> int:
    """Cancel messages that are not on the wire yet; returns how many."""
    return chosen.filter(state__in=[State.PENDING, State.CLAIMED]).update(
        state=State.CANCELLED, reason=f"cancelled by {by}"[:200], finished_at=timezone.now(),
        claim=None, claimed_at=None,
    )  # fmt: skip


def doubt_what_waited() -> str:
    """After a restore: list as doubtful what waited when the backup was made, for it may have left since.

    Returns the sentence that the operator reads, or "" when nothing waited.
    """
    doubted = Delivery.objects.filter(state__in=Delivery.OPEN).update(
        state=State.UNCERTAIN, reason="waited when the backup was made", finished_at=timezone.now()
    )
    return (
        f"{doubted} mails waited when the backup was made; decide in admin which to send." if doubted else ""
    )


def pause(stream: str, slot: str, by: User | None, reason: str = "") -> Hold:
    """Hold an edition back, or with an empty slot a whole stream; what is on the wire still arrives."""
    return Hold.objects.get_or_create(
        stream=stream, slot=slot, defaults={"by": by, "reason": reason or f"paused by {by}"}
    )[0]


def resume(stream: str, slot: str) -> None:
    """Let an edition or a stream go on."""
    Hold.objects.filter(stream=stream, slot=slot).delete()
    hint("hub.mail.tasks.drain")
