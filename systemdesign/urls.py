"""The addresses of design notes, under /design/."""

from django.urls import path

from hub.core.caching import content_page
from hub.core.reading import entry_paths
from systemdesign.views import DesignNoteDetail, DesignNoteList

app_name = "systemdesign"

urlpatterns = [
    path("", content_page(DesignNoteList.as_view()), name="list"),
    *entry_paths("<slug:slug>", DesignNoteDetail),
]
