"""The addresses of security topics, under /security/; those of weaknesses are pages across kinds."""

from django.urls import path

from hub.core.caching import content_page
from hub.core.reading import entry_paths
from security.views import SecurityTopicDetail, SecurityTopicList

app_name = "security"

urlpatterns = [
    path("", content_page(SecurityTopicList.as_view()), name="list"),
    *entry_paths("<slug:slug>", SecurityTopicDetail),
]
