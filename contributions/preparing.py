"""What the database needs beside its tables, made after every migrate: triggers, permissions, policies."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.apps.registry import Apps

from contributions import groups, triggers
from contributions.models import ChecklistItem, Policy
from hub.core import catalogue

# The checklist that a kind begins with; leads change it in admin.
FIRST_CHECKLIST = (
    "What it says is true of the versions that it names.",
    "The code was run, or is marked as not executed.",
    "It is the author's own work, and its sources are named.",
    "Technology, level, difficulty and tags fit.",
)


def prepare(sender: AppConfig, using: str, apps: Apps = all_apps, **_kwargs: Any) -> None:
    """Make triggers, groups, and for each new kind its permissions, policy and checklist.

    ``apps`` are the models as migrated: going back to an older migration, there are no grants to write down.
    """
    triggers.create(using)
    if "grant" in apps.all_models[sender.label]:
        groups.give()
    for kind in catalogue.kinds():
        _, is_new = Policy.objects.get_or_create(kind=kind.name)
        if is_new:
            ChecklistItem.objects.bulk_create(
                ChecklistItem(kind=kind.name, text=text, position=position)
                for position, text in enumerate(FIRST_CHECKLIST, 1)
            )
