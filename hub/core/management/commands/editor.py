import argparse
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from hub.core.staff import FIRST_EDITOR, give_access


class Command(BaseCommand):
    """Make an editor's account, or give it a new password; the password is printed once and kept nowhere."""

    help = "Makes an editor's account or gives it a new password, which is printed once."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username", nargs="?", default=FIRST_EDITOR, help="default: %(default)s")

    def handle(self, *_arguments: Any, username: str, **_options: Any) -> None:
        try:
            User._meta.get_field("username").clean(username, None)
            access = give_access(username)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except DatabaseError as error:
            raise CommandError(f"The database is not ready: {error}. Start the hub once: make run") from error
        verb = "Made the account" if access.is_new else "Set a new password for the account"
        self.stdout.write(f'{verb} "{access.username}". The password, shown only now: {access.password}')
        if access.is_new and access.username != FIRST_EDITOR:
            self.stdout.write("It has no permissions yet: give it groups in admin.")
