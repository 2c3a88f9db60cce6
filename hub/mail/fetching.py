"""What the commands have in common that read a mailbox at once, as the beat does every few minutes."""

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub.mail.mailbox import MailboxDown


class FetchCommand(BaseCommand):
    """Reads the mailbox that ``setting`` names by ``fetch()``, and tells how many letters were what."""

    setting: ClassVar[str]
    fetch: ClassVar[Callable[[], Counter[str]]]

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, self.setting):
            raise CommandError(
                f"{self.setting} is empty. Set it to maildir:///path or imaps://user:password@host/INBOX."
            )
        try:
            told = type(self).fetch()
        except (MailboxDown, ValueError) as error:
            raise CommandError(str(error)) from error
        if not told:
            self.stdout.write("No letters.")
        for word, number in sorted(told.items()):
            self.stdout.write(f"{number} {word}")
