"""The same thing in other languages: who is whose twin."""

from dataclasses import dataclass

from django.db.models import Q

from hub.core.models import ADDRESS_COLUMNS, Entry, Relation

MOST_TWINS = 20


@dataclass(frozen=True)
class Twin:
    """One snippet among its twins; ``label`` is its language, with its technology where that says more."""

    pk: int
    label: str
    title: str
    url: str
    is_current: bool


def twins(entry: Entry) -> list[Twin]:
    """The snippet and all its public twins by language; empty for one that has none.

    It is enough that one of two snippets names the other, and twins of a twin are twins.
    """
    rows = Entry.objects.public().of_kind(entry.kind).filter(pk__in=_family(entry.pk))
    rows = rows.select_related("technology").only("title", "technology__name", *ADDRESS_COLUMNS)
    found = [Twin(one.pk, _label(one), one.title, one.get_absolute_url(), one.pk == entry.pk) for one in rows]
    return sorted(found, key=lambda twin: (twin.label, twin.title)) if len(found) > 1 else []


def _family(pk: int) -> set[int]:
    """The ids that twin relations tie to one, over any number of steps: a query a step."""
    family, newest = {pk}, {pk}
    while newest and len(family) < MOST_TWINS:
        pairs = Relation.objects.filter(
            Q(source__in=newest) | Q(target__in=newest), type=Relation.Type.TWIN
        ).values_list("source", "target")
        newest = {one for pair in pairs[: MOST_TWINS * 4] for one in pair} - family
        family |= newest
    return family


def _label(entry: Entry) -> str:
    language = entry.card["language"]
    if entry.technology.slug == language["slug"]:
        return str(language["name"])
    return f"{language['name']} ({entry.technology.name})"
