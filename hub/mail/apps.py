from django.apps import AppConfig
from django.core.checks import register

from hub.mail.checks import check_mail_settings


class MailConfig(AppConfig):
    name = "hub.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        register(check_mail_settings)
