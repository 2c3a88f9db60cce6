"""Work that spares readers a wait."""

from celery import shared_task
from django.conf import settings
from django.http import QueryDict
from django.utils.module_loading import import_string

from hub.core import catalogue
from hub.core.models import ContentClock, Entry
from hub.pages.figures import figures


@shared_task(ignore_result=True)
def count_ahead() -> None:
    """Count what home and the unfiltered lists show, so that no reader after a public change waits for it.

    The figures stand in the shared cache under the content number: counted once, however often this runs.
    Without Redis each process counts for itself, and there is nothing to do here.
    """
    if not settings.REDIS_URL:
        return
    figures(ContentClock.now())
    for kind in catalogue.kinds():
        entries = Entry.objects.public().of_kind(kind.name)
        filterset = import_string(kind.viewset).filterset_class(QueryDict(), entries)
        filterset.figures(kind.name)
