"""Facets: what a list can be narrowed by, with counts, and the address of each choice."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.template.loader import render_to_string

from hub.core.vocabulary import Term


@dataclass(frozen=True)
class Place:
    """A filter whose value is a part of the path: /questions/flask/ instead of ?technology=flask.

    ``terms`` are its values by slug; ``url`` makes the path of a slug.
    """

    filter: str
    terms: dict[str, Term]
    url: Callable[[str], str]


class Addresses:
    """Addresses of one list with one filter switched; each begins at page 1 again.

    ``known`` are the parameters that mean something here: others (of mail campaigns, say) are dropped.
    """

    def __init__(
        self, path: str, parameters: QueryDict, known: Iterable[str], place: Place | None = None
    ) -> None:
        self.clear, self._place = path, place
        given = ((name, [value for value in parameters.getlist(name) if value]) for name in known)
        self._parameters = {name: values for name, values in given if values}

    @property
    def is_plain(self) -> bool:
        """Whether no filter is set, but for one that has a path of its own."""
        return not set(self._parameters) - ({self._place.filter} if self._place else set())

    def values(self, name: str) -> list[str]:
        return self._parameters.get(name, [])

    def with_values(self, name: str, values: list[str]) -> str:
        """This list with exactly these values of one parameter."""
        parameters = {**self._parameters, name: values}
        path = self.clear
        if (place := self._place) and (slugs := parameters.get(place.filter)):
            slug = slugs[-1].lower()
            if slug in place.terms:
                del parameters[place.filter]
                path = place.url(slug)
        query = urlencode(parameters, doseq=True)
        return f"{path}?{query}" if query else path

    def page(self, number: int) -> str:
        return self.with_values("page", [str(number)] if number > 1 else [])


@dataclass(frozen=True)
class Count:
    """How many entries one value of a facet would show."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Option:
    """One choice of a facet: its address switches it on, or off when it is active."""

    value: str
    label: str
    count: int
    url: str
    is_active: bool


@dataclass(frozen=True)
class Facet:
    """One facet, as components/facets.html shows it."""

    key: str
    label: str
    options: list[Option]

    @cached_property
    def chosen(self) -> list[Option]:
        return [option for option in self.options if option.is_active]

    @cached_property
    def html(self) -> str:
        """The facet as components/facet.html draws it; kept as long as the facet is."""
        return render_to_string("components/facet.html", {"facet": self})


def facet(
    key: str, label: str, counts: Iterable[Count], addresses: Addresses, *, takes_several: bool = False
) -> Facet:
    """Turn counts into options; a value that is set but counts nothing stays, so that it can be removed."""
    chosen, rows = addresses.values(key), list(counts)
    rows += [
        Count(value, value, 0) for value in dict.fromkeys(chosen) if value not in {row.value for row in rows}
    ]
    options = []
    for row in rows:
        is_active = row.value in chosen
        others = [value for value in chosen if value != row.value] if takes_several else []
        url = addresses.with_values(key, others if is_active else [*others, row.value])
        options.append(Option(row.value, row.label, row.count, url, is_active))
    return Facet(key, label, options)


@dataclass(frozen=True)
class Sort:
    """One order of a list."""

    value: str
    label: str
    url: str
    is_active: bool
