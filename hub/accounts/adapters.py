"""What allauth asks the house: nobody signs up, limits are rows, mail is owed, secrets are sealed."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, User
from django.http import HttpRequest

from hub.accounts import mails
from hub.accounts.limits import PER_ACCOUNT
from hub.core.network import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an operator (`manage.py editor`) or in admin; here they only sign in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse the sixth try on one account within five minutes, wherever it comes from (CWE-307)."""
        if not PER_ACCOUNT.hit(str(credentials.get("username", "")).lower()):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing more: the try was counted before, and the log holds no names."""

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        mails.owe_reset(user, email)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        if isinstance(user, User):
            mails.owe_notice(user, template_prefix)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise TypeError(
            f"{template_prefix}: mail leaves through the outbox; hub/accounts/mails.py has what may"
        )


class MFAAdapter(DefaultMFAAdapter):
    """Second factors; their secrets stand sealed in the database, so a copy of it opens no account."""

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()


def _seal() -> MultiFernet:
    """Seals with a key made of SECRET_KEY, opens with the former ones too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = (hashlib.sha256(f"second factor {key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])
