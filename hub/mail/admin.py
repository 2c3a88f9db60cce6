"""Admin of mail: what became of each message, what is in doubt, who must not be written to."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html

from hub.core.addresses import address_hash
from hub.core.read_only import ByActions, ReadOnly
from hub.mail import desk, resolving
from hub.mail.models import Delivery, DeliveryQuerySet, DeliveryReport, Hold, Suppression


class ByAddress:
    """Search by exact address: it is looked up under its hash, so forgotten recipients are found too."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if "@" in search_term:
            try:
                return queryset.filter(recipient_hash=address_hash(search_term)), False
            except ValidationError:
                return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)  # type: ignore[misc, no-any-return]


@admin.register(Delivery)
class DeliveryAdmin(ByActions, ByAddress, admin.ModelAdmin[Delivery]):
    """The ledger, to read; decisions are actions on chosen messages."""

    list_display = [
        "stream", "edition", "address", "state", "reason", "attempts", "not_before", "finished_at",
    ]  # fmt: skip
    list_filter = ["state", "stream"]
    search_fields = ["slot__startswith", "message_id__exact"]
    search_help_text = "An address, the beginning of a slot, or a Message-ID"
    ordering = ["-pk"]
    show_full_result_count = False
    actions = ["send_again", "count_as_delivered", "repeat_in_next", "cancel"]

    def get_urls(self) -> list[URLPattern]:
        def page(view: Callable[..., HttpResponse], route: str, name: str) -> URLPattern:
            return path(
                f"edition/<slug:stream>/<str:slot>/{route}", self.admin_site.admin_view(view), name=name
            )

        return [
            page(desk.act, "act/", "mail_edition_act"),
            page(desk.edition, "", "mail_edition"),
            *super().get_urls(),
        ]

    @admin.display(description="edition", ordering="slot")
    def edition(self, row: Delivery) -> str:
        return format_html('<a href="{}">{}</a>', desk.page_of(row.stream, row.slot), row.slot)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "slot" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    @admin.action(description="Send again (doubtful, rejected, cancelled)", permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: DeliveryQuerySet) -> None:
        self._decide(request, queryset, resolving.send_again, "will be sent again")

    @admin.action(description="Count as delivered (doubtful)", permissions=["change"])
    def count_as_delivered(self, request: HttpRequest, queryset: DeliveryQuerySet) -> None:
        self._decide(request, queryset, resolving.count_as_delivered, "counted as delivered")

    @admin.action(description="Repeat its content in the next one (doubtful)", permissions=["change"])
    def repeat_in_next(self, request: HttpRequest, queryset: DeliveryQuerySet) -> None:
        self._decide(request, queryset, resolving.repeat_in_next, "will be repeated in the next one")

    @admin.action(description="Cancel (waiting)", permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: DeliveryQuerySet) -> None:
        self._decide(request, queryset, resolving.cancel, "cancelled")

    def _decide(
        self, request: HttpRequest, queryset: DeliveryQuerySet, verb: Callable[..., int], words: str
    ) -> None:
        chosen, done = queryset.count(), verb(queryset, request.user)
        level = messages.SUCCESS if done == chosen else messages.WARNING
        self.message_user(request, f"{done} of {chosen} messages {words}.", level)


class SuppressionForm(forms.ModelForm[Suppression]):
    address = forms.EmailField(help_text="Only its hash is kept.")

    class Meta:
        model = Suppression
        fields = ["scope", "reason", "note"]

    def save(self, commit: bool = True) -> Suppression:  # noqa: FBT001, FBT002 (Django's signature)
        self.instance.recipient_hash = address_hash(self.cleaned_data["address"])
        return super().save(commit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (
            data.get("address")
            and Suppression.objects.filter(
                recipient_hash=address_hash(data["address"]), scope=data.get("scope", "")
            ).exists()
        ):
            raise ValidationError("This address is suppressed already.")
        return data


@admin.register(Suppression)
class SuppressionAdmin(ByAddress, admin.ModelAdmin[Suppression]):
    """Who must not be written to. Deleting a row lets the address in again."""

    form = SuppressionForm
    list_display = ["short_hash", "scope", "reason", "note", "created_at"]
    list_filter = ["reason", "scope"]
    search_fields = ["recipient_hash__startswith"]
    search_help_text = "An address, or the beginning of its hash"
    ordering = ["-pk"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="hash")
    def short_hash(self, row: Suppression) -> str:
        return row.recipient_hash[:12]


@admin.register(Hold)
class HoldAdmin(admin.ModelAdmin[Hold]):
    """Paused editions and streams. Adding a row pauses, deleting it resumes."""

    list_display = ["stream", "slot", "reason", "by", "created_at"]
    fields = ["stream", "slot", "reason"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Hold, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Hold) -> None:
        resolving.resume(obj.stream, obj.slot)


@admin.register(DeliveryReport)
class DeliveryReportAdmin(ReadOnly, admin.ModelAdmin[DeliveryReport]):
    """What came back after the relay had taken a message; to read."""

    list_display = ["delivery", "kind", "text", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["delivery"]
    ordering = ["-pk"]
    show_full_result_count = False
