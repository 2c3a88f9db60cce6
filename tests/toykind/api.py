from hub.core.rest import EntryViewSet
from hub.search.filters import EntryFilter


class ToyViewSet(EntryViewSet):
    """Toys, newest first."""

    kind = "toy"
    filterset_class = EntryFilter
