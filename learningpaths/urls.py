"""The addresses of learning paths, under /paths/."""

from django.urls import path

from hub.core.caching import content_page
from hub.core.reading import entry_paths
from learningpaths.views import LearningPathDetail, LearningPathList, ModulePage

app_name = "learningpaths"

urlpatterns = [
    path("", content_page(LearningPathList.as_view()), name="list"),
    *entry_paths("<slug:slug>", LearningPathDetail),
    path("<slug:slug>/<slug:module>/", content_page(ModulePage.as_view()), name="module"),
]
