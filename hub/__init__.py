"""Knowledge Hub: the project package, the only place that knows every app."""

from hub.celery import app as celery_app

__all__ = ["celery_app"]
