from django.apps import AppConfig, apps
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
        if apps.is_installed("anymail"):
            import_string("hub.mail.webhooks.listen")()
        effects.register_after_restore("mail.doubt", import_string("hub.mail.resolving.doubt_what_waited"))
