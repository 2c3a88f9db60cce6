"""``{% sitetext "hero.title" %}``: words of the site that editors change in admin."""

from functools import cache
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from hub.core.caching import content_number, remembered
from hub.core.models import ContentClock, SiteText
from hub.core.texts import html_of, places

register = template.Library()


@register.simple_tag(takes_context=True)
def sitetext(context: Any, key: str) -> SafeString:
    """The text of a place as safe HTML without a paragraph around it; all texts are read in one query.

    A place that no editor has touched says what the project ships; one left empty on purpose says nothing.
    """
    request = context.get("request")
    return words_of(key, content_number(request) if request is not None else ContentClock.now())


def words_of(key: str, number: int) -> SafeString:
    """The same for Python, at a content number."""
    changed = remembered(number, "sitetexts", lambda: dict(SiteText.objects.values_list("key", "html")))
    return mark_safe(changed[key] if key in changed else shipped(key))  # noqa: S308 (sanitised when rendered)


@cache
def shipped(key: str) -> str:
    """The shipped text of a place as safe HTML; raises KeyError for a place that does not exist."""
    return html_of(key, places()[key].words)
