"""What the groups of the desk were given."""

from django.contrib.auth.models import Group, Permission
from django.db import models


class Grant(models.Model):
    """A permission that the table of groups once gave to a group; it is not given to it again."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    permission = models.ForeignKey(Permission, models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()  # nobody writes it by hand
        constraints = [models.UniqueConstraint(fields=["group", "permission"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.group}: {self.permission}"
