"""What every template may say of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from hub.core import catalogue


def site(request: HttpRequest) -> dict[str, Any]:
    """``site_name``, ``site_url``, ``canonical_url``, ``kinds`` and ``nav_path`` for navigation; no query.

    ``nav_path`` is the path of a page that the navigation may lead to: one that exists, of one part.
    """
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "canonical_url": f"{settings.SITE_URL}{request.path}",
        "kinds": catalogue.kinds(),
        "nav_path": request.path if request.resolver_match and request.path.count("/") == 2 else "",
    }
