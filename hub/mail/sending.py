"""The way out: claim a batch, then one message at a time: intent, wire, outcome.

After ``kill -9`` at most one message a connection is in doubt, because the intent is committed before the
first byte leaves and the outcome right after the relay's reply. What a dead drain held, ``reap`` gives back.
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from hub.core.hints import hint
from hub.mail import streams
from hub.mail.composing import Composer
from hub.mail.ledger import HELD_BACK, Ledger, checks
from hub.mail.messages import Message
from hub.mail.models import Delivery, Hold, Suppression
from hub.mail.relay import Outcome, Relay, RelayDown, Verdict, configured_relay
from hub.mail.streams import Doubt, NothingToSay, Stream

logger = logging.getLogger(__name__)

State = Delivery.State
BATCH = 100
# What is read of a message to send it.
NEEDED = (
    "stream", "slot", "recipient_hash", "address", "template", "context", "about",
    "attempts", "claim", "message_id",
)  # fmt: skip
# Waits after a temporary refusal: eleven, 72 hours in all; then it is given up.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, *[720] * 5, 204)]
# A drain ends within its budget and one message within the relay's timeouts; who holds longer is dead.
LEASE = timedelta(minutes=10)
# More rejects than this among the last outcomes of an edition pause it: 5 % of 200.
MOST_REJECTS, REJECT_WINDOW = 10, 200


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
    if not is_due(now):
        return Counter()
    deadline = time.monotonic() + (budget() if seconds is None else seconds)
    relays = [relay] if relay else [configured_relay() for _ in range(connections())]
    runs = [Drain(one, now, deadline) for one in relays]
    if len(runs) == 1:
        runs[0].run(batch)
    else:
        if not connection.in_atomic_block:
            connection.close()  # the threads need it, and the pool has no more than it is told
        with ThreadPoolExecutor(len(runs)) as threads:
            for done in [threads.submit(run.run_beside, batch) for run in runs]:
                done.result()
    if not all(run.is_relay_down for run in runs) and is_due(now):
        hint("hub.mail.tasks.drain")
    return sum((run.told for run in runs), Counter())


def connections() -> int:
    """Over how many connections to the relay one drain sends: SQLite has one writer, files need no second."""
    return settings.MAIL_CONNECTIONS if settings.EMAIL_URL and connection.vendor == "postgresql" else 1


def is_due(now: datetime | None = None) -> bool:
    """Whether a drain would find something to send."""
    return Delivery.objects.due(now or timezone.now()).exclude(HELD_BACK).exists()


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
    return list(rows.only(*NEEDED))


@dataclass(frozen=True)
class Letter:
    """A message that is written and may leave."""

    row: Delivery
    stream: Stream
    message: Message


class Drain:
    """One way out: a relay, a time until when it is used, and what became of the messages so far."""

    def __init__(self, relay: Relay, now: datetime | None, deadline: float):
        self.relay, self._now, self._deadline = relay, now, deadline
        self.told: Counter[str] = Counter()
        self._composer = Composer()
        self._held: dict[int, Delivery] = {}  # claimed, and nothing is written of them yet
        self.is_relay_down = False

    def run(self, batch: int) -> None:
        """Claim and send until nothing is due or the time is up."""
        try:
            self.relay.open()
            while self.has_time() and (rows := claim(batch, self.now())):
                self.send(rows)
        except RelayDown as error:
            self.is_relay_down = True
            logger.warning("relay down, mail waits: %s", error)
        finally:
            self.relay.close()

    def run_beside(self, batch: int) -> None:
        """The same in a thread of its own, which has its own connection to the database."""
        try:
            self.run(batch)
        finally:
            connection.close()

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger()  # by the thread that sends

    def now(self) -> datetime:
        return self._now or timezone.now()

    def has_time(self) -> bool:
        return time.monotonic() < self._deadline

    def send(self, rows: list[Delivery]) -> None:
        """Send the rows of one claim in order; what is not reached goes back to waiting."""
        self._held = {row.pk: row for row in rows}
        try:
            self._composer.prepare(rows)
            # All are written before the first intent: between an intent and its bytes nothing may go wrong.
            letters = list(self._letters(rows))
            is_intended = False
            for letter, following in zip_longest(letters, letters[1:]):
                if not is_intended and not self.has_time():
                    break
                is_intended = self._hand_over(letter, following, is_intended=is_intended)
        finally:
            if self._held:
                ours = Delivery.objects.filter(pk__in=list(self._held), claim=rows[0].claim)
                ours.filter(state=State.CLAIMED).update(state=State.PENDING, claim=None, claimed_at=None)

    def _letters(self, rows: list[Delivery]) -> Iterator[Letter]:
        """The messages that have something to say; the others are closed, or put off."""
        for row in rows:
            now = self.now()
            try:
                stream = streams.get(row.stream)
                yield Letter(row, stream, self._composer.compose(row, stream, now=now))
            except NothingToSay as reason:
                self._tell(row, _close(row, [State.CLAIMED], State.SKIPPED, now, reason=str(reason)))
            except Exception as error:  # a template or a stream is broken: that must not stop the others
                logger.exception("message %s could not be written", row.pk)
                row.attempts += 1
                words = f"could not be written: {type(error).__name__}"
                self._tell(row, _put_off(row, [State.CLAIMED], now, reason=words))

    def _hand_over(self, letter: Letter, following: Letter | None, *, is_intended: bool) -> bool:
        """Intend, send, record one message; whether the intent of the following one is written already."""
        row, stream = letter.row, letter.stream
        if not is_intended:
            self.relay.open()
            if not self._ledger.intend(row, stream):
                self._tell(row, _refuse(row, stream, self.now()))
                return False
        outcome = self.relay.send(letter.message, following.message if following else None)
        words = without_address(outcome.text, letter.message.recipient, row.address)[:300]
        if outcome.verdict is not Verdict.ACCEPTED:
            self._tell(row, _record(row, stream, replace(outcome, text=words), self.now()))
            return False
        accepted = (row, self.now(), outcome.code, words)
        if following and self.relay.is_open and self.has_time():
            is_ours, is_next_intended = self._ledger.accept_and_intend(
                *accepted, following.row, following.stream
            )
        else:
            is_ours, is_next_intended = self._ledger.accept(*accepted), False
        self._tell(row, State.ACCEPTED if is_ours else None)
        return is_next_intended

    def _tell(self, row: Delivery, state: str | None) -> None:
        """Count what became of a message; None if it is not ours any more, or waits for a pause to end."""
        if state:
            self.told[state] += 1
            del self._held[row.pk]


def _refuse(row: Delivery, stream: Stream, now: datetime) -> str | None:
    """Write why a message does not leave; a paused one just waits (its claim is given back)."""
    mine = Delivery.objects.filter(pk=row.pk, claim=row.claim, state=State.CLAIMED)
    for reason, condition in checks(stream).items():
        if not mine.filter(condition).exists():
            return _close(row, [State.CLAIMED], State.SKIPPED, now, reason=reason)
    return None


def _record(row: Delivery, stream: Stream, outcome: Outcome, now: datetime) -> str | None:
    """Write why a message was not accepted; nothing if somebody else has decided on it meanwhile."""
    ours = [State.SENDING, State.UNCERTAIN]
    smtp = {"smtp_code": outcome.code, "smtp_text": outcome.text}
    words = f"{outcome.code} {outcome.text}"
    match outcome.verdict:
        case Verdict.LATER:
            return _put_off(row, ours, now, reason="temporary failure", **smtp)
        case Verdict.UNCERTAIN if stream.on_doubt is Doubt.SEND_AGAIN:
            return _put_off(row, ours, now, reason="in doubt, sent again", **smtp)
        case Verdict.UNCERTAIN:
            reason = "connection lost after the final dot"
            return _close(row, ours, State.UNCERTAIN, now, reason=reason, **smtp)
        case Verdict.POLICY if stream.is_bulk:
            hold(row.stream, row.slot, f"The relay refuses it by policy: {words}")
            return _release(row, ours, now, reason="refused by policy", **smtp)
        case Verdict.BAD_ADDRESS:
            Suppression.add(row.recipient_hash, Suppression.Reason.BOUNCE, note=words)
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
    mine = Delivery.objects.filter(pk=row.pk, claim=row.claim, state__in=states)
    return state if mine.update(state=state, finished_at=now, **values) else None


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
