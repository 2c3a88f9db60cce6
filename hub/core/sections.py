"""One section of a rendered entry, as templates show it."""

from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Section:
    """One filled section: its key (the payload's name), its heading, and safe HTML."""

    key: str
    heading: str
    html: SafeString

    @property
    def anchor(self) -> str:
        return self.key.replace("_", "-")
