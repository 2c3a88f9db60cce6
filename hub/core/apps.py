from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "hub.core"
    label = "core"
    verbose_name = "Archive"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Each domain app's kind.py registers its Kind, each app's checks.py its system checks.
        autodiscover_modules("kind", "checks")
