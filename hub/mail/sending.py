"""The way out: claim a batch, then one message at a time: intent, wire, outcome.

After ``kill -9`` at most one message a drain is in doubt, because the intent is committed before the first
byte leaves and the outcome right after the relay's reply. What a dead drain held, ``reap`` gives back.
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from hub.core.hints import hint
from hub.mail import streams
from hub.mail.composing import Composer
from hub.mail.messages import Message
from hub.mail.models import Delivery, Hold, Suppression
from hub.mail.relay import Outcome, Relay, RelayDown, Verdict, configured_relay
from hub.mail.streams import Doubt, NothingToSay, Stream

logger = logging.getLogger(__name__)

State = Delivery.State
BATCH = 50
# Waits after a temporary refusal: eleven, 72 hours in all; then it is given up.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, *[720] * 5, 204)]
# A drain ends within its budget and one message within the relay's timeouts; who holds longer is dead.
LEASE = timedelta(minutes=10)
# More rejects than this among the last outcomes of an edition pause it: 5 % of 200.
MOST_REJECTS, REJECT_WINDOW = 10, 200

_FIELDS = {field.name: field for field in Delivery._meta.concrete_fields}
_HELD = Exists(Hold.objects.filter(stream=OuterRef("stream"), slot__in=["", OuterRef("slot")]))


def budget() -> float:
    """Seconds that one drain may take: SQLite's one worker has other tasks to do too."""
    return 60.0 if connection.vendor == "postgresql" else 5.0


def drain(
    relay: Relay | None = None,
    *,
    now: datetime | None = None,
    seconds: float | None = None,
    batch: int = BATCH,
) -> Counter[str]:
    """Send what is due until nothing is or the time is up; returns how many messages got which state.

    Any number of drains may run at once. With the relay down nothing is touched; the beat tries again.
    """
    relay = relay or configured_relay()
    deadline = time.monotonic() + (budget() if seconds is None else seconds)
    told: Counter[str] = Counter()
    composer = Composer()
    if not is_due(now):
        return told
    try:
        relay.open()
        while time.monotonic() < deadline and (rows := claim(batch, now or timezone.now())):
            for state in _sent(rows, relay, composer, now, deadline):
                told[state] += 1
    except RelayDown as error:
        logger.warning("relay down, mail waits: %s", error)
        return told
    finally:
        relay.close()
    if is_due(now):
        hint("hub.mail.tasks.drain")
    return told


def is_due(now: datetime | None = None) -> bool:
    """Whether a drain would find something to send."""
    return Delivery.objects.due(now or timezone.now()).exclude(_HELD).exists()


def claim(batch: int, now: datetime) -> list[Delivery]:
    """Take up to ``batch`` due messages; no other drain gets the same ones.

    The batch is materialised, since PostgreSQL may plan an ``IN (… LIMIT)`` twice and claim too many.
    """
    lock = "FOR UPDATE OF d SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    claim_id = uuid.uuid4()
    values = [now, batch, Delivery._meta.get_field("claim").get_db_prep_save(claim_id, connection), now]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH batch AS MATERIALIZED (SELECT d.id FROM mail_delivery d"  # noqa: S608 (lock is a constant)
            " WHERE d.state = 'pending' AND d.not_before <= %s"
            " AND NOT EXISTS (SELECT 1 FROM mail_hold h WHERE h.stream = d.stream AND h.slot IN ('', d.slot))"
            f" ORDER BY d.priority, d.not_before, d.id LIMIT %s {lock})"
            " UPDATE mail_delivery SET state = 'claimed', claim = %s, claimed_at = %s"
            " WHERE id IN (SELECT id FROM batch) RETURNING id",
            values,
        )
        taken = [pk for (pk,) in cursor.fetchall()]
    rows = Delivery.objects.filter(pk__in=taken, claim=claim_id).order_by("priority", "not_before", "pk")
    return list(rows)


def _sent(
    rows: list[Delivery], relay: Relay, composer: Composer, now: datetime | None, deadline: float
) -> Iterator[str]:
    """Send the rows of one claim in order; what is not reached goes back to waiting."""
    intents: dict[str, Intent] = {}
    try:
        composer.prepare(rows)
        for row in rows:
            if time.monotonic() >= deadline:
                break
            if state := _send_one(row, relay, composer, intents, now or timezone.now()):
                yield state
    finally:
        Delivery.objects.filter(claim=rows[0].claim, state=State.CLAIMED).update(
            state=State.PENDING, claim=None, claimed_at=None
        )


