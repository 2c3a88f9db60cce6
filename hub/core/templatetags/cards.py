"""``{% cards entries start %}``: what a list shows of entries, each drawn by its kind's template."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.core.cache import caches
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


_ITEM = '<li><article class="card"><p class="card-side strip-text">{}</p>{}</article></li>\n'


@register.simple_tag
def cards(entries: Iterable[Any], start: int = 0) -> SafeString:
    """One list item an entry; beside it its ordinal, counted from ``start``, or the word of its kind.

    In Python, because a list of ten is half of what its page would cost as a template.
    """
    items = []
    for ordinal, entry in enumerate(entries, start):
        word = escape(entry.card_word)
        side = f'<span class="ordinal">{word}</span>'
        if start:
            side = f'<span class="ordinal" aria-hidden="true">{word[0]}·{ordinal:03d}</span>'
        items.append(_ITEM.format(side, card(entry)))
    return mark_safe("".join(items))  # noqa: S308 (templates and escaped words)


def card(entry: Any) -> str:
    """The card of an entry with technology, topic and stats selected.

    Kept in this process under everything that a card may show, so it is drawn once a change and never stale.
    """
    kept, key = caches["fragments"], _shown(entry)
    html: str | None = kept.get(key)
    if html is None:
        html = get_template(entry.card_template).render({"entry": entry})
        kept.set(key, html, None)
    return html


def _shown(entry: Any) -> tuple[Any, ...]:
    technology, topic, stats = entry.technology, entry.topic, entry.stats
    parent = technology.parent
    return (
        entry.card_template,
        entry.public_id, entry.title, entry.slug, entry.summary, entry.level, entry.difficulty,
        repr(entry.card),
        technology.slug, technology.name, parent.name if parent else None,
        (topic.slug, topic.name) if topic else None,
        stats.views, stats.uses_week, stats.difficulty_sum, stats.difficulty_votes,
    )  # fmt: skip
