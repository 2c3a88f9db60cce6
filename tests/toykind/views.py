from hub.core.listing import EntryListView
from hub.core.reading import EntryDetailView
from hub.search.filters import EntryFilter


class ToyList(EntryListView):
    kind = "toy"
    template_name = "toykind/toy_list.html"
    filterset_class = EntryFilter


class ToyDetail(EntryDetailView):
    kind = "toy"
    template_name = "toykind/toy_detail.html"
