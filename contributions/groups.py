"""The groups of the desk: one table of what each may do, given after every migrate.

Each line of the table is given to a group once, and that is written down (``Grant``). So a group that is
there already gets what a later release declares; what an operator added stays, and what an operator took
away stays away.
"""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from contributions.models import Grant, Submission
from contributions.permissions import DUTIES, PUBLISH, REVIEW
from hub.core import catalogue

_DUTIES_OF = {"Reviewers": (REVIEW,), "Editors": (REVIEW, PUBLISH), "Leads": DUTIES}
# What groups need in admin besides their duties, by model. Leads change the rules and look after mail and
# vocabularies; testimonials and enquiries are seen and decided on (change), and deleted where their writer
# asks for it.
_RULES = ("add", "change", "view")
_TERMS = ("add", "change", "view", "delete")
_LETTERS = ("change", "view", "delete")
_MAIL = ("change", "view")
_HELD = ("add", "view", "delete")
_SEEN = ("view",)
_OF_EDITORS = {
    "contributions.testimonial": _LETTERS,
    "contributions.enquiry": _LETTERS,
    "core.figure": _TERMS,
}
_ADMIN_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "Reviewers": {},
    "Editors": _OF_EDITORS,
    "Leads": {
        **_OF_EDITORS,
        "contributions.policy": _RULES,
        "contributions.checklistitem": _RULES,
        "contributions.savedreply": _RULES,
        "mail.delivery": _MAIL,
        "mail.deliveryreport": _SEEN,
        "mail.hold": _HELD,
        "mail.suppression": _HELD,
        "subscriptions.edition": _SEEN,
        "subscriptions.subscriber": _MAIL,
        "core.technology": _TERMS,
        "core.topic": _TERMS,
        "core.tag": _TERMS,
    },
}


def declared() -> dict[str, set[str]]:
    """The whole table: group → permissions, as ``has_perm`` names them."""
    table = {}
    for group, duties in _DUTIES_OF.items():
        table[group] = {f"contributions.{duty}_{kind.name}" for kind in catalogue.kinds() for duty in duties}
        for label, verbs in _ADMIN_OF[group].items():
            app, _, model = label.partition(".")
            table[group] |= {f"{app}.{verb}_{model}" for verb in verbs}
    return table


@transaction.atomic
def give() -> None:
    """Make the permissions and groups of the table, and give each group what it was never given before."""
    known = _permissions()
    for name, wanted in declared().items():
        group, _ = Group.objects.get_or_create(name=name)
        given = set(Grant.objects.filter(group=group).values_list("permission", flat=True))
        new = {known[one] for one in wanted} - given
        group.permissions.add(*new)
        Grant.objects.bulk_create(
            [Grant(group=group, permission_id=pk) for pk in sorted(new)], ignore_conflicts=True
        )


def _permissions() -> dict[str, int]:
    """Name → key of every permission, those of the kinds and of apps that are migrated after us included."""
    ContentType.objects.clear_cache()
    for label in {label.partition(".")[0] for models in _ADMIN_OF.values() for label in models}:
        create_permissions(apps.get_app_config(label), verbosity=0)
    of_submissions = ContentType.objects.get_for_model(Submission)
    for kind in catalogue.kinds():
        for duty in DUTIES:
            Permission.objects.get_or_create(
                content_type=of_submissions,
                codename=f"{duty}_{kind.name}",
                defaults={"name": f"Can {duty} {kind.label_plural.lower()}"[:255]},
            )
    rows = Permission.objects.values_list("content_type__app_label", "codename", "pk")
    return {f"{app}.{codename}": pk for app, codename, pk in rows}
