"""``{{ entry.stats.views|floored }}``: figures of readers as cards and pages say them."""

from django import template

from hub.core import counting

register = template.Library()


@register.filter
def floored(count: int) -> str:
    """7,856 as ``7,800``; see counting.floored."""
    return f"{counting.floored(count):,}"
