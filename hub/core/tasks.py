"""The kernel's own tasks: ids in, a verb called; safe to run twice, at once or never."""

from celery import shared_task
from django.utils import timezone

from hub.core import counting
from hub.core.models import Counter, Heartbeat
from hub.core.taxonomy import follow_next


@shared_task
def forget_counters() -> None:
    """Drop counters that lie behind every window."""
    Counter.objects.filter(expires_at__lt=timezone.now()).delete()


@shared_task
def heartbeat() -> None:
    """Leave the worker's sign of life for /readyz."""
    Heartbeat.objects.update_or_create(part="worker", defaults={"at": timezone.now()})


@shared_task
def count_readers() -> None:
    """Move what browsers told into days and figures."""
    counting.roll_up()


@shared_task
def follow_terms() -> None:
    """Let entries follow what was renamed or merged, chunk by chunk."""
    while follow_next():
        pass
