"""django-anymail is an optional extra: without ANYMAIL it is not imported, with it its webhooks answer."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured

SCRIPT = """
import django
django.setup()
import sys
from django.urls import Resolver404, resolve
try:
    print(resolve("/anymail/postmark/tracking/").func.view_class.__name__)
except Resolver404:
    print("no such address")
print("anymail" in sys.modules)
if "anymail" in sys.modules:
    from anymail.signals import tracking
    from hub.mail import webhooks
    print(tracking.has_listeners() and tracking._live_receivers(None)[0] == [webhooks.heard])
"""


@pytest.mark.parametrize(
    ("anymail", "said"),
    [
        ("", ["no such address", "False"]),
        ("WEBHOOK_SECRET=hub:secret", ["PostmarkTrackingWebhookView", "True", "True"]),
    ],
)
def test_the_signal_is_wired_where_anymail_is_asked_for(tmp_path, anymail: str, said: list[str]):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=configured.BASE_DIR,
        env={**kept, "HUB_DATA": str(tmp_path), "ANYMAIL": anymail, "DJANGO_SETTINGS_MODULE": "hub.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split("\n")[:-1] == said
