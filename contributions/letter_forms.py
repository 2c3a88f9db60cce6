"""The forms of testimonials and enquiries."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from contributions.forms import Guarded, new_stamp, one_line, stamp_field, trap_field
from contributions.models import Enquiry
from hub.core import prose
from hub.core.addresses import normalised_address
from hub.core.fields import PUBLIC_ID
from hub.core.models import Entry


class LetterForm(Guarded):
    """What both ask: a text and who sends it. The names are those of the model."""

    company = trap_field()
    stamp = stamp_field()

    text_name = "text"

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.fields["stamp"].initial = new_stamp()

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if text := cleaned.get(self.text_name):
            cleaned[self.text_name] = prose.normalise(text)
            try:
                prose.check_characters(text)
            except ValidationError as error:
                self.add_error(self.text_name, error)
        self.check_guard(cleaned)
        return cleaned


class TestimonialForm(LetterForm):
    """What somebody says of the hub, with their consent that it is shown."""

    text = forms.CharField(
        label="What did it do for you?", max_length=1200, min_length=20,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 1200}),
        help_text="A few sentences of your own, as they shall stand on the wall. No Markdown.",
    )  # fmt: skip
    name = forms.CharField(
        label="Your name", max_length=80, help_text="As it shall stand below: a first name is enough.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    about = forms.CharField(
        label="Who you are", max_length=80, required=False, help_text="A job, a place; may stay empty."
    )
    entry = forms.CharField(
        label="About one entry", max_length=32, required=False, help_text="Its id, such as FLSK-MID-005."
    )
    consent = forms.BooleanField(
        label="These are my words, and they may be shown here under the name above.",
        help_text="An editor reads it first. You can have it taken down at any time: write to us.",
        error_messages={"required": "Without your consent it can't be shown."},
    )

    def clean_about(self) -> str:
        return one_line(self.cleaned_data["about"])

    def clean_entry(self) -> Entry | None:
        public_id = self.cleaned_data["entry"].strip().upper()
        if not public_id:
            return None
        found: Entry | None = None
        if PUBLIC_ID.fullmatch(public_id):
            found = Entry.objects.public().filter(public_id=public_id).first()
        if found is None:
            raise ValidationError("No entry has this id.")
        return found

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("text", "name", "about", "entry")}


class EnquiryForm(LetterForm):
    """A question to the people of the hub."""

    kind = forms.ChoiceField(label="What is it about?", choices=Enquiry.Kind.choices)
    message = forms.CharField(
        label="Your message", max_length=4000, min_length=10,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": 4000}),
    )  # fmt: skip
    name = forms.CharField(
        label="Your name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Your e-mail address", max_length=254, help_text="For the answer, and for nothing else.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    text_name = "message"

    def clean_email(self) -> str:
        return normalised_address(self.cleaned_data["email"])

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "message", "name", "email")}
