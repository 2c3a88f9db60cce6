"""Fields of one value or of a short list of words: what stands in the front matter of a content file."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from hub.core import prose
from hub.core.fields.base import SET, PayloadField, refuse_nested
from hub.core.slugs import technical_slug


class Words(PayloadField, forms.CharField):
    """One line of text."""

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        if value not in self.empty_values:
            refuse_nested(value)
        text = " ".join(prose.normalise(super().to_python(value) or "").split())
        prose.check_characters(text)
        return text


class Whole(PayloadField, forms.IntegerField):
    """A whole number."""

    def to_python(self, value: Any) -> int | None:
        if value not in self.empty_values:
            refuse_nested(value)
        return super().to_python(value)

    def text(self, value: Any) -> str:
        return "" if value is None else str(value)


class _Tick(forms.CheckboxInput):
    """A check box that hands its text on as it came: files say true, forms say on."""

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> Any:
        return data.get(name)


class YesNo(PayloadField):
    """Yes, or not: payloads hold ``true``, or nothing."""

    widget = _Tick
    _words: ClassVar[dict[str, bool]] = {
        "": False, "false": False, "no": False, "off": False, "true": True, "yes": True, "on": True,
    }  # fmt: skip

    def to_python(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = value.strip().lower() if isinstance(value, str) else value
        if word is not None and (not isinstance(word, str) or word not in self._words):
            raise ValidationError("Say yes or no.", code="invalid")
        return self._words[word or ""]

    def to_payload(self, value: Any) -> bool | None:
        return True if value else None

    def text(self, value: Any) -> str:
        return "yes" if value else ""


class Day(PayloadField, forms.DateField):
    """A date, stored as YYYY-MM-DD."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, (list, dict, int, float)) and value not in self.empty_values:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def to_payload(self, value: Any) -> str | None:
        return value.isoformat() if value else None


class OneOf(PayloadField, forms.ChoiceField):
    """One of fixed choices."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        options = [("", "—"), *((str(value), label) for value, label in choices)]
        super().__init__(choices=options, **kwargs)


class SeveralOf(PayloadField, forms.MultipleChoiceField):
    """Several of fixed choices, in the choices' order."""

    merge = SET
    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        chosen = set(super().clean(value))
        return [str(key) for key, _ in self.choices if str(key) in chosen]  # type: ignore[misc, union-attr]

    def text(self, value: Any) -> str:
        return ", ".join(value or [])

    def prepare_value(self, value: Any) -> Any:
        return value


class Known(PayloadField, forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of a vocabulary (technology, topic), stored by its slug.

    A slug that a row had before it was renamed or merged still means that row: payloads are kept as they
    were written, and ``present`` says how they would be written now.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": "“%(value)s” is none of those that there are."
    }

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        super().__init__(
            queryset=model._default_manager.all(), to_field_name="slug", empty_label="—", **kwargs
        )

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            row = self._renamed(value)
            if row is None:
                raise
            return row

    @property
    def has_aliases(self) -> bool:
        """Whether rows of this vocabulary can be renamed."""
        assert self.queryset is not None
        return any(relation.name == "aliases" for relation in self.queryset.model._meta.related_objects)

    def _renamed(self, slug: Any) -> Any:
        """The row that had this slug before, if any."""
        if not (isinstance(slug, str) and slug.isascii() and "\x00" not in slug and self.has_aliases):
            return None
        return self.queryset.filter(aliases__slug=slug).first()  # type: ignore[union-attr]

    def present(self, slug: str) -> str:
        """Today's slug of the row that a stored slug means."""
        row = self._renamed(slug)
        return str(row.slug) if row else slug

    def to_payload(self, value: Any) -> str:
        return value.slug if value else ""

    def prepare_value(self, value: Any) -> Any:
        """The slug as it is now, for a row too: the options of the select are made of rows."""
        value = forms.ModelChoiceField.prepare_value(self, value)
        return self.present(value) if isinstance(value, str) and value else value


class Names(PayloadField, forms.CharField):
    """A short list of words: tags, versions. Text form: separated by commas."""

    merge = SET

    def __init__(self, *, most: int = 10, longest: int = 40, are_tags: bool = False, **kwargs: Any) -> None:
        self.most, self.longest, self.are_tags = most, longest, are_tags
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        names: dict[str, str] = {}
        for part in self._words(value):
            name = " ".join(prose.normalise(part).split())
            prose.check_characters(name)
            key = technical_slug(name) if self.are_tags else name
            if name and not key:
                raise ValidationError(f"“{name}” holds no letter that a tag can be made of.", code="invalid")
            if len(name) > self.longest:
                raise ValidationError(
                    f"“{name[:50]}” is longer than {self.longest} characters.", code="max_length"
                )
            if name:
                names.setdefault(key, name)
        if len(names) > self.most:
            raise ValidationError(f"At most {self.most}.", code="max_items")
        return list(names.values())

    def _words(self, value: Any) -> list[str]:
        """The words of a list or of a text; a comma parts words in either."""
        if value in self.empty_values:
            return []
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, (str, int, float)) for part in parts):
            raise ValidationError("Give words, not nested values.", code="invalid")
        return [word for part in parts for word in str(part).split(",")]

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        """A list has no length in characters: to_python checked each word."""

    def text(self, value: Any) -> str:
        return ", ".join(value or [])
