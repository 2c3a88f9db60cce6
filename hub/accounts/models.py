"""Keys of accounts: what an editor's own script shows instead of a password."""

import hashlib
import secrets
from typing import Self

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

PREFIX = "khub_"  # so that scanners of leaked secrets, and people, know what they see
MOST = 20


def digest_of(key: str) -> str:
    """What is stored of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


class AccessKeyQuerySet(models.QuerySet["AccessKey"]):
    def working(self) -> Self:
        """Those that open something: their account is on and belongs to staff."""
        return self.filter(user__is_active=True, user__is_staff=True)


class AccessKey(models.Model):
    """One key of one account for one script; deleting the row ends it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_keys")
    name = models.CharField(max_length=60, help_text="What it is for.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_on = models.DateField(null=True, editable=False)

    objects = AccessKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="access_key_name_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, user: User, name: str) -> str:
        """Make a key and return it, shown once and stored nowhere; IntegrityError for a name in use."""
        key = PREFIX + secrets.token_urlsafe(32)
        cls.objects.create(user=user, name=name, digest=digest_of(key))
        return key
