"""The public forms: the kind's own fields, who sends them, and what keeps robots busy elsewhere."""

import secrets
import time
from functools import cache
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms import BoundField

from hub.core import catalogue, prose
from hub.core.addresses import normalised_address
from hub.core.catalogue import Kind
from hub.core.models import Revision
from hub.core.payload import PayloadForm, content_hash

_SALT = "contribution-form"
SHORTEST, LONGEST = 4, 24 * 3600  # seconds between showing the form and sending it
TRAP = "company"


def new_stamp(now: float | None = None) -> str:
    """The signed time and the idempotency key of one shown form."""
    at = int(time.time() if now is None else now)
    return signing.dumps({"at": at, "key": secrets.token_urlsafe(16)}, salt=_SALT)


def person_fields() -> dict[str, forms.Field]:
    """Who sends it. Names begin with ``your_``, so they never meet a field of a kind."""
    return {
        "your_note": forms.CharField(
            label="A note to the editors", required=False, max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="What made you write it, your sources, or what you are unsure of.",
        ),
        "your_name": forms.CharField(
            label="Your name", required=False, max_length=80,
            help_text="Shown as the credit of the entry. Leave it empty for none.",
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        ),
        "your_link": forms.URLField(
            label="Your link", required=False, max_length=200, assume_scheme="https",
            help_text="Where the credit leads: your site or profile.",
            widget=forms.URLInput(attrs={"autocomplete": "url"}),
        ),
        "your_email": forms.EmailField(
            label="Your e-mail address", max_length=254,
            help_text="We send the link that confirms, and what the editors answer. It is never shown.",
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        ),
        "agreement": forms.BooleanField(
            label="I wrote this, and it may be published under CC BY 4.0.",
            error_messages={"required": "Without your consent it can't be published."},
        ),
        TRAP: trap_field(),
        "stamp": stamp_field(),
    }  # fmt: skip


def trap_field() -> forms.Field:
    """The field that people do not see and robots fill in."""
    return forms.CharField(
        label="Leave this empty", required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip


def stamp_field() -> forms.Field:
    return forms.CharField(widget=forms.HiddenInput, required=False)


class Guarded(forms.Form):
    """What keeps robots busy elsewhere: a trap, and the signed time at which the form was shown.

    After a valid post, ``is_trapped`` says that a robot sent it: the answer must be the same, and nothing is
    kept. ``key`` is the idempotency key of the shown form.
    """

    is_trapped = False
    key = ""

    def check_guard(self, cleaned: dict[str, Any]) -> None:
        """Read trap and stamp; call it from ``clean``."""
        self._read_stamp(cleaned.get("stamp", ""))
        self.is_trapped = self.is_trapped or bool(cleaned.get(TRAP))

    def _read_stamp(self, stamp: str) -> None:
        """Robots answer at once or with a made-up stamp; a form left open too long only gets a new one."""
        try:
            shown = signing.loads(stamp, salt=_SALT)
            age, self.key = time.time() - shown["at"], shown["key"]
        except (signing.BadSignature, KeyError, TypeError):
            self.is_trapped = True
            return
        if age < SHORTEST:
            self.is_trapped = True
        elif age > LONGEST:
            self.add_error(
                None, "This form was open for more than a day. Nothing is lost: please send it once more."
            )
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["stamp"] = new_stamp()  # type: ignore[index]

    @property
    def trap(self) -> BoundField:
        return self[TRAP]


class ProposalForm(Guarded, PayloadForm):
    """A contribution or correction by a guest: made for each kind by ``proposal_form``.

    ``base`` is the revision that a correction began from.
    """

    def __init__(self, data: Any = None, *, revision: Revision | None = None, **kwargs: Any) -> None:
        kind = catalogue.get(self.kind)
        base = kind.current(revision.payload, revision.schema) if revision else None
        super().__init__(data, base=base, for_contributor=True, label_suffix="", **kwargs)
        self.revision = revision
        self.fields.update(person_fields())
        if revision:
            self.fields["your_note"].label = "What did you change, and why?"
            self.fields["your_note"].help_text = "Shown in the entry's history, once published."
            self.fields["base"] = forms.IntegerField(widget=forms.HiddenInput, initial=revision.number)
        self.fields["stamp"].initial = new_stamp()

    def clean_your_email(self) -> str:
        return normalised_address(self.cleaned_data["your_email"])

    def clean_your_name(self) -> str:
        return one_line(self.cleaned_data["your_name"])

    def clean_your_note(self) -> str:
        text = prose.normalise(self.cleaned_data["your_note"])
        prose.check_characters(text)
        return text

    def clean_your_link(self) -> str:
        link: str = self.cleaned_data["your_link"]
        if link and not link.startswith(("https://", "http://")):
            raise ValidationError("Give an address that begins with https://.", code="scheme")
        return link

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_guard(cleaned)
        if self.revision and not self.errors and self.payload().content_hash == content_hash(self.base):
            self.add_error(None, "You have not changed anything yet.")
        return cleaned

    def fieldsets(self) -> list[dict[str, Any]]:
        """The groups that ``components/form_fields.html`` shows."""
        groups = kind_fieldsets(self, leave_out=[*person_fields(), "base"])
        shown = [self[name] for name in ("your_note", "your_name", "your_link", "your_email", "agreement")]
        return [*groups, {"legend": "You", "help": "No account needed.", "fields": shown}]


class RevisionForm(PayloadForm):
    """The next text of a submission by its contributor: made for each kind by ``revision_form``."""

    def __init__(self, data: Any = None, *, base: dict[str, Any], number: int, **kwargs: Any) -> None:
        super().__init__(data, base=base, for_contributor=True, label_suffix="", **kwargs)
        self.fields["your_note"] = person_fields()["your_note"]
        self.fields["your_note"].label = "Your answer to the editors"
        self.fields["your_note"].help_text = ""
        self.fields["head"] = forms.IntegerField(widget=forms.HiddenInput, initial=number, min_value=1)

    def clean_your_note(self) -> str:
        text = prose.normalise(self.cleaned_data["your_note"])
        prose.check_characters(text)
        return text

    def fieldsets(self) -> list[dict[str, Any]]:
        groups = kind_fieldsets(self, leave_out=["your_note", "head"])
        return [*groups, {"legend": "To the editors", "help": "", "fields": [self["your_note"]]}]


def kind_fieldsets(form: forms.Form, leave_out: list[str]) -> list[dict[str, Any]]:
    """A kind's fields in two groups: what it is about, and its sections."""
    names = [name for name in form.fields if name not in leave_out]
    sections = [name for name in names if getattr(form.fields[name], "heading", "")]
    return [
        {
            "legend": "What it is about",
            "help": "",
            "fields": [form[name] for name in names if name not in sections],
        },
        {
            "legend": "The text",
            "help": "Markdown. Fill in what you know; a short answer that is true beats a long one.",
            "fields": [form[name] for name in sections],
        },
    ]


@cache
def proposal_form(kind: Kind) -> type[ProposalForm]:
    """The public form of a kind."""
    return type("ContributionForm", (ProposalForm, kind.form), {})


@cache
def revision_form(kind: Kind) -> type[RevisionForm]:
    """The revise form of a kind."""
    return type("RevisionOfKindForm", (RevisionForm, kind.form), {})


def one_line(text: str) -> str:
    text = " ".join(prose.normalise(text).split())
    prose.check_characters(text)
    return text
