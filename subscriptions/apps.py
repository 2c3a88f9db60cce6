from django.apps import AppConfig
from django.utils.module_loading import import_string

from hub.mail import streams


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"
    label = "subscriptions"
    verbose_name = "Subscriptions"

    def ready(self) -> None:
        # By name: models can be imported only once all apps are loaded.
        import_string("subscriptions.letters.register")()
        import_string("subscriptions.previewing.register")()
        import_string("subscriptions.effects.register")()
        streams.register_leaving(import_string("subscriptions.enrolling.leave_by_mail"))
