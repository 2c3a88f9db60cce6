from django.db import models

from hub.core.models import Entry, EntryQuerySet


class Toy(Entry):
    """One toy that engineers think with."""

    pieces = models.PositiveSmallIntegerField()

    objects = EntryQuerySet.as_manager()
