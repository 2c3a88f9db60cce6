"""The link of a submission: derived, never stored; its holder may do what a contributor may."""

from django.urls import reverse

from contributions.models import Submission
from hub.core import links

PURPOSE = "submission"


def token_of(submission: Submission) -> str:
    """The token of its status page at the present generation."""
    return links.make_token(PURPOSE, submission.pk, submission.link_generation)


def path_of(submission: Submission, name: str = "status") -> str:
    """The path of one of its pages: status, confirm, revise, merge, withdraw, reopen."""
    return reverse(f"contributions:{name}", args=[token_of(submission)])


def address_of(submission: Submission, name: str = "status") -> str:
    """The same as a full address, for mails."""
    return links.absolute(path_of(submission, name))


def submission_of(token: str) -> Submission:
    """The submission that a token opens; raises links.BadToken for any that opens none."""
    pk, generation = links.read_token(PURPOSE, token)
    submission = (
        Submission.objects.select_related(
            "target__technology",
            "target__current_revision",
            "base_revision",
            "duplicate_of__technology",
            "published_revision__entry__technology",
            "contributor",
        )
        .filter(pk=pk, link_generation=generation)
        .first()
    )
    if submission is None:
        raise links.BadToken("the link was turned off")
    return submission
