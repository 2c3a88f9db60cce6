"""The rules of review, for the leads of a kind."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from contributions.models import ChecklistItem, Policy, SavedReply
from contributions.permissions import LEAD, may
from hub.core import catalogue


def kinds_led_by(user: Any) -> list[str]:
    """The kinds whose rules an account may change."""
    return [kind.name for kind in catalogue.kinds() if may(user, LEAD, kind.name)]


def kind_label(name: str) -> str:
    """How a kind is called; its name where it was uninstalled."""
    try:
        return catalogue.get(name).label_plural
    except LookupError:
        return name


class RulesOfKinds(admin.ModelAdmin[Any]):
    """Base of what stands in a row a kind: only the rows of kinds that this person leads exist for them."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(kind__in=kinds_led_by(request.user))

    @admin.display(description="Kind", ordering="kind")
    def kind_name(self, row: Any) -> str:
        return kind_label(row.kind)


@admin.register(Policy)
class PolicyAdmin(RulesOfKinds):
    """One row a kind; kinds bring them along, so none is added or deleted here."""

    list_display = [
        "kind_name",
        "approvals_needed",
        "four_eyes",
        "override_allowed",
        "lease_minutes",
        "first_response_hours",
        "decision_days",
        "open_per_contributor",
        "per_hour",
    ]
    readonly_fields = ["kind_name"]
    fieldsets = [
        (None, {"fields": ["kind_name"]}),
        ("Who decides", {"fields": ["approvals_needed", "four_eyes", "override_allowed", "lease_minutes"]}),
        ("How soon", {"fields": ["first_response_hours", "decision_days"]}),
        ("How much comes in", {"fields": ["open_per_contributor", "per_hour"]}),
    ]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _policy: Policy | None = None) -> bool:
        return False


@admin.register(ChecklistItem)
class ChecklistItemAdmin(RulesOfKinds):
    """What a reviewer ticks; one that is not asked any more is switched off, so that old ticks stay."""

    list_display = ["text", "kind_name", "is_required", "is_active", "position"]
    list_filter = ["is_active"]
    ordering = ["kind", "position"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            choices = [(name, kind_label(name)) for name in kinds_led_by(request.user)]
            return forms.ChoiceField(label="Kind", choices=choices)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(SavedReply)
class SavedReplyAdmin(admin.ModelAdmin[SavedReply]):
    """Answers that reviewers give often, put into a form by a button of the review page."""

    list_display = ["title", "text"]
    search_fields = ["title", "text"]
