"""The payload form of a design note: what it may contain, whichever way it comes in."""

from typing import Any

from hub.core import fields
from hub.core.payload import PayloadForm
from systemdesign.fields import Drawing, Estimates, Options, References, Scale
from systemdesign.models import NoteKind

STEPS = ("At 1 k users", "At 100 k users", "At 10 M users")


class DesignNoteForm(PayloadForm):
    """Fields of a design note, in reading order."""

    kind = "design"

    note_kind = fields.OneOf(choices=NoteKind.choices, required=True, label="Kind of note")
    key_figure = fields.Words(
        max_length=40, help_text="The name of the estimate that decides most; cards show it."
    )

    problem = fields.Prose(
        heading="Problem", required=True, rows=6, help_text="What has to be solved, and why it is hard."
    )
    requirements = fields.Items(heading="Requirements")
    estimates = Estimates(
        heading="Estimates", rows=10,
        help_text="One a line: requests_per_day = 10_000_000  # a day; formulas use the lines above.",
    )  # fmt: skip
    options = Options(
        heading="Options", rows=14,
        help_text="### Name, one of them ### Name (chosen); a text, #### Pros and #### Cons, each a list.",
    )  # fmt: skip
    decision = fields.Prose(heading="Decision", help_text="Why the chosen option, in this place.")
    diagram = Drawing(heading="Diagram", rows=12, help_text="One ```text block.")
    diagram_words = fields.Prose(
        heading="Diagram in words", rows=5, help_text="Says what the diagram shows, for who can't see it."
    )
    consequences = fields.Prose(heading="Consequences", help_text="What gets easier, and what it costs.")
    scale = Scale(heading="Scale", steps=STEPS, rows=10, help_text="### At 1 k users, then 100 k, then 10 M.")
    failure_modes = fields.Parts(
        heading="Failure modes", rows=10, help_text="### What fails, then how it shows and what is done."
    )
    references = References(heading="References", help_text="- [Title](https://…), one a line.")
    further = fields.Parts(heading="Further sections", rows=10, help_text="### Heading, then its text.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_pair("diagram", "diagram_words", "Describe the diagram in words too (WCAG 1.1.1).")
        self._clean_pair("diagram_words", "diagram", "There is no diagram that the words describe.")
        self._clean_pair("options", "decision", "Say why the chosen option was chosen.")
        name, estimates = data.get("key_figure"), data.get("estimates") or []
        if name and name not in {line["name"] for line in estimates} and "estimates" not in self.errors:
            self.add_error("key_figure", f"No estimate is called “{name}”.")
        return data

    def _clean_pair(self, given: str, missing: str, reason: str) -> None:
        is_missing = not self.cleaned_data.get(missing) and missing not in self.errors
        if self.cleaned_data.get(given) and is_missing:
            self.add_error(missing, reason)
