"""The forms of subscribers: what to hear of, how often, and the address."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone

from hub.core import catalogue
from hub.core.addresses import normalised_address
from hub.core.models import Entry, Level, Tag, TagAlias, Technology
from hub.core.slugs import technical_slug
from subscriptions.enrolling import Choices
from subscriptions.models import Subscriber
from subscriptions.preferences import Preferences

MOST_TAGS = 20
LONGEST_PAUSE = timedelta(days=366)
_REGIONS = {
    "Africa", "America", "Antarctica", "Arctic", "Asia",
    "Atlantic", "Australia", "Europe", "Indian", "Pacific",
}  # fmt: skip
TIME_ZONES = ["UTC", *sorted(zone for zone in available_timezones() if zone.partition("/")[0] in _REGIONS)]


def _kind_choices() -> list[tuple[str, str]]:
    return [(kind.name, kind.label_plural) for kind in catalogue.kinds()]


def _path_choices() -> list[tuple[str, str]]:
    held = Entry.objects.public().filter(kind__in=[kind.name for kind in catalogue.holders()])
    return list(held.order_by("title").values_list("public_id", "title"))


class FilterForm(forms.Form):
    """What to hear of. Also read from an address: ``?technology=flask&level=senior&tag=security``."""

    kind = forms.MultipleChoiceField(
        label="Kinds", choices=_kind_choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    technology = forms.ModelMultipleChoiceField(
        Technology.objects.all(), label="Technologies", to_field_name="slug", required=False,
        widget=forms.CheckboxSelectMultiple, help_text="A language stands for its frameworks too.",
    )  # fmt: skip
    tag = forms.CharField(
        label="Tags",
        max_length=400,
        required=False,
        help_text="Separated by commas; an entry needs one of them.",
    )
    level = forms.MultipleChoiceField(
        label="Levels", choices=Level.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    path = forms.MultipleChoiceField(
        label="Learning paths", choices=_path_choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Only entries that are a step of one of these.",
    )  # fmt: skip
    difficulty_from = forms.IntegerField(label="Difficulty from", min_value=1, max_value=10, required=False)
    difficulty_to = forms.IntegerField(label="Difficulty up to", min_value=1, max_value=10, required=False)

    def clean_tag(self) -> list[Tag]:
        """The tags of these names; names one that does not exist."""
        slugs = {
            technical_slug(name): name.strip() for name in self.cleaned_data["tag"].split(",") if name.strip()
        }
        if len(slugs) > MOST_TAGS:
            raise ValidationError(f"At most {MOST_TAGS} tags.")
        aliases = {
            alias.slug: alias.tag for alias in TagAlias.objects.filter(slug__in=slugs).select_related("tag")
        }
        known = {**{tag.slug: tag for tag in Tag.objects.filter(slug__in=slugs)}, **aliases}
        if unknown := [name for slug, name in slugs.items() if slug not in known]:
            raise ValidationError(f"There is no tag “{unknown[0]}”.")
        return list({known[slug].pk: known[slug] for slug in slugs}.values())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["difficulty_from"] = data.get("difficulty_from") or 1
        data["difficulty_to"] = data.get("difficulty_to") or 10
        if data["difficulty_from"] > data["difficulty_to"]:
            self.add_error("difficulty_to", "The range ends before it begins.")
        return data

    def preferences(self) -> Preferences:
        """The filters of a valid form."""
        data = self.cleaned_data
        return Preferences.chosen(
            data["kind"], data["level"], list(data["technology"]), data["tag"],
            data["difficulty_from"], data["difficulty_to"], data["path"],
        )  # fmt: skip


class PreferencesForm(FilterForm):
    """What to hear of, how often, and at which hour of whose clock."""

    frequency = forms.ChoiceField(
        label="How often", choices=Subscriber.Frequency.choices, initial=Subscriber.Frequency.WEEKLY,
        widget=forms.RadioSelect,
    )  # fmt: skip
    weekday = forms.TypedChoiceField(
        label="Day",
        choices=Subscriber.Weekday.choices,
        coerce=int,
        initial=1,
        help_text="Of a weekly digest.",
    )
    hour = forms.TypedChoiceField(
        label="From", choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, initial=8,
        help_text="A digest never leaves before this hour.",
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label="Time zone", choices=[(zone, zone) for zone in TIME_ZONES], initial="UTC"
    )

    def choices(self) -> Choices:
        """What a valid form asks for."""
        data = self.cleaned_data
        kept = ("frequency", "weekday", "hour", "time_zone", "difficulty_from", "difficulty_to")
        values = {name: data[name] for name in kept}
        return Choices(
            {**values, "kinds": data["kind"], "levels": data["level"], "paths": data["path"]},
            list(data["technology"]),
            data["tag"],
        )

    def fieldsets(self) -> list[dict[str, Any]]:
        """As templates/components/form_fields.html draws them."""
        return [
            _fieldset(
                "What", "Leave a row empty to hear of all.", self,
                "kind", "technology", "tag", "level", "path", "difficulty_from", "difficulty_to",
            ),
            _fieldset("When", "", self, "frequency", "weekday", "hour", "time_zone"),
        ]  # fmt: skip

    @classmethod
    def of(cls, subscriber: Subscriber) -> "PreferencesForm":
        """The form as a subscriber left it."""
        return cls(
            initial={
                "kind": subscriber.kinds,
                "technology": [row.slug for row in subscriber.technologies.all()],
                "tag": ", ".join(row.name for row in subscriber.tags.all()),
                "level": subscriber.levels,
                "path": subscriber.paths,
                **{
                    name: getattr(subscriber, name)
                    for name in (
                        "difficulty_from",
                        "difficulty_to",
                        "frequency",
                        "weekday",
                        "hour",
                        "time_zone",
                    )
                },
            }
        )


class PauseForm(forms.Form):
    """Until when nothing is sent; empty means until the subscriber resumes."""

    until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: until you resume.",
    )  # fmt: skip

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        today = timezone.now().date()
        if until is not None and not today < until <= today + LONGEST_PAUSE:
            raise ValidationError("Give a day from tomorrow on, at most a year away.")
        return until


class SubscribeForm(PreferencesForm):
    """The sign-up: an address and its preferences."""

    email = forms.CharField(
        label="E-mail address", max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )  # fmt: skip
    website = forms.CharField(
        label="Leave this empty", required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip

    def clean_email(self) -> str:
        return normalised_address(self.cleaned_data["email"])

    @property
    def is_trapped(self) -> bool:
        """Whether something filled in the field that people don't see."""
        return bool(self.cleaned_data["website"])

    @property
    def trap(self) -> BoundField:
        return self["website"]

    def fieldsets(self) -> list[dict[str, Any]]:
        return [_fieldset("Where to", "", self, "email"), *super().fieldsets()]

    @classmethod
    def prefilled(cls, query: QueryDict) -> "SubscribeForm":
        """An empty form with the subject of an address ticked; what it does not know is left out."""
        known = {
            name: query.getlist(name) for name in ("kind", "technology", "level", "path") if name in query
        }
        return cls(initial={**known, **({"tag": query["tag"][:400]} if "tag" in query else {})})


def _fieldset(legend: str, help_text: str, form: forms.Form, *names: str) -> dict[str, Any]:
    return {"legend": legend, "help": help_text, "fields": [form[name] for name in names]}
