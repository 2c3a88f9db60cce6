"""The payload form of a security topic: what it may contain, whichever way it comes in."""

from typing import Any

from hub.core import fields
from hub.core.payload import PayloadForm
from security.fields import Listings, Vector
from security.models import TopicKind


class SecurityTopicForm(PayloadForm):
    """Fields of a security topic, in the order of its file."""

    kind = "security"

    topic_kind = fields.OneOf(choices=TopicKind.choices, required=True, label="Kind of topic")
    cvss = Vector(
        max_length=300, label="CVSS vector",
        help_text="CVSS:3.1/AV:N/… or CVSS:4.0/AV:N/…; the score is computed.",
    )  # fmt: skip
    is_offensive = fields.YesNo(
        label="Shows how to attack",
        help_text="Its page then says what the law allows, above everything else.",
    )

    overview = fields.Prose(
        heading="Overview", required=True, rows=10, help_text="What it is and why it matters. Markdown."
    )
    preconditions = fields.Prose(
        heading="Preconditions", rows=5, help_text="What must be true for it to happen."
    )
    impact = fields.Prose(
        heading="Impact", rows=5, help_text="What somebody gains by it, and what it costs you."
    )
    attack = fields.Prose(heading="Attack", help_text="How it is done: as much as a defender must know.")
    detection = fields.Prose(heading="Detection", help_text="How you find it in code, in tests and in logs.")
    defence = fields.Prose(heading="Defence", required=True, help_text="What closes it, best measure first.")
    vulnerable_code = Listings(
        heading="Vulnerable code", rows=12,
        help_text="### Python, then its code in one fenced block, then its ```output if it prints any.",
    )  # fmt: skip
    fixed_code = Listings(
        heading="Fixed code", rows=12, help_text="The same code, mended, under the same headings."
    )
    legal_scope = fields.Prose(
        heading="Legal scope", rows=4, is_shown=False,
        help_text="Only where this topic needs other words than the site's.",
    )  # fmt: skip
    takeaways = fields.Items(heading="Key takeaways")
    further = fields.Parts(heading="Further sections", rows=10, help_text="### Heading, then its text.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        mended = {listing["language"].casefold() for listing in data.get("fixed_code") or []}
        open_ = [
            listing["language"]
            for listing in data.get("vulnerable_code") or []
            if listing["language"].casefold() not in mended
        ]
        if open_ and "fixed_code" not in self.errors:
            self.add_error("fixed_code", f"Show how to mend what is vulnerable: {', '.join(open_)}.")
        if data.get("legal_scope") and not data.get("is_offensive") and "is_offensive" not in self.errors:
            self.add_error("legal_scope", "It belongs to topics that show how to attack; this one does not.")
        return data
