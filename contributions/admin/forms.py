"""The forms of the review page: what each action asks for, and remarks on a text."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from contributions.guards import REASONS
from contributions.models import SavedReply
from contributions.workflow import Offer
from hub.core import catalogue
from hub.core.models import Entry


def kind_field_choices(kind: str) -> list[tuple[str, str]]:
    """The fields of a kind, for remarks on one of them."""
    return [
        ("", "All of it"),
        *(
            (name, str(field.label or name.replace("_", " ").capitalize()))
            for name, field in catalogue.get(kind).form.base_fields.items()
        ),
    ]


def _words(label: str, *, required: bool = True, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, max_length=4000, required=required, widget=widget, help_text=help_text
    )


def _field(name: str, action: str, kind: str) -> forms.Field:
    """The form field of one thing that an action asks for."""
    if name == "reason":
        help_text = "The contributor reads it." if action in {"reject", "duplicate"} else ""
        return _words("Reason", required=action != "duplicate", help_text=help_text)
    moment = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    fields: dict[str, Callable[[], forms.Field]] = {
        "override_reason": lambda: _words(
            "Why nobody else reviews it", help_text="It is kept and listed for all leads."
        ),
        "comment": lambda: _words(
            "What should change",
            required=False,
            help_text="The contributor reads it, with all open comments.",
        ),
        "code": lambda: forms.ChoiceField(label="Why", choices=[("", "—"), *REASONS.items()]),
        "field": lambda: forms.ChoiceField(label="About", choices=kind_field_choices(kind), required=False),
        "quote": lambda: forms.CharField(label="Quote", max_length=300, required=False),
        "entry": lambda: forms.CharField(
            label="Id of the entry that says it", max_length=32, help_text="FLSK-MID-005"
        ),
        "publish_at": lambda: forms.DateTimeField(label="Date and time (UTC)", widget=moment),
    }
    return fields[name]()


class ActionForm(forms.Form):
    """The data that one offered action asks for; a text asks for a page of its own, ticks for their form."""

    def __init__(self, offer: Offer, kind: str, data: Any = None, *, initial: dict[str, Any] | None = None):
        action = offer.transition.action
        super().__init__(data, auto_id=f"{action}-%s", label_suffix="", initial=initial)
        self.is_read_by_contributor = action in {"reject", "duplicate"}
        for name in offer.transition.asks:
            if name == "checklist" or (name == "override_reason" and not offer.needs_override):
                continue
            self.fields[name] = _field(name, action, kind)

    def clean_entry(self) -> Entry:
        public_id = self.cleaned_data["entry"].strip().upper()
        entry: Entry | None = Entry.objects.public().filter(public_id=public_id).first()
        if entry is None:
            raise ValidationError("No public entry has this id.")
        return entry

    def clean_publish_at(self) -> Any:
        return self.cleaned_data["publish_at"].astimezone(UTC)

    @property
    def words_field(self) -> str:
        """The field that a saved reply is put into; empty where the contributor reads nothing."""
        return "comment" if "comment" in self.fields else "reason" if self.is_read_by_contributor else ""


class CommentForm(forms.Form):
    """One remark."""

    words_field = "text"

    text = _words("Comment")
    field = forms.ChoiceField(label="About", required=False)
    quote = forms.CharField(label="Quote", max_length=300, required=False)
    is_internal = forms.BooleanField(label="For the editors only", required=False)
    is_blocking = forms.BooleanField(label="Must change before approval", required=False)

    def __init__(self, kind: str, data: Any = None, *, initial: dict[str, Any] | None = None):
        super().__init__(data, auto_id="comment-%s", label_suffix="", initial=initial)
        self.fields["field"].choices = kind_field_choices(kind)  # type: ignore[attr-defined]


def typed_with_reply(post: QueryDict, words_field: str) -> dict[str, Any]:
    """What was typed, with the chosen saved reply below it: the initial values of the form shown again."""
    typed: dict[str, Any] = {name: value for name, value in post.items() if name != "saved_reply"}
    chosen = post.get("saved_reply", "")
    reply = (
        SavedReply.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None
    )
    if reply is not None:
        typed[words_field] = f"{typed.get(words_field, '').rstrip()}\n\n{reply.text}".strip()
    return typed
