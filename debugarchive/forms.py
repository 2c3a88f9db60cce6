"""The payload form of an error: what it may contain, whichever way it comes in."""

from typing import Any

from debugarchive.fields import Code, Wordings
from debugarchive.models import ErrorKind, ErrorSeries, Severity, WorkaroundRisk
from hub.core import fields
from hub.core.payload import PayloadForm


class ErrorForm(PayloadForm):
    """Fields of an error, in the order of its file."""

    kind = "error"

    series = fields.Known(ErrorSeries, required=True, help_text="Where it shows up; begins the id: DB-001.")
    error_kind = fields.OneOf(choices=ErrorKind.choices, required=True, label="Kind of error")
    severity = fields.OneOf(choices=Severity.choices, required=True)
    exception_type = fields.Words(max_length=120, help_text="ModuleNotFoundError, SQLSTATE 23000, E0382.")
    affected = fields.Names(
        most=12, longest=80, label="Affected versions", help_text="Flask >=2.3, separated by commas."
    )
    workaround_risk = fields.OneOf(
        choices=WorkaroundRisk.choices, label="Risk of the workaround", help_text="Only with a workaround."
    )

    symptom = fields.Prose(
        heading="Symptom", required=True, rows=5, help_text="What somebody sees, and after doing what."
    )
    messages = Wordings(
        heading="Error messages", required=True, rows=12, most=60,
        help_text="### Name of the engine, then its exact message in a ```text block; one block a wording.",
    )  # fmt: skip
    root_cause = fields.Prose(heading="Root cause", required=True)
    fix = fields.Prose(
        heading="Fix", required=True, help_text="What removes the cause; the first paragraph says it all."
    )
    workaround = fields.Prose(
        heading="Workaround", help_text="What helps until the fix is in place; name its risk too."
    )
    workaround_undo = fields.Prose(heading="Undo the workaround", rows=4)
    verify = fields.Prose(heading="How to verify", rows=5)
    reproduction = Code(heading="Reproduction", help_text="The smallest code that fails.")
    fixed_code = Code(heading="Fixed code", help_text="The same code with the fix in it.")
    further = fields.Parts(heading="Further sections", rows=10, help_text="### Heading, then its text.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        workaround, risk = data.get("workaround"), data.get("workaround_risk")
        if workaround and not risk and "workaround_risk" not in self.errors:
            self.add_error("workaround_risk", "Say what the workaround puts at risk, or that nothing is.")
        if risk and not workaround and "workaround" not in self.errors:
            self.add_error("workaround_risk", "There is no workaround that this could be the risk of.")
        if data.get("workaround_undo") and not workaround and "workaround" not in self.errors:
            self.add_error("workaround_undo", "There is no workaround to undo.")
        return data
