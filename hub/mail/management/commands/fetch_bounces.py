from hub.mail import bounces
from hub.mail.fetching import FetchCommand


class Command(FetchCommand):
    help = "Read delivery reports, complaints and unsubscribing mails from the mailbox BOUNCES_MAILBOX."
    setting = "BOUNCES_MAILBOX"
    fetch = bounces.fetch
