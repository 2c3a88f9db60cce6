from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contributions import mailed
from hub.mail.mailbox import MailboxDown


class Command(BaseCommand):
    help = "Read contributions, and answers to us, from the mailbox CONTRIBUTIONS_MAILBOX."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CONTRIBUTIONS_MAILBOX:
            raise CommandError(
                "CONTRIBUTIONS_MAILBOX is empty. Set it to maildir:///path or imaps://user:password@host/INBOX."
            )
        try:
            told = mailed.fetch()
        except (MailboxDown, ValueError) as error:
            raise CommandError(str(error)) from error
        if not told:
            self.stdout.write("No letters.")
        for word, number in sorted(told.items()):
            self.stdout.write(f"{number} {word}")
