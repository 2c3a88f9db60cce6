"""Admin of rows that verbs write: a form would write the whole row, and undo what others do meanwhile."""

from typing import Any

from django.http import HttpRequest


class ByActions:
    """Nothing is added, changed or deleted by a form; who may change rows does it by actions on the list."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and bool(super().has_change_permission(request))  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(ByActions):
    """Nothing is changed here at all, by whatever right."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
