"""``Authorization: Bearer khub_…`` (RFC 6750) in the API: whose script it is."""

from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from hub.accounts.models import AccessKey, digest_of


class KeyAuthentication(BaseAuthentication):
    """The account of a key; no header is nobody, a wrong key is 401. Sessions have no authority here."""

    def authenticate(self, request: Request) -> tuple[User, AccessKey] | None:
        scheme, _, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        text = key.strip().decode("ascii", "replace")
        row = AccessKey.objects.working().select_related("user").filter(digest=digest_of(text)).first()
        if row is None:
            raise AuthenticationFailed("This key opens nothing.")
        today = timezone.now().date()
        if row.used_on != today:
            AccessKey.objects.filter(pk=row.pk).update(used_on=today)
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
