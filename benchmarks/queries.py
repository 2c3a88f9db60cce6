"""The SELECTs of pages once they are warm, with their values written in: what benchmarks.limit runs.

python -m benchmarks.queries COOKIE < paths.json > queries.json
"""

import json
import sys

import django
from django.core import signals
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import override_settings


def of_page(client: Client, path: str) -> list[str]:
    """The queries of the second request; raises AssertionError for a page that is not there."""
    for _ in range(2):
        connection.queries_log.clear()
        response = client.get(path, headers={"host": "127.0.0.1"})
        assert response.status_code == 200, (path, response.status_code)
    return [query["sql"] for query in connection.queries if query["sql"].startswith(("SELECT", "WITH"))]


def main() -> None:
    django.setup()
    session = Client()
    session.cookies["sessionid"] = sys.argv[1]
    connection.force_debug_cursor = True
    signals.request_started.disconnect(reset_queries)
    with override_settings(ALLOWED_HOSTS=["127.0.0.1"]):
        found = {
            name: of_page(session if name.startswith("admin") else Client(), path)
            for name, path in json.load(sys.stdin).items()
        }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
