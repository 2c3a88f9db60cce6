"""Files that wait to be imported."""

from django.conf import settings
from django.db import models


class ImportFile(models.Model):
    """One CSV or JSON file that somebody looks at before they import it; gone afterwards, or after a day."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    text = models.TextField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.name
