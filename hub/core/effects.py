"""What follows from a public change: functions that apps register at start, run inside publish.

Plain functions in a known order instead of signals: one that fails rolls the whole change back, and core
never imports the app that registered it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.core.models import Entry, Event

Effect = Callable[["Entry", "Event"], None]

_effects: dict[str, Effect] = {}


def register(name: str, effect: Effect) -> None:
    """Add an effect such as ``search.index``; called from AppConfig.ready, so order is INSTALLED_APPS'."""
    _effects[name] = effect


def run(entry: "Entry", event: "Event") -> None:
    """Run every effect, in order, inside the caller's transaction."""
    for effect in _effects.values():
        effect(entry, event)
