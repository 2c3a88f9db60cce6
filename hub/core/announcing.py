"""Admin of what pages show beside entries: saving or deleting a row is a numbered public change."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from hub.core import publishing
from hub.core.models import Event


class AnnouncingAdmin(admin.ModelAdmin[Any]):
    """Ticks the content clock in the transaction of each change, so that no cached page outlives it."""

    act: ClassVar[Event.Act] = Event.Act.TAXONOMY

    def announce(self, request: HttpRequest, note: str) -> None:
        publishing.announce_site_change(self.act, request.user, note)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Runs last in the transaction of a save."""
        super().save_related(request, form, formsets, change)
        self.announce(request, f"{self.opts.verbose_name}: {form.instance}")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            note = f"{self.opts.verbose_name} deleted: {obj}"
            super().delete_model(request, obj)
            self.announce(request, note)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            self.announce(request, f"{self.opts.verbose_name_plural} deleted")
