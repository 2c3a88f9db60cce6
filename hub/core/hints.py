"""Hints to workers. The database says what is due; a hint only makes it happen sooner."""

import logging
import time
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)
PATIENCE = 5.0  # seconds for which a broker that failed is not tried again


class _Broker:
    """What this process knows of the broker: until when (monotonic seconds) it is left alone."""

    asleep_until = 0.0


def hint(task: str, *args: Any) -> None:
    """Wake a worker for ``task`` once the caller's transaction has committed.

    Never raises, and waits a second at most: with the broker down the beat table gets to it a minute
    later, and the next hints of this process do not try at all for a while.
    """
    transaction.on_commit(lambda: _send(task, args), robust=True)


def _send(task: str, args: tuple[Any, ...]) -> None:
    if time.monotonic() < _Broker.asleep_until:
        return
    try:
        current_app.send_task(task, args=args, retry=False)
    except Exception as error:  # noqa: BLE001 (any broker fault means the same: the sweep will do it)
        _Broker.asleep_until = time.monotonic() + PATIENCE
        logger.warning("no worker woken for %s: %s", task, type(error).__name__)
