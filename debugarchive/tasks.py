"""The archive's own tasks: safe to run twice, at once or never."""

from celery import shared_task

from debugarchive import signatures, statistics


@shared_task
def prune_statistics() -> None:
    """Drop statistics of pastes that are older than half a year."""
    statistics.prune()


@shared_task
def renew_signatures() -> None:
    """Make anew what an older algorithm made: after an upgrade, nobody has to think of it."""
    after, made = 0, 1
    while made:
        after, made = signatures.rebuild_chunk(after, 500, stale_only=True)
