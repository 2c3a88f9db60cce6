"""Fields that are edited in a text area: Markdown, and the base of texts that are read into a structure."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hub.core import codeblocks, markdown, prose
from hub.core.fields.base import PROSE, ROWS, PayloadField


class TextField(PayloadField, forms.CharField):
    """Base of what is edited in a text area."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = prose.MAX_CHARACTERS, rows: int = 8, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, strip=False, **kwargs)

    def checked_text(self, value: Any) -> str:
        """The text in its stored form; raises ValidationError for anything but sound Markdown."""
        if value in self.empty_values:
            return ""
        if not isinstance(value, str):
            raise ValidationError("Give a text.", code="invalid")
        text = prose.normalise(value)
        if len(text) > (self.max_length or prose.MAX_CHARACTERS):
            raise ValidationError(
                f"At most {self.max_length} characters; this has {len(text)}.", code="max_length"
            )
        prose.check_markdown(text)
        codeblocks.check(text)
        check_pictures(text)
        return text


def check_pictures(text: str) -> None:
    """Refuse pictures that a page would not show, or would show to some readers only (WCAG 1.1.1)."""
    for picture in markdown.pictures(text):
        if not picture.is_figure:
            raise ValidationError(
                f"Line {picture.line}: a picture is a figure of this hub (/media/figures/…), which editors "
                "add; leave this one out.",
                code="picture",
            )
        if not picture.alt.strip():
            raise ValidationError(
                f"Line {picture.line}: say between the brackets what the picture shows: ![…].", code="alt"
            )


class Prose(TextField):
    """A Markdown text; ``max_words`` caps its words."""

    merge = PROSE

    def __init__(self, *, max_words: int | None = None, **kwargs: Any) -> None:
        self.max_words = max_words
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = self.checked_text(value)
        if self.max_words and (count := markdown.count_words(markdown.plain_text(text))) > self.max_words:
            raise ValidationError(f"At most {self.max_words} words; this has {count}.", code="max_words")
        return text


class StructuredText(TextField):
    """Base of fields whose text is read into a structure."""

    merge = ROWS

    def read(self, text: str) -> Any:
        """Text → structure; raises ValidationError with the line."""
        raise TypeError(f"{type(self).__name__} has no text form")

    def to_python(self, value: Any) -> Any:
        return self.read(
            self.checked_text(value if isinstance(value, str) else self.text(self.checked(value)))
        )

    def checked(self, value: Any) -> Any:
        """Refuse a structure (from the API) of the wrong shape before it is written as text."""
        if value in self.empty_values:
            return []
        if not isinstance(value, list):
            raise ValidationError("Give a list or a text.", code="invalid")
        return value

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        """A structure has no length in characters: checked_text saw to that."""


def is_record(value: Any) -> bool:
    """Whether an item from the API is an object whose values are all texts."""
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
