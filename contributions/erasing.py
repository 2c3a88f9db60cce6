"""A person asks to be forgotten: everything of theirs goes, the record of what was done stays."""

from django.db import transaction

from contributions import mails
from contributions.actors import Actor, Contributor, Staff
from contributions.models import Enquiry, Submission
from contributions.workflow import perform
from hub.mail import forgetting


@transaction.atomic
def erase_person(submission: Submission, actor: Actor) -> int:
    """Erase whoever sent a submission from all that this address ever sent; returns how many there were.

    What waits is withdrawn, what was not published is deleted, credits name a former contributor, mail that
    is still owed is cancelled, enquiries from the address are deleted. The holder of one link speaks for the
    address behind it; a lead needs the duty for each kind. Raises Refused, and then has changed nothing.
    """
    address, hashed = submission.contributor_email, submission.address_hash
    theirs = [submission]
    if hashed:
        theirs = list(Submission.objects.filter(address_hash=hashed).order_by("pk"))
    for one in theirs:
        perform(one, "erase", actor if isinstance(actor, Staff) else Contributor(one.pk))
    if hashed:
        forgetting.forget(hashed, [mails.CONFIRM, mails.CONTRIBUTION])
    if address:
        Enquiry.objects.filter(email__iexact=address).delete()
    return len(theirs)
