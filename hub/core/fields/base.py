"""What every payload field can do, and the names of the rules by which fields merge."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hub.core import markdown
from hub.core.slugs import technical_slug

SCALAR, PROSE, CODE, SET, ROWS = "scalar", "prose", "code", "set", "rows"
PUBLIC_ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-\d{3,7}")


class PayloadField(forms.Field):
    """Base of all payload fields.

    ``merge`` names the rule for two edits of one base (see hub.core.merging); ``heading`` makes the
    field a section: a ``## Heading`` of the content file and a part of the rendered page.
    """

    merge: ClassVar[str] = SCALAR
    heading: str = ""

    def __init__(self, *, heading: str = "", is_shown: bool = True, **kwargs: Any) -> None:
        self.heading = heading
        self.is_shown = is_shown and bool(heading)
        if heading:
            kwargs.setdefault("label", heading)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def to_payload(self, value: Any) -> Any:
        """The cleaned value as the payload stores it (JSON)."""
        return value

    def text(self, value: Any) -> str:
        """The structure as the text that people edit."""
        return "" if value in self.empty_values else str(value)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else self.text(value)

    def html(self, value: Any, name: str) -> str:
        """The structure as safe HTML, for a section; anchors begin with the field's name."""
        return markdown.render(self.text(value), prefix=technical_slug(name.replace("_", "-")))

    def entries(self, value: Any) -> list[tuple[str, str]]:
        """The entries that the value names, as (relation type, public id)."""
        return []


def refuse_nested(value: Any) -> None:
    """Raise ValidationError for a list or an object where one plain value is meant."""
    if isinstance(value, (list, tuple, dict, bool)):
        raise ValidationError("Give one plain value.", code="invalid")
