"""The API: mounts what the catalogue of kinds offers, the resources across kinds, and the documentation."""

from django.urls import include, path, re_path
from django.utils.module_loading import import_string
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from hub.core import catalogue
from hub.pages import api as pages

router = SimpleRouter()
for kind in catalogue.kinds():
    router.register(kind.path, import_string(kind.viewset), basename=kind.namespace)
router.register("entries", pages.AllEntriesViewSet, basename="entries")

resources = [
    *(path(f"{kind.path}/", include(kind.api_urls)) for kind in catalogue.kinds() if kind.api_urls),
    *router.urls,
    path("", pages.RootView.as_view(), name="root"),
    path("kinds/", pages.KindsView.as_view(), name="kinds"),
    path("technologies/", pages.TechnologiesView.as_view(), name="technologies"),
    path("topics/", pages.TopicsView.as_view(), name="topics"),
    path("tags/", pages.TagsView.as_view(), name="tags"),
    path("stats/", pages.StatsView.as_view(), name="stats"),
    path("changes/", pages.ChangesView.as_view(), name="changes"),
    path("search/", pages.SearchView.as_view(), name="search"),
    path("suggest/", pages.SuggestView.as_view(), name="suggest"),
    path("contributions/", include("contributions.api_urls")),
    path("subscriptions/", include("subscriptions.api_urls")),
]

urlpatterns = [
    path("v1/", include((resources, "api"), namespace="api")),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", pages.DocumentationView.as_view(url_name="api-schema"), name="api-docs"),
    re_path("", pages.NothingHereView.as_view()),
]