def _send_one(
    row: Delivery, relay: Relay, composer: Composer, intents: dict[str, "Intent"], now: datetime
) -> str | None:
    """Compose, intend, send, record; the state that the message got, None if it was not ours any more."""
    try:
        stream = streams.get(row.stream)
        message = composer.compose(row, stream, now=now)
    except NothingToSay as reason:
        return _close(row, [State.CLAIMED], State.SKIPPED, now, reason=str(reason))
    except Exception as error:  # a template or a stream is broken: that must not stop the others
        logger.exception("message %s could not be written", row.pk)
        row.attempts += 1
        return _put_off(row, [State.CLAIMED], now, reason=f"could not be written: {type(error).__name__}")
    relay.open()
    if row.stream not in intents:
        intents[row.stream] = Intent(_checks(stream))
    if not _intend(row, intents[row.stream], now):
        return _refuse(row, stream, now)
    return _record(row, stream, message, relay.send(message), now)


def _checks(stream: Stream) -> dict[str, Any]:
    """Reason → condition that must hold for a message of this stream to leave."""
    suppressed = Exists(
        Suppression.objects.filter(
            recipient_hash=OuterRef("recipient_hash"), scope__in=[Suppression.EVERYTHING, stream.scope]
        )
    )
    return {"suppressed": ~suppressed, **(stream.guard() if stream.guard else {})}


class Intent:
    """The statement that writes the intent to send, guard and all, compiled once for one claim."""

    # They stand for what differs from message to message, and are found again among the parameters.
    _PK, _CLAIM, _NOW = 2**60 + 7, uuid.UUID(int=7), datetime(1982, 8, 1, 0, 0, 0, 821, tzinfo=UTC)

    def __init__(self, checks: Mapping[str, Any]):
        mine = Delivery.objects.filter(pk=self._PK, claim=self._CLAIM, state=State.CLAIMED)
        query = cast("Any", mine.filter(~_HELD, *checks.values()).query.chain(UpdateQuery))
        query.add_update_values(
            {"state": State.SENDING, "claimed_at": self._NOW, "attempts": F("attempts") + 1}
        )
        self.sql, parameters = query.get_compiler(connection=connection).as_sql()
        self._parameters = list(parameters)
        places = self._adapted(self._PK, self._CLAIM, self._NOW)
        self._places = [self._parameters.index(value) for value in places]

    def write(self, row: Delivery, now: datetime) -> bool:
        """Whether the message is still wanted and ours: then the intent to send it is committed."""
        values = self._parameters.copy()
        for place, value in zip(self._places, self._adapted(row.pk, row.claim, now), strict=True):
            values[place] = value
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            return bool(cursor.rowcount == 1)

    @staticmethod
    def _adapted(pk: int, claim: uuid.UUID | None, now: datetime) -> list[Any]:
        fields = {"id": pk, "claim": claim, "claimed_at": now}
        return [_FIELDS[name].get_db_prep_save(value, connection) for name, value in fields.items()]


def _intend(row: Delivery, intent: Intent, now: datetime) -> bool:
    """Guard and intent in one statement: who left before it is not written to."""
    is_intended = intent.write(row, now)
    row.attempts += is_intended
    return is_intended


def _refuse(row: Delivery, stream: Stream, now: datetime) -> str | None:
    """Write why a message does not leave; a paused one just waits (its claim is given back)."""
    mine = Delivery.objects.filter(pk=row.pk, claim=row.claim, state=State.CLAIMED)
    for reason, condition in _checks(stream).items():
        if not mine.filter(condition).exists():
            return _close(row, [State.CLAIMED], State.SKIPPED, now, reason=reason)
    return None


def _record(row: Delivery, stream: Stream, message: Message, outcome: Outcome, now: datetime) -> str | None:
    """Write what became of a message; nothing if somebody else has decided on it meanwhile."""
    # A reaper may have taken a slow drain for dead: the true outcome still replaces the doubt.
    ours = [State.SENDING, State.UNCERTAIN]
    words = without_address(outcome.text, message.recipient, row.address)
    smtp = {"smtp_code": outcome.code, "smtp_text": words[:300]}
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return _close(row, ours, State.ACCEPTED, now, **smtp)
        case Verdict.LATER:
            return _put_off(row, ours, now, reason="temporary failure", **smtp)
        case Verdict.UNCERTAIN if stream.on_doubt is Doubt.SEND_AGAIN:
            return _put_off(row, ours, now, reason="in doubt, sent again", **smtp)
        case Verdict.UNCERTAIN:
            return _close(
                row, ours, State.UNCERTAIN, now, reason="connection lost after the final dot", **smtp
            )
        case Verdict.POLICY if stream.is_bulk:
            hold(row.stream, row.slot, f"The relay refuses it by policy: {outcome.code} {words}")
            return _release(row, ours, now, reason="refused by policy", **smtp)
        case Verdict.BAD_ADDRESS:
            Suppression.add(row.recipient_hash, Suppression.Reason.BOUNCE, note=f"{outcome.code} {words}")
    state = _close(row, ours, State.REJECTED, now, reason=outcome.verdict.value, **smtp)
    if stream.is_bulk:
        _pause_if_much_is_rejected(row)
    return state


