from django.urls import path

from hub.core.caching import content_page
from hub.core.reading import entry_paths
from tests.toykind.views import ToyDetail, ToyList

app_name = "toykind"

urlpatterns = [
    path("", content_page(ToyList.as_view()), name="list"),
    path("<slug:technology>/", content_page(ToyList.as_view()), name="technology"),
    *entry_paths("<slug:technology>/<slug:slug>", ToyDetail),
]
