"""Limits: how often one key may do one thing. Counters are rows, so every process counts together."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from hub.core.models import Counter


@dataclass(frozen=True)
class Limit:
    """At most ``most`` times in any ``period`` seconds, counted by a sliding pair of windows."""

    scope: str
    most: int
    period: int

    def hit(self, key: str) -> bool:
        """Count one use under ``key``; False when the limit is reached (the use counts all the same)."""
        return self._count(key, add=1) <= self.most

    def is_reached(self, key: str) -> bool:
        """Whether one more use would pass the limit, without counting it."""
        return self._count(key, add=0) >= self.most

    @property
    def retry_after(self) -> int:
        """Seconds until the present window ends, for Retry-After."""
        return self.period - int(time.time()) % self.period

    def _count(self, key: str, add: int) -> float:
        """Uses in the last period: this window, plus the part of the one before that still counts."""
        now = time.time()
        window, into = divmod(now, self.period)
        hashed = hashlib.sha256(f"{self.scope}:{key}".encode()).hexdigest()
        rows = Counter.objects.filter(scope=self.scope, key=hashed)
        if add:
            expires = datetime.fromtimestamp((window + 2) * self.period, UTC)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    'INSERT INTO core_counter (scope, key, "window", count, expires_at)'
                    " VALUES (%s, %s, %s, %s, %s)"
                    ' ON CONFLICT (scope, key, "window") DO UPDATE SET count = core_counter.count + %s'
                    " RETURNING count",
                    [self.scope, hashed, int(window), add, expires, add],
                )
                (present,) = cursor.fetchone()
        else:
            present = rows.filter(window=int(window)).values_list("count", flat=True).first() or 0
        former = rows.filter(window=int(window) - 1).values_list("count", flat=True).first() or 0
        return float(present + former * (1 - into / self.period))


def first_reached(limits: Sequence[tuple[Limit, str]]) -> Limit | None:
    """Count one use of every limit; the first that is passed, or None."""
    passed = [limit for limit, key in limits if not limit.hit(key)]
    return passed[0] if passed else None
