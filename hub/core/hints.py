"""Hints to workers. The database says what is due; a hint only makes it happen sooner."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def hint(task: str, *args: Any) -> None:
    """Wake a worker for ``task`` once the caller's transaction has committed.

    Never raises and never waits long: with the broker down the beat table gets to it a minute later.
    """
    transaction.on_commit(lambda: _send(task, args), robust=True)


def _send(task: str, args: tuple[Any, ...]) -> None:
    try:
        current_app.send_task(task, args=args, retry=False)
    except Exception as error:  # noqa: BLE001 (any broker fault means the same: the sweep will do it)
        logger.warning("no worker woken for %s: %s", task, type(error).__name__)
