"""Accounts of the people who look after the hub, as its operator makes them."""

import secrets
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

FIRST_EDITOR = "editor"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for another when read aloud or copied


def generate_password() -> str:
    """Return a password of 16 letters and figures in groups of four: 79 bits from the system's generator."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@dataclass(frozen=True)
class Access:
    """What an operator is told once: the account, its new password, and whether the account is new."""

    username: str
    password: str
    is_new: bool


def give_access(username: str = FIRST_EDITOR) -> Access:
    """Give this account a new password and staff access, making it where there is none.

    The first editor may do everything; anyone else gets permissions and groups in admin. An account that was
    switched off is switched on again; its open sessions end with the old password.
    """
    password = generate_password()
    with transaction.atomic():
        user, is_new = User.objects.get_or_create(username=username)
        user.set_password(password)
        user.is_staff = user.is_active = True
        user.is_superuser = user.is_superuser or username == FIRST_EDITOR
        user.save(update_fields=["password", "is_staff", "is_active", "is_superuser"])
    return Access(username, password, is_new)


def has_superuser() -> bool:
    """Tell whether somebody can sign in who may do everything."""
    return User.objects.filter(is_superuser=True, is_active=True).exists()
