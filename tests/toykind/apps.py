from django.apps import AppConfig


class ToykindConfig(AppConfig):
    """A seventh domain, as small as one can be: tests walk every surface with it."""

    name = "tests.toykind"
    label = "toykind"
    default_auto_field = "django.db.models.BigAutoField"
