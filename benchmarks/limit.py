"""The limit: a bare Django view that runs the SQL a page can't do without, as text, and returns its bytes.

BENCH_BODIES=folder DATABASE_URL=... gunicorn benchmarks.limit:application

What a page costs above this is what the hub's own code costs: building queries, rows, templates.
"""

import json
import os
from pathlib import Path

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

_FOLDER = Path(os.environ["BENCH_BODIES"])
BODIES = {file.stem: file.read_bytes() for file in _FOLDER.glob("*.body")}
QUERIES = json.loads((_FOLDER / "queries.json").read_text())


def body(request: HttpRequest, name: str) -> HttpResponse:
    """The bytes of one page, after its queries."""
    with connection.cursor() as cursor:
        for sql in QUERIES[name]:
            cursor.execute(sql)
            cursor.fetchall()
    return HttpResponse(BODIES[name])


urlpatterns = [path("<slug:name>", body)]
_database = {**environ.Env().db("DATABASE_URL"), "OPTIONS": {"pool": {"min_size": 1, "max_size": 10}}}
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bench", DATABASES={"default": _database}
)
application = get_wsgi_application()
