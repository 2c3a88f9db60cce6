"""What an admin request says: who it is, and which version and text they had read."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def signed_in(request: HttpRequest) -> User:
    """The account behind an admin page."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def number_in(request: HttpRequest, name: str) -> int | None:
    """A number that was posted, or None for anything else."""
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 9 else None
