"""Bring a suggested edit and its entry together where both changed the same place."""

from dataclasses import dataclass
from typing import Any

from django import forms

from contributions.merging import merged_with_entry
from contributions.models import Submission
from hub.core import catalogue
from hub.core.merging import Merge
from hub.core.models import Revision
from hub.core.payload import InvalidPayload, Payload, validated


@dataclass(frozen=True)
class Encounter:
    """Two changes of one entry that met: what merges by itself, and what a person must decide."""

    submission: Submission
    merge: Merge
    current: Revision  # what is public now, and becomes the edit's base

    def form(self, data: Any = None) -> "ConflictForm":
        return ConflictForm(self, data)

    def rows(self, form: "ConflictForm") -> list[dict[str, Any]]:
        """The conflicts as contributions/conflict.html shows them."""
        fields = form.kind_fields
        return [
            {
                "field": form[conflict.name],
                "label": form[conflict.name].label,
                "base": fields[conflict.name].text(conflict.base),
                "yours": fields[conflict.name].text(conflict.theirs),
                "current": fields[conflict.name].text(conflict.current),
            }
            for conflict in self.merge.conflicts
        ]


def encounter(submission: Submission) -> Encounter:
    """Look at a suggested edit and its entry as both are now."""
    target = submission.target
    if target is None or target.current_revision is None:
        raise ValueError("only a suggested edit meets its entry")
    head = submission.revisions.select_related(
        "submission__target__current_revision", "submission__base_revision"
    ).get(number=submission.head)
    return Encounter(submission, merged_with_entry(head), target.current_revision)


class ConflictForm(forms.Form):
    """The fields in conflict only, each beginning with the contributor's text.

    ``seen`` is the entry's revision that the person looked at: if it moved once more, look again.
    """

    def __init__(self, encounter_: Encounter, data: Any = None):
        kind = catalogue.get(encounter_.submission.kind)
        self.encounter = encounter_
        self.kind_fields: dict[str, Any] = kind.form.base_fields
        initial = {conflict.name: conflict.theirs for conflict in encounter_.merge.conflicts}
        super().__init__(data, initial={**initial, "seen": encounter_.current.number}, label_suffix="")
        fresh = kind.form()
        for name in initial:
            self.fields[name] = fresh.fields[name]
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("seen") not in (None, self.encounter.current.number):
            self.add_error(None, "The entry has changed once more. Look at it again.")
        if not self.errors:
            self._build(cleaned)
        return cleaned

    def _build(self, cleaned: dict[str, Any]) -> None:
        """The whole text: what merged by itself, with the decided fields in it."""
        data = dict(self.encounter.merge.data)
        for conflict in self.encounter.merge.conflicts:
            data[conflict.name] = self.kind_fields[conflict.name].to_payload(cleaned.get(conflict.name))
        try:
            self.payload = validated(self.encounter.submission.kind, data)
        except InvalidPayload as error:
            for name, texts in error.errors.items():
                for text in texts:
                    self.add_error(name if name in self.fields else None, text)

    payload: Payload
