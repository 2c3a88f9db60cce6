"""A suggested edit against its entry as it is now; the merge itself is the kernel's."""

from contributions.models import SubmissionRevision
from hub.core import catalogue
from hub.core.merging import Merge, merge
from hub.core.payload import Payload
from hub.core.publishing import current_payload


def merged_with_entry(text: SubmissionRevision) -> Merge:
    """Merge one text of a suggested edit into its target: base, theirs, and what is public now.

    Where the entry has not moved since the base, the text stands as it is.
    """
    submission = text.submission
    target, base = submission.target, submission.base_revision
    if target is None or base is None:
        raise ValueError("only a suggested edit has something to merge with")
    theirs = text.as_payload
    if target.current_revision_id == base.pk:
        return Merge(data=theirs.data)
    kind = catalogue.get(submission.kind)
    return merge(
        kind.name, kind.current(base.payload, base.schema), theirs.data, current_payload(target).data
    )


def payload_to_publish(text: SubmissionRevision) -> Payload:
    """What publishing this text would make public now; raises ValueError while a conflict is open."""
    if not text.submission.is_edit:
        return text.as_payload
    merged = merged_with_entry(text)
    if not merged.is_clean:
        raise ValueError("the two changes were not brought together")
    return Payload(text.submission.kind, merged.data, catalogue.get(text.submission.kind).schema)
