"""The Celery app and the beat table.

Messages to workers are wake-up hints: the database says what is due, so a lost, repeated or reordered
message changes nothing (see docs/decisions/0006-hints.md).
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

app = Celery("hub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # Send whatever the outbox holds and is due.
    "mail.drain": {"task": "hub.mail.tasks.drain", "schedule": 60},
    # Give back what a dead worker had claimed; list its half-sent messages as doubtful.
    "mail.reap": {"task": "hub.mail.tasks.reap", "schedule": 300},
    # Read what came back: delivery reports, complaints, mails that unsubscribe.
    "mail.bounces": {"task": "hub.mail.tasks.fetch_bounces", "schedule": 300},
    # Turn new public changes into alert rows for subscribers who asked for them at once.
    "subscriptions.alert": {"task": "subscriptions.tasks.send_alerts", "schedule": 60},
    # Write the daily and weekly digests whose local hour has come.
    "subscriptions.digest": {"task": "subscriptions.tasks.send_digests", "schedule": 300},
    # Resume subscriptions whose pause has ended.
    "subscriptions.resume": {"task": "subscriptions.tasks.resume_paused", "schedule": 900},
    # Delete unconfirmed sign-ups and expired personal data.
    "subscriptions.forget": {"task": "subscriptions.tasks.forget_unconfirmed", "schedule": 3600},
    # Close what nobody answered, return lapsed leases, remind before closing.
    "contributions.expire": {"task": "contributions.tasks.expire", "schedule": 900},
    # Read what came by e-mail, where a mailbox is named.
    "contributions.fetch": {"task": "contributions.tasks.fetch_mail", "schedule": 300},
    # Publish approved submissions whose date has come.
    "contributions.publish_due": {"task": "contributions.tasks.publish_due", "schedule": 60},
    # Sign wordings anew that an older algorithm of paste-an-error signed.
    "debugarchive.renew": {"task": "debugarchive.tasks.renew_signatures", "schedule": 900},
    # Drop statistics of pasted errors that are older than half a year.
    "debugarchive.prune": {"task": "debugarchive.tasks.prune_statistics", "schedule": 86_400},
    # Drop counters of limits that lie behind every window.
    "core.forget_counters": {"task": "hub.core.tasks.forget_counters", "schedule": 3600},
    # Move views, copies and their days into the figures that pages show.
    "core.count_readers": {"task": "hub.core.tasks.count_readers", "schedule": 300},
    # Let the entries of a renamed or merged technology, topic or tag follow.
    "core.follow_terms": {"task": "hub.core.tasks.follow_terms", "schedule": 60},
    # Count what home and lists show after a public change, before a reader asks.
    "pages.count_ahead": {"task": "hub.pages.tasks.count_ahead", "schedule": 15},
    # Leave a sign of life for /readyz.
    "core.heartbeat": {"task": "hub.core.tasks.heartbeat", "schedule": 30},
}


@worker_ready.connect
def show_life(**_: Any) -> None:
    """Leave the first sign of life at once: /readyz need not wait for the clock."""
    app.send_task("hub.core.tasks.heartbeat", retry=False)
