from django.apps import AppConfig


class SystemDesignConfig(AppConfig):
    name = "systemdesign"
    label = "systemdesign"
    verbose_name = "System design"
