from django.db import models

from hub.core.models import Entry


class Toy(Entry):
    """One toy that engineers think with."""

    pieces = models.PositiveSmallIntegerField()
