"""What follows from a public change, or from a restored backup: functions that apps register at start.

Plain functions in a known order instead of signals: one that fails rolls the whole change back, and core
never imports the app that registered it.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.core.models import Entry, Event

Effect = Callable[["Entry", "Event"], None]
BulkEffect = Callable[[Sequence["Entry"], Sequence[str]], object]
AfterRestore = Callable[[], str]

_effects: dict[str, Effect] = {}
_in_bulk: dict[str, BulkEffect] = {}
_after_restore: dict[str, AfterRestore] = {}


def register(name: str, effect: Effect) -> None:
    """Add an effect such as ``search.index``; called from AppConfig.ready, so order is INSTALLED_APPS'."""
    _effects[name] = effect


def run(entry: "Entry", event: "Event") -> None:
    """Run every effect, in order, inside the caller's transaction."""
    for effect in _effects.values():
        effect(entry, event)


def register_bulk(name: str, effect: BulkEffect) -> None:
    """Add the form of an effect that takes many new entries at once (hub.core.bulk)."""
    _in_bulk[name] = effect


def run_in_bulk(entries: Sequence["Entry"], texts: Sequence[str]) -> None:
    """Run every bulk effect, in order, inside the caller's transaction; ``texts`` are those of sections."""
    for effect in _in_bulk.values():
        effect(entries, texts)


def register_after_restore(name: str, function: AfterRestore) -> None:
    """Add what an app must do once a backup was restored; it returns a sentence for the operator, or ""."""
    _after_restore[name] = function


def run_after_restore() -> list[str]:
    """Run all of it, in order; returns the sentences."""
    return [sentence for function in _after_restore.values() if (sentence := function())]
