"""Who may review what: Django's own permissions, three a kind, and the groups that hold them.

``review_<kind>`` claims, comments, asks for changes and approves; ``publish_<kind>`` publishes and
schedules; ``lead_<kind>`` rejects what others hold, takes over, reopens and overrides.
"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from hub.core import catalogue

REVIEW, PUBLISH, LEAD = "review", "publish", "lead"
DUTIES = (REVIEW, PUBLISH, LEAD)
GROUPS = {"Reviewers": (REVIEW,), "Editors": (REVIEW, PUBLISH), "Leads": DUTIES}
# What a group also needs in admin: to read entries, and for leads to change the rules.
LEADS_MODELS = ("policy", "checklistitem", "savedreply")
# Testimonials and enquiries: seen and decided on (change), and deleted where their writer asks for it.
LETTERS = {"testimonial": ("Editors", "Leads"), "enquiry": ("Editors", "Leads")}


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
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in GROUPS}
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
    for model in LEADS_MODELS:
        _give_to(groups, app, model, ("add", "change", "view"), ("Leads",))
    for model, holders in LETTERS.items():
        _give_to(groups, app, model, ("change", "view", "delete"), holders)


def _give_to(
    groups: dict[str, Group], app: AppConfig, model: str, verbs: tuple[str, ...], holders: tuple[str, ...]
) -> None:
    """Make Django's own permissions on a model where they are missing, and give the new ones to groups."""
    model_type = ContentType.objects.get_for_model(app.get_model(model))
    for verb in verbs:
        permission, is_new = Permission.objects.get_or_create(
            content_type=model_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {model}"}
        )
        if is_new:
            for name in holders:
                groups[name].permissions.add(permission)
