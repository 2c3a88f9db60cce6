"""The mails of accounts: a link to a new password, and a word whenever something about signing in changed."""

import time
from typing import TYPE_CHECKING, Any

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.models import AbstractBaseUser, User
from django.db.models import Exists, OuterRef
from django.urls import reverse

from hub.core import links
from hub.mail import outbox, streams

if TYPE_CHECKING:
    from hub.mail.models import Delivery

ACCOUNT = "account"
ONE_RESET_IN = 600  # seconds: asked for again sooner, it is the same mail

NOTICES = {
    "account/email/password_changed": "The password was changed.",
    "account/email/password_set": "A password was set.",
    "account/email/password_reset": "The password was replaced by the link of a mail.",
    "mfa/email/totp_activated": "An authenticator app was added.",
    "mfa/email/totp_deactivated": "The authenticator app was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made; the former ones are void.",
    "mfa/email/webauthn_added": "A passkey or security key was added.",
    "mfa/email/webauthn_removed": "A passkey or security key was removed.",
}


def register() -> None:
    """Declare the stream."""
    streams.register(streams.Stream(ACCOUNT, guard=_account_is_active, links=_derived))


def owe_reset(user: AbstractBaseUser, address: str) -> None:
    """Owe the link to a new password."""
    slot = f"reset:{user.pk}:{int(time.time()) // ONE_RESET_IN}"
    outbox.enqueue(ACCOUNT, slot, address, "account_reset", {}, about=user.pk)


def owe_notice(user: User, template_prefix: str) -> None:
    """Tell the owner what changed; nothing where no address is known or nothing is worth a mail."""
    what = NOTICES.get(template_prefix)
    if what and user.email:
        slot = f"notice:{user.pk}:{time.time_ns()}"
        outbox.enqueue(ACCOUNT, slot, user.email, "account_notice", {"what": what}, about=user.pk)


def _account_is_active() -> dict[str, Any]:
    active = User.objects.filter(pk=OuterRef("about"), is_active=True)
    return {"the account was switched off": Exists(active)}


def _derived(delivery: "Delivery") -> dict[str, Any]:
    """What a mail says of its account; the link is made when the mail leaves and stored nowhere."""
    user = User.objects.filter(pk=delivery.about or 0).first()
    if user is None:
        raise streams.NothingToSay("the account is gone")
    found = {"username": user.username, "sessions_url": links.absolute(reverse("usersessions_list"))}
    if delivery.template == "account_reset":
        token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
        key = {"uidb36": user_pk_to_url_str(user), "key": token}
        found["reset_url"] = links.absolute(reverse("account_reset_password_from_key", kwargs=key))
    return found
