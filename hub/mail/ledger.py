"""The two statements that every message costs: the intent to send it, and that the relay took it.

They are plain SQL, compiled once a drain and prepared once a connection, because it takes longer to say them
through the ORM than to do them. Where one message follows another, the outcome of the first and the intent of
the second are one transaction: one wait for the disk a message.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now
from django.db.models.sql import UpdateQuery

from hub.mail.models import Delivery, Hold, Suppression
from hub.mail.streams import Stream

State = Delivery.State
HELD_BACK = Exists(Hold.objects.filter(stream=OuterRef("stream"), slot__in=["", OuterRef("slot")]))
_FIELDS = {field.name: field for field in Delivery._meta.concrete_fields}
# A reaper may have taken a slow drain for dead: the true outcome still replaces the doubt.
_ACCEPT = (
    "UPDATE mail_delivery"
    " SET state = 'accepted', reason = '', finished_at = %s, smtp_code = %s, smtp_text = %s"
    " WHERE id = %s AND claim = %s AND state IN ('sending', 'uncertain')"
)
# Who is changing the row just now (an editor cancels, somebody leaves) is not waited for: the outcome of the
# message before would wait too, uncommitted. What is passed over is given back when the claim ends.
_IF_FREE = " AND id = (SELECT id FROM mail_delivery WHERE id = %s FOR UPDATE SKIP LOCKED)"

Statement = tuple[str, list[Any]]


def checks(stream: Stream) -> dict[str, Any]:
    """Reason → condition that must hold for a message of this stream to leave."""
    suppressed = Exists(
        Suppression.objects.filter(
            recipient_hash=OuterRef("recipient_hash"), scope__in=[Suppression.EVERYTHING, stream.scope]
        )
    )
    return {"suppressed": ~suppressed, **(stream.guard() if stream.guard else {})}


class Ledger:
    """What one drain writes, message by message, over the connection of its thread."""

    def __init__(self) -> None:
        self._database = connections[DEFAULT_DB_ALIAS]
        self._is_postgresql = self._database.vendor == "postgresql"
        self._intents: dict[str, Intent] = {}

    def intend(self, row: Delivery, stream: Stream) -> bool:
        """Whether the message is still wanted and ours: then the intent to send it is committed.

        Guard and intent are one statement: who has left before it is not written to.
        """
        is_intended = self._run(self._intent(row, stream)) == 1
        row.attempts += is_intended
        return is_intended

    def accept(self, row: Delivery, now: datetime, code: int | None, text: str) -> bool:
        """Write that the relay took the message; False if somebody else has decided on it meanwhile."""
        return self._run(self._acceptance(row, now, code, text)) == 1

    def accept_and_intend(
        self, row: Delivery, now: datetime, code: int | None, text: str, following: Delivery, stream: Stream
    ) -> tuple[bool, bool]:
        """``accept`` one message and ``intend`` the following one, in one transaction."""
        acceptance = self._acceptance(row, now, code, text)
        try:
            accepted, intended = self._run_both(acceptance, self._intent(following, stream))
        except DatabaseError:  # whatever is wrong with the following one, this outcome is known
            self._run(acceptance)
            raise
        following.attempts += intended
        return accepted == 1, intended == 1

    def _acceptance(self, row: Delivery, now: datetime, code: int | None, text: str) -> Statement:
        finished_at = self._database.ops.adapt_datetimefield_value(now)
        return _ACCEPT, [finished_at, code, text, *_key(row.pk, row.claim, self._database)]

    def _intent(self, row: Delivery, stream: Stream) -> Statement:
        if stream.name not in self._intents:
            self._intents[stream.name] = Intent(checks(stream), self._database)
        return self._intents[stream.name].of(row)

    def _run(self, statement: Statement) -> int:
        """How many rows the statement changed."""
        with self._database.wrap_database_errors:
            return int(self._execute(*statement).rowcount)

    def _run_both(self, first: Statement, second: Statement) -> tuple[int, int]:
        """How many rows each of two statements changed, which touch different ones, in one transaction."""
        with self._database.wrap_database_errors:
            if self._is_postgresql:
                one = (
                    f"WITH a AS ({first[0]} RETURNING 1), b AS ({second[0]} RETURNING 1)"  # noqa: S608 (constants)
                    " SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)"
                )
                return cast("tuple[int, int]", self._execute(one, [*first[1], *second[1]]).fetchone())
            if self._database.in_atomic_block:
                return self._run(first), self._run(second)
            self._execute("BEGIN IMMEDIATE")
            try:
                changed = self._run(first), self._run(second)
                self._execute("COMMIT")
            except BaseException:
                self._execute("ROLLBACK")
                raise
            return changed

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement by the driver itself, which prepares it once a connection; Django does not."""
        self._database.ensure_connection()
        driver = self._database.connection
        if self._is_postgresql:
            # Django turns preparing off; left on, the driver would keep the texts of all statements.
            driver.prepare_threshold = 0
            try:
                return psycopg.Cursor(driver).execute(sql, values, prepare=True)
            finally:
                driver.prepare_threshold = None
        return driver.execute(sql % (("?",) * len(values)), values)


class Intent:
    """The statement that writes the intent to send a message of one stream, guard and all."""

    # They stand for what differs from message to message, and are found again in the compiled statement.
    _PK, _CLAIM = 2**60 + 7, uuid.UUID(int=7)

    def __init__(self, conditions: Mapping[str, Any], database: Any):
        self._database = database
        mine = Delivery.objects.filter(pk=self._PK, claim=self._CLAIM, state=State.CLAIMED)
        query = cast("Any", mine.filter(~HELD_BACK, *conditions.values()).query.chain(UpdateQuery))
        values = {"state": State.SENDING, "attempts": F("attempts") + 1, "claimed_at": Now()}
        query.add_update_values(values)
        self._sql, parameters = query.get_compiler(connection=database).as_sql()
        self._parameters = list(parameters)
        if database.vendor == "postgresql":
            # The values of the guard become constants, so that PostgreSQL needs not guess at their types.
            literal = database.ops.compose_sql
            self._sql = literal(self._sql, parameters).replace("%", "%%")
            literals = {literal("%s", [one]): one for one in (self._PK, self._CLAIM)}
            self._parameters = [literals[text] for text in sorted(literals, key=self._sql.index)]
            for text in literals:
                self._sql = self._sql.replace(text, "%s")
            self._sql += _IF_FREE
            self._parameters.append(self._PK)
        pk, claim = _key(self._PK, self._CLAIM, database)
        self._places = [
            (n, value == claim) for n, value in enumerate(self._parameters) if value in (pk, claim)
        ]

    def of(self, row: Delivery) -> Statement:
        """The statement for one message."""
        values, key = self._parameters.copy(), _key(row.pk, row.claim, self._database)
        for place, is_claim in self._places:
            values[place] = key[is_claim]
        return self._sql, values


def _key(pk: int, claim: uuid.UUID | None, database: Any) -> list[Any]:
    """Which row, and whose, as the database takes it."""
    return [pk, _FIELDS["claim"].get_db_prep_value(claim, database)]
