"""Tasks of mail: no arguments, a verb called; safe to run twice, at once or never."""

from celery import shared_task

from hub.mail import bounces, forgetting, sending


@shared_task
def drain() -> None:
    """Send whatever the outbox holds and is due."""
    sending.drain()


@shared_task
def reap() -> None:
    """Give back what dead workers held; forget addresses that have served."""
    sending.reap()
    forgetting.forget_old()


@shared_task
def fetch_bounces() -> None:
    """Read the delivery reports, complaints and unsubscribing mails that have come."""
    bounces.fetch()
