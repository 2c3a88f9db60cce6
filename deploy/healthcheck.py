"""Ask the web server of this container whether it is alive: exit code 0 when /healthz answers 200.

    python deploy/healthcheck.py

Standard library only. The Host header is that of SITE_URL, whatever ALLOWED_HOSTS says.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

port = int(os.environ.get("PORT") or 8000)
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
try:
    host = urlsplit(os.environ.get("SITE_URL", "")).hostname or "localhost"
    connection.request("GET", "/healthz", headers={"Host": host})
    status = connection.getresponse().status
except (OSError, http.client.HTTPException) as error:
    sys.exit(f"/healthz does not answer: {error}")
sys.exit(0 if status == 200 else f"/healthz answered {status}")
