"""The kernel's tables: what is published, its history, its taxonomy and the clock of public changes."""

from hub.core.models.clock import ContentClock, Event
from hub.core.models.entry import ADDRESS_COLUMNS, ENTRY_ORDERS, REVIEW_AFTER, Entry, EntryQuerySet, Level
from hub.core.models.figures import Figure
from hub.core.models.history import ContentFile, Credit, FormerAddress, Revision
from hub.core.models.series import IdSeries
from hub.core.models.site import Counter, Heartbeat, SiteText
from hub.core.models.stats import CountingKey, DifficultyVote, EntryDay, EntryStats, Sighting
from hub.core.models.taxonomy import (
    Relation,
    Tag,
    TagAlias,
    TaggedEntry,
    Technology,
    TechnologyAlias,
    TermChange,
    Topic,
    TopicAlias,
    Weakness,
)

__all__ = [
    "ADDRESS_COLUMNS",
    "ENTRY_ORDERS",
    "REVIEW_AFTER",
    "ContentClock",
    "ContentFile",
    "Counter",
    "CountingKey",
    "Credit",
    "DifficultyVote",
    "Entry",
    "EntryDay",
    "EntryQuerySet",
    "EntryStats",
    "Event",
    "Figure",
    "FormerAddress",
    "Heartbeat",
    "IdSeries",
    "Level",
    "Relation",
    "Revision",
    "Sighting",
    "SiteText",
    "Tag",
    "TagAlias",
    "TaggedEntry",
    "Technology",
    "TechnologyAlias",
    "TermChange",
    "Topic",
    "TopicAlias",
    "Weakness",
]
