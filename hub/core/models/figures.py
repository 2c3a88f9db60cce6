"""Figures: pictures that editors add to texts."""

import re

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Figure(models.Model):
    """One picture, encoded anew and kept under the hash of its bytes; texts show it by that name.

    ``entries`` are those whose current revision shows it: a projection, as tags are.
    """

    name = models.CharField(max_length=60, unique=True, help_text="Hash, width and height, and the format.")
    alt = models.CharField(
        "what it shows", max_length=300, help_text="For readers who don't see it. Goes into the Markdown."
    )
    caption = models.CharField(max_length=300, blank=True, help_text="Stands below it; may stay empty.")
    width = models.PositiveSmallIntegerField(help_text="Pixels")
    height = models.PositiveSmallIntegerField(help_text="Pixels")
    size = models.PositiveIntegerField(help_text="Bytes")
    entries = models.ManyToManyField("core.Entry", blank=True, related_name="figures")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(alt=""), name="figure_says_what_it_shows"),
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="figure_has_a_size"),
            models.CheckConstraint(condition=Q(name=Lower("name")), name="figure_name_lower_case"),
        ]

    def __str__(self) -> str:
        return self.alt

    def get_absolute_url(self) -> str:
        return f"/media/figures/{self.name}"

    @property
    def markdown(self) -> str:
        """How a text shows it."""
        alt, caption = (_escape(text) for text in (self.alt, self.caption))
        title = f' "{caption}"' if caption else ""
        return f"![{alt}]({self.get_absolute_url()}{title})"


def _escape(text: str) -> str:
    """Words as they mean themselves between brackets and between quotation marks (CommonMark 2.4)."""
    return re.sub(r'([\\\[\]"*_`<&])', r"\\\1", text)
