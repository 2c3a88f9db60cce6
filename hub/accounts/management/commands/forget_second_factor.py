import argparse
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Take every second factor off an account whose owner lost phone, key and recovery codes."""

    help = "Takes every second factor off an account; where one is demanded, its owner sets up another."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *_arguments: Any, username: str, **_options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f'There is no account "{username}".')
        number, _ = Authenticator.objects.filter(user=user).delete()
        self.stdout.write(f'{number} second factors of "{username}" are forgotten.')
