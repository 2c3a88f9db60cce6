"""What every template may say of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from hub.core import catalogue


def site(request: HttpRequest) -> dict[str, Any]:
    """``site_name``, ``site_url``, ``canonical_url`` and ``kinds`` for navigation; no query."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "canonical_url": f"{settings.SITE_URL}{request.path}",
        "kinds": catalogue.kinds(),
    }
