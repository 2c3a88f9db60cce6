"""A new link for a submission: for whoever fears that somebody else has the old one."""

from django.db import transaction
from django.db.models import F

from contributions import mails
from contributions.models import Submission
from contributions.moves import Conflict


@transaction.atomic
def renew_link(submission: Submission) -> Submission:
    """Turn off every link that the submission has, and owe its contributor the mail with the new one.

    It changes no state and no version: a reviewer at work is not disturbed. Raises Conflict where the link
    was changed meanwhile.
    """
    now_off = submission.link_generation
    changed = Submission.objects.filter(pk=submission.pk, link_generation=now_off).update(
        link_generation=F("link_generation") + 1
    )
    if not changed:
        raise Conflict("The link was changed already. The newest is in your mail.")
    submission.link_generation = now_off + 1
    mails.link_changed(submission)
    return submission
