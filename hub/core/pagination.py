"""Numbered pages: ten entries each, at most a hundred pages, then "narrow your filter"."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest

from hub.core.facets import Addresses

PAGE_SIZE = 10
MOST_PAGES = 100
_NUMBER = re.compile(r"[1-9][0-9]{0,6}")


@dataclass(frozen=True)
class PageLink:
    """One numbered link of the pagination."""

    number: int
    url: str
    is_current: bool


class Pagination:
    """One page of a list of ``total`` rows, as components/pagination.html shows it.

    ``pages`` is never more than MOST_PAGES: deeper pages cost the database more and serve nobody.
    """

    def __init__(self, number: int, total: int, addresses: Addresses, size: int = PAGE_SIZE) -> None:
        self.number, self.total, self.size, self._addresses = number, total, size, addresses
        self.pages = max(1, min(-(-total // size), MOST_PAGES))
        self.start = (number - 1) * size
        self.stop = min(self.start + size, total)

    @property
    def first(self) -> int:
        """The ordinal of the page's first row; 0 on an empty list."""
        return self.start + 1 if self.total else 0

    @property
    def last(self) -> int:
        return self.stop

    @property
    def is_cut(self) -> bool:
        """Whether rows lie beyond the last page that is shown."""
        return self.total > self.pages * self.size

    def url(self, number: int) -> str:
        return self._addresses.page(number)

    @cached_property
    def previous_url(self) -> str | None:
        return self.url(self.number - 1) if self.number > 1 else None

    @cached_property
    def next_url(self) -> str | None:
        return self.url(self.number + 1) if self.number < self.pages else None

    @cached_property
    def links(self) -> list[PageLink | None]:
        """The first, the last and those around the current page; None where numbers are left out."""
        shown = sorted({1, self.pages, *range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)})
        links: list[PageLink | None] = []
        for number in shown:
            if links and links[-1] and number > links[-1].number + 1:
                links.append(None)
            links.append(PageLink(number, self.url(number), number == self.number))
        return links


def paginate(request: HttpRequest, total: int, addresses: Addresses, size: int = PAGE_SIZE) -> Pagination:
    """The page that ``?page=`` asks for; raises Http404 with a reason for one that does not exist."""
    raw = request.GET.get("page", "1")
    if not _NUMBER.fullmatch(raw):
        raise Http404("Pages are numbered from 1.")
    pagination = Pagination(int(raw), total, addresses, size)
    if pagination.number > pagination.pages:
        if pagination.is_cut:
            raise Http404(f"A list shows at most {MOST_PAGES} pages: narrow your filter.")
        raise Http404(f"This list ends at page {pagination.pages}.")
    return pagination
