from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub.mail import bounces
from hub.mail.mailbox import MailboxDown


class Command(BaseCommand):
    help = "Read delivery reports, complaints and unsubscribing mails from the mailbox BOUNCES_MAILBOX."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCES_MAILBOX:
            raise CommandError(
                "BOUNCES_MAILBOX is empty. Set it to maildir:///path or imaps://user:password@host/INBOX."
            )
        try:
            told = bounces.fetch()
        except (MailboxDown, ValueError) as error:
            raise CommandError(str(error)) from error
        if not told:
            self.stdout.write("No letters.")
        for word, number in sorted(told.items()):
            self.stdout.write(f"{number} {word}")
