from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import import_string

from hub.core import effects
from hub.mail.checks import check_mail_settings


class MailConfig(AppConfig):
    name = "hub.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        register(check_mail_settings)
        effects.register_after_restore("mail.doubt", import_string("hub.mail.resolving.doubt_what_waited"))
