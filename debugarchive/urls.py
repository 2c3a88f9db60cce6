"""The addresses of errors, under /errors/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from debugarchive.match_views import match, redaction_rules
from debugarchive.views import ErrorDetail, ErrorList
from hub.core.caching import content_page
from hub.core.reading import entry_paths

app_name = "debugarchive"


class ErrorIdConverter(StringConverter):
    """A public id of a series and a number: db-001."""

    regex = "[A-Za-z][A-Za-z0-9]*-[0-9]{3,7}"


register_converter(ErrorIdConverter, "error_id")

urlpatterns = [
    path("", content_page(ErrorList.as_view()), name="list"),
    path("match/", match, name="match"),
    path("match/redaction.json", content_page(redaction_rules), name="redaction"),
    *entry_paths("<error_id:public_id>-<slug:slug>", ErrorDetail),
    path("<slug:series>/", content_page(ErrorList.as_view()), name="series"),
]