def _pause_if_much_is_rejected(row: Delivery) -> None:
    last = Delivery.objects.edition(row.stream, row.slot).filter(
        state__in=[State.ACCEPTED, State.REJECTED, State.UNCERTAIN]
    ).order_by("-finished_at").values_list("state", flat=True)[:REJECT_WINDOW]  # fmt: skip
    rejected = list(last).count(State.REJECTED)
    if rejected > MOST_REJECTS:
        hold(row.stream, row.slot, f"{rejected} of the last {REJECT_WINDOW} messages were rejected.")


def hold(stream: str, slot: str, reason: str) -> None:
    """Pause an edition by itself; editors resume it in admin."""
    Hold.objects.get_or_create(stream=stream, slot=slot, defaults={"reason": reason[:300]})
    logger.error("edition %s %s paused: %s", stream, slot, reason)


def _close(row: Delivery, states: Sequence[str], state: str, now: datetime, **values: Any) -> str | None:
    """Write the outcome; in plain SQL, because the ORM takes longer to say it than the database to do it."""
    told = {"state": state, "finished_at": now, "reason": "", **values}
    fields = [_FIELDS[name] for name in (*told, "id", "claim")]
    given = zip(fields, (*told.values(), row.pk, row.claim), strict=True)
    changes = ", ".join(f"{name} = %s" for name in told)
    places = ", ".join(["%s"] * len(states))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE mail_delivery SET {changes} WHERE id = %s AND claim = %s AND state IN ({places})",  # noqa: S608
            [*(field.get_db_prep_save(value, connection) for field, value in given), *states],
        )
        return state if cursor.rowcount else None


def _put_off(
    row: Delivery, states: Sequence[str], now: datetime, *, reason: str, **values: Any
) -> str | None:
    """Try again after a while, or give it up after the last wait."""
    if row.attempts > len(BACK_OFF):
        return _close(row, states, State.REJECTED, now, reason=f"given up after 72 hours: {reason}", **values)
    later = now + BACK_OFF[max(row.attempts, 1) - 1]
    return _release(row, states, later, reason=reason, attempts=row.attempts, **values)


def _release(row: Delivery, states: Sequence[str], not_before: datetime, **values: Any) -> str | None:
    mine = Delivery.objects.filter(pk=row.pk, claim=row.claim, state__in=states)
    free = {"state": State.PENDING, "claim": None, "claimed_at": None, "finished_at": None}
    return State.PENDING if mine.update(not_before=not_before, **free, **values) else None


def without_address(text: str, *addresses: str) -> str:
    """A relay's words without the recipient: they often repeat the address, which must not be kept twice."""
    for address in addresses:
        while (at := text.lower().find(address.lower())) >= 0 and address:
            text = f"{text[:at]}…{text[at + len(address) :]}"
    return text


def reap(*, now: datetime | None = None) -> Counter[str]:
    """Give back what dead drains held; what one had on the wire is doubtful, as its stream decides."""
    now = now or timezone.now()
    lost = Delivery.objects.filter(state__in=Delivery.HELD, claimed_at__lt=now - LEASE)
    again = [stream.name for stream in streams.all_streams() if stream.on_doubt is Doubt.SEND_AGAIN]
    returned = lost.filter(Q(state=State.CLAIMED) | Q(state=State.SENDING, stream__in=again)).update(
        state=State.PENDING, claim=None, claimed_at=None, not_before=now
    )
    doubtful = lost.filter(state=State.SENDING).update(
        state=State.UNCERTAIN, finished_at=now, reason="the worker died while it was on the wire"
    )
    if returned:
        hint("hub.mail.tasks.drain")
    return Counter({State.PENDING.value: returned, State.UNCERTAIN.value: doubtful})
