"""How gunicorn serves the hub, on a laptop and in production: threads, behind a proxy where there is one.

``BIND`` (default 127.0.0.1 and PORT), ``WEB_THREADS`` and gunicorn's own ``WEB_CONCURRENCY`` (processes,
default 1) come from the environment.
"""

import os

wsgi_app = "hub.wsgi:application"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 8)
timeout = 60
graceful_timeout = 10
keepalive = 5
# Without this, gunicorn opens a socket in the home folder, which services often can't write.
control_socket_disable = True
