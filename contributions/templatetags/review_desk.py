"""The editors' first page asks for its figures by ``{% review_desk as dashboard %}``."""

from typing import Any

from django import template
from django.contrib.auth.models import User

from contributions.admin.dashboard import dashboard

register = template.Library()


@register.simple_tag(takes_context=True)
def review_desk(context: template.Context) -> dict[str, Any] | None:
    """What waits for the signed-in editor; None for who reviews nothing."""
    user = context.get("user")
    return dashboard(user) if isinstance(user, User) else None
