"""Tasks of subscriptions: no arguments, a verb called; safe to run twice, at once or never."""

from celery import shared_task

from subscriptions import alerts, digests, enrolling


@shared_task
def send_alerts() -> None:
    """Owe alerts on the latest public changes to those who want them at once."""
    alerts.send_alerts()


@shared_task
def send_digests() -> None:
    """Owe the digests whose local hour has come."""
    digests.send_digests()


@shared_task
def resume_paused() -> None:
    """Resume subscriptions whose pause has ended."""
    enrolling.resume_due()


@shared_task
def forget_unconfirmed() -> None:
    """Delete sign-ups that were never confirmed, and those who left a while ago."""
    enrolling.forget_expired()
