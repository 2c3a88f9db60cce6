"""Who acts on a submission: the holder of its link, a member of staff, or the system."""

from dataclasses import dataclass
from typing import ClassVar

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from contributions.models import Submission, SubmissionEvent
from contributions.permissions import LEAD, PUBLISH, REVIEW, may
from hub.core.addresses import address_hash


@dataclass(frozen=True)
class Contributor:
    """Whoever holds the link of one submission; the link is all the authority there is."""

    submission_id: int
    by: ClassVar[SubmissionEvent.By] = SubmissionEvent.By.CONTRIBUTOR
    user: ClassVar[User | None] = None

    def is_contributor_of(self, submission: Submission) -> bool:
        return submission.pk == self.submission_id

    def has_duty(self, _duty: str, _kind: str) -> bool:
        return False

    def is_author_of(self, submission: Submission) -> bool:
        return self.is_contributor_of(submission)


@dataclass(frozen=True)
class System:
    """The hub itself: a task that finds something due."""

    by: ClassVar[SubmissionEvent.By] = SubmissionEvent.By.SYSTEM
    user: ClassVar[User | None] = None

    def is_contributor_of(self, _submission: Submission) -> bool:
        return False

    def has_duty(self, _duty: str, _kind: str) -> bool:
        return False

    def is_author_of(self, _submission: Submission) -> bool:
        return False


@dataclass(frozen=True)
class Staff:
    """A signed-in member of staff, with the duties that Django's permissions give."""

    user: User
    by: ClassVar[SubmissionEvent.By] = SubmissionEvent.By.STAFF

    @property
    def address_hash(self) -> str:
        """The hash of the account's address, empty where it has none."""
        try:
            return address_hash(self.user.email) if self.user.email else ""
        except ValidationError:
            return ""

    def is_contributor_of(self, submission: Submission) -> bool:
        return submission.contributor_id == self.user.pk

    def has_duty(self, duty: str, kind: str) -> bool:
        return may(self.user, duty, kind)

    def is_author_of(self, submission: Submission) -> bool:
        return submission.was_written_by(self.user, self.address_hash)


Actor = Contributor | Staff | System

# --- who a row of the workflow's table admits ------------------------------------------------------


def reviewer(submission: Submission, actor: Actor) -> bool:
    return actor.has_duty(REVIEW, submission.kind)


def publisher(submission: Submission, actor: Actor) -> bool:
    return actor.has_duty(PUBLISH, submission.kind)


def lead(submission: Submission, actor: Actor) -> bool:
    return actor.has_duty(LEAD, submission.kind)


def claimer(submission: Submission, actor: Actor) -> bool:
    return (
        reviewer(submission, actor) and actor.user is not None and submission.claimed_by_id == actor.user.pk
    )


def claimer_or_lead(submission: Submission, actor: Actor) -> bool:
    return claimer(submission, actor) or lead(submission, actor)


def contributor(submission: Submission, actor: Actor) -> bool:
    return actor.is_contributor_of(submission)


def contributor_or_editor(submission: Submission, actor: Actor) -> bool:
    return contributor(submission, actor) or claimer(submission, actor) or publisher(submission, actor)


def contributor_or_lead(submission: Submission, actor: Actor) -> bool:
    return contributor(submission, actor) or lead(submission, actor)


def own_publisher(submission: Submission, actor: Actor) -> bool:
    return contributor(submission, actor) and publisher(submission, actor)


def system(_submission: Submission, actor: Actor) -> bool:
    return isinstance(actor, System)


def publisher_or_system(submission: Submission, actor: Actor) -> bool:
    return publisher(submission, actor) or system(submission, actor)
