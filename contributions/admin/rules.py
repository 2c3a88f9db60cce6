"""The rules of review, for leads."""

from django.contrib import admin
from django.http import HttpRequest

from contributions.models import ChecklistItem, Policy, SavedReply


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin[Policy]):
    """One row a kind; kinds bring them along, so none is added or deleted here."""

    list_display = [
        "kind",
        "approvals_needed",
        "four_eyes",
        "override_allowed",
        "lease_minutes",
        "first_response_hours",
        "decision_days",
    ]
    readonly_fields = ["kind"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _policy: Policy | None = None) -> bool:
        return False


@admin.register(ChecklistItem)
class ChecklistItemAdmin(admin.ModelAdmin[ChecklistItem]):
    list_display = ["text", "kind", "is_required", "is_active", "position"]
    list_filter = ["is_active"]
    ordering = ["kind", "position"]


@admin.register(SavedReply)
class SavedReplyAdmin(admin.ModelAdmin[SavedReply]):
    list_display = ["title"]
    search_fields = ["title", "text"]
