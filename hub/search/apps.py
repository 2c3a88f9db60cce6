from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from hub.core import effects


class SearchConfig(AppConfig):
    name = "hub.search"
    label = "search"
    verbose_name = "Search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        effects.register("search.index", import_string("hub.search.indexing.index"))
        effects.register_bulk("search.index", import_string("hub.search.indexing.write_new"))
        post_migrate.connect(import_string("hub.search.sqlite.mend"), sender=self)
