from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "hub.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        from hub.mail import checks  # noqa: F401, PLC0415 (registers the checks once the app is loaded)
