"""One action on its way through the workflow, and the two ways in which it may end badly."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from contributions.actors import Actor
from contributions.models import Policy, State, Submission, SubmissionRevision

FORBIDDEN, WRONG_STATE, INVALID = 403, 409, 400


class Refused(Exception):
    """The action is not possible; ``str()`` says why in a sentence.

    ``status`` is the HTTP status: 403 not this person, 409 not now, 400 not with this data; ``errors``
    then maps form fields to messages. ``code`` names reasons that a page answers in its own way.
    """

    def __init__(
        self,
        reason: str,
        status: int = WRONG_STATE,
        *,
        code: str = "",
        errors: dict[str, list[str]] | None = None,
    ):
        super().__init__(reason)
        self.status, self.code, self.errors = status, code, errors or {}


class Conflict(Exception):
    """Somebody was faster; ``str()`` names who, what and when. HTTP 409.

    ``revision`` is the number of the latest text where the actor had read an older one.
    """

    status = 409

    def __init__(self, reason: str, *, revision: int | None = None):
        super().__init__(reason)
        self.revision = revision


@dataclass
class Move:
    """What guards look at and effects add to. ``columns`` go into the conditional UPDATE."""

    submission: Submission
    actor: Actor
    action: str
    now: datetime
    data: dict[str, Any] = field(default_factory=dict)
    to: State | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    is_override: bool = False

    @cached_property
    def policy(self) -> Policy:
        return Policy.of(self.submission.kind)

    @cached_property
    def head(self) -> SubmissionRevision:
        """The latest text at the moment of the action."""
        return self.submission.revisions.select_related("submission").get(number=self.submission.head)

    @property
    def new_version(self) -> int:
        return self.submission.version + 1

    @property
    def text_hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest() if self.text else ""

    def words(self, name: str) -> str:
        """A text of the action's data, without blanks at its ends."""
        value = self.data.get(name)
        return value.strip() if isinstance(value, str) else ""
