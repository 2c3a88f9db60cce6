"""The addresses of snippets, under /snippets/."""

from django.urls import path

from hub.core.caching import content_page
from hub.core.reading import entry_paths
from snippets.views import SnippetDetail, SnippetList

app_name = "snippets"

urlpatterns = [
    path("", content_page(SnippetList.as_view()), name="list"),
    path("<slug:language>/", content_page(SnippetList.as_view()), name="language"),
    *entry_paths("<slug:language>/<slug:slug>", SnippetDetail),
]
