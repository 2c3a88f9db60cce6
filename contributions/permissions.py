"""Who may review what: Django's own permissions, three a kind, and the groups that hold them.

``review_<kind>`` claims, comments, asks for changes and approves; ``publish_<kind>`` publishes and
schedules; ``lead_<kind>`` rejects what others hold, takes over, reopens and overrides.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from hub.core import catalogue

REVIEW, PUBLISH, LEAD = "review", "publish", "lead"
DUTIES = (REVIEW, PUBLISH, LEAD)
GROUPS = {"Reviewers": (REVIEW,), "Editors": (REVIEW, PUBLISH), "Leads": DUTIES}
# What groups also need in admin, by model: leads change the rules and look after the vocabularies;
# testimonials and enquiries are seen and decided on (change), and deleted where their writer asks for it.
RULES = (("add", "change", "view"), ("Leads",))
VOCABULARY = (("add", "change", "view", "delete"), ("Leads",))
FIGURES = (("add", "change", "view", "delete"), ("Editors", "Leads"))
LETTERS = (("change", "view", "delete"), ("Editors", "Leads"))
MAIL = (("change", "view"), ("Leads",))
HELD = (("add", "view", "delete"), ("Leads",))
SEEN = (("view",), ("Leads",))
GRANTS = {
    "contributions.policy": RULES,
    "contributions.checklistitem": RULES,
    "contributions.savedreply": RULES,
    "contributions.testimonial": LETTERS,
    "contributions.enquiry": LETTERS,
    "core.figure": FIGURES,
    "mail.delivery": MAIL,
    "mail.deliveryreport": SEEN,
    "mail.hold": HELD,
    "mail.suppression": HELD,
    "subscriptions.edition": SEEN,
    "subscriptions.subscriber": MAIL,
    "core.technology": VOCABULARY,
    "core.topic": VOCABULARY,
    "core.tag": VOCABULARY,
}


def may(user: Any, duty: str, kind: str) -> bool:
    """Whether an account holds one duty for one kind; false for whoever is not active staff."""
    return bool(
        user.is_authenticated
        and user.is_active
        and user.is_staff
        and user.has_perm(f"contributions.{duty}_{kind}")
    )


def kinds_seen_by(user: Any) -> list[str]:
    """The names of the kinds for which an account holds any duty."""
    return [kind.name for kind in catalogue.kinds() if any(may(user, duty, kind.name) for duty in DUTIES)]


def ensure_permissions(app: AppConfig) -> None:
    """Make each kind's permissions and the groups. What an operator took from a group stays taken."""
    ContentType.objects.clear_cache()
    content_type = ContentType.objects.get_for_model(app.get_model("Submission"))
    made = {name: Group.objects.get_or_create(name=name) for name in GROUPS}
    groups = {name: group for name, (group, _) in made.items()}
    for kind in catalogue.kinds():
        for duty in DUTIES:
            permission, is_new = Permission.objects.get_or_create(
                content_type=content_type,
                codename=f"{duty}_{kind.name}",
                defaults={"name": f"Can {duty} {kind.label_plural.lower()}"[:255]},
            )
            for name, duties in GROUPS.items():
                if is_new and duty in duties:
                    groups[name].permissions.add(permission)
    for label, (verbs, holders) in GRANTS.items():
        model = apps.get_model(label)
        model_type, model_name = ContentType.objects.get_for_model(model), model._meta.model_name
        for verb in verbs:
            permission, is_new = Permission.objects.get_or_create(
                content_type=model_type,
                codename=f"{verb}_{model_name}",
                defaults={"name": f"Can {verb} {model_name}"},
            )
            for name in holders:
                if is_new or made[name][1]:
                    groups[name].permissions.add(permission)
