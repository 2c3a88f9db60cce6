"""The yardstick: a Django with nothing in it that answers with the very bytes the hub answered with.

BENCH_BODIES=folder gunicorn benchmarks.bare:application
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODIES = {file.stem: file.read_bytes() for file in Path(os.environ["BENCH_BODIES"]).glob("*.body")}


def body(request: HttpRequest, name: str) -> HttpResponse:
    """The bytes of one page."""
    return HttpResponse(BODIES[name])


urlpatterns = [path("<slug:name>", body)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bench")
application = get_wsgi_application()
