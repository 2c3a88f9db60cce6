"""What may hint at spam. Signals sort and warn; they refuse and delete nothing."""

import json
import re
from typing import Any

from contributions.models import SubmissionRevision
from hub.core.payload import Payload

MANY_LINKS = 5
_LINK = re.compile(r"https?://", re.IGNORECASE)


def signals_of(payload: Payload, name: str, note: str) -> dict[str, Any]:
    """The signals of a new submission, by name."""
    found: dict[str, Any] = {}
    links = len(_LINK.findall(json.dumps(payload.data)))
    if links >= MANY_LINKS:
        found["links"] = links
    if _LINK.search(name) or len(_LINK.findall(note)) > 1:
        found["advertises"] = True
    same = (
        SubmissionRevision.objects.filter(content_hash=payload.content_hash)
        .select_related("submission")
        .first()
    )
    if same is not None:
        found["repeats"] = same.submission.reference
    return found


def in_words(signals: dict[str, Any]) -> list[str]:
    """The same for reviewers."""
    words = []
    if "links" in signals:
        words.append(f"{signals['links']} links in the text")
    if "advertises" in signals:
        words.append("An address in the name, or several in the note")
    if "repeats" in signals:
        words.append(f"The very text of {signals['repeats']}")
    return words
