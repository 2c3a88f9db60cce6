from contributions import mailed
from hub.mail.fetching import FetchCommand


class Command(FetchCommand):
    help = "Read contributions, and answers to us, from the mailbox CONTRIBUTIONS_MAILBOX."
    setting = "CONTRIBUTIONS_MAILBOX"
    fetch = mailed.fetch
