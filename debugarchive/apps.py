from django.apps import AppConfig


class DebugArchiveConfig(AppConfig):
    name = "debugarchive"
    label = "debugarchive"
    verbose_name = "Error archive"
