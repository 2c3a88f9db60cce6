"""Looking after what is public: verified again, tagged anew. Each is a revision like any other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User

from hub.core import publishing
from hub.core.models import Entry, Event
from hub.core.payload import InvalidPayload, Payload
from hub.core.publishing import Conflict, Unchanged
from hub.core.tags import tags_named


@dataclass
class Outcome:
    """What became of many entries: the ids of those that changed, and (id, reason) of those that did not."""

    done: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def reverify(entry: Entry, by: User | None, *, on: date, verified_with: Sequence[str] = ()) -> Event:
    """Record that somebody ran and read an entry again; without ``verified_with`` the versions stay.

    The text, its date and its subscribers are left in peace; readers' reports begin again at nothing.
    Raises what publish raises, and Unchanged where it was verified as late already.
    """
    if entry.verified_at and entry.verified_at > on:
        raise Unchanged(f"was verified on {entry.verified_at:%Y-%m-%d} already")
    changed: dict[str, Any] = {"verified_at": on.isoformat()}
    if verified_with:
        changed["verified_with"] = list(verified_with)
    names = ", ".join(changed.get("verified_with", []))
    return _publish(entry, by, changed, f"Verified again{f' with {names}' if names else ''}")


def retag(entry: Entry, by: User | None, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Event:
    """Add tags to an entry and take tags from it, whatever spelling or alias each was written in.

    Raises what publish raises: Unchanged where nothing is left to do, InvalidPayload for too many tags.
    """
    given: list[str] = publishing.current_payload(entry).data.get("tags", [])
    unwanted = {tag.pk for tag in tags_named(remove)}
    kept = [name for name in given if not {tag.pk for tag in tags_named([name])} & unwanted]
    known = {tag.pk for tag in tags_named(kept)}
    new = [name for name in add if {tag.pk for tag in tags_named([name])} - known]
    words = [f"added {', '.join(new)}"] if new else []
    words += [f"removed {', '.join(name for name in given if name not in kept)}"] if kept != given else []
    if not words:
        raise Unchanged("has these tags already" if add else "has none of these tags")
    return _publish(entry, by, {"tags": [*kept, *new]}, f"Tags: {', '.join(words)}")


def each(versions: Mapping[int, int], act: Callable[[Entry], Event], may: Callable[[Entry], bool]) -> Outcome:
    """Do one thing to many entries, each in a transaction of its own, by id and the version that was read."""
    outcome = Outcome()
    rows = Entry.objects.filter(pk__in=versions).select_related("technology", "topic", "current_revision")
    for entry in rows.order_by("public_id"):
        reason = ""
        if not may(entry):
            reason = "is not yours to change"
        elif not entry.is_public:
            reason = "is archived"
        else:
            entry.version = versions[entry.pk]
            try:
                act(entry)
            except (Conflict, Unchanged) as refusal:
                reason = str(refusal).removeprefix(f"{entry.public_id} ")
            except InvalidPayload as refusal:
                reason = str(refusal)
        if reason:
            outcome.skipped.append((entry.public_id, reason))
        else:
            outcome.done.append(entry.public_id)
    return outcome


def _publish(entry: Entry, by: User | None, changed: dict[str, Any], note: str) -> Event:
    payload = publishing.current_payload(entry)
    data = {name: value for name, value in {**payload.data, **changed}.items() if value not in ("", [])}
    return publishing.publish(
        Payload(payload.kind, data, payload.schema), by, entry, announce=False, note=note[:300],
        at=entry.updated_at,
    )  # fmt: skip
