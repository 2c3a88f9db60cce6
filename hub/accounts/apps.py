from django.apps import AppConfig
from django.contrib import admin
from django.utils.module_loading import import_string


class AccountsConfig(AppConfig):
    """How the people who look after the hub sign in: django-allauth, told the rules of the house."""

    name = "hub.accounts"
    label = "hub_accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        import_string("hub.accounts.mails.register")()
        import_string("hub.accounts.checks.register_checks")()
        import_string("hub.accounts.schema.KeyScheme")
        # Admin's own form knows no second factor and no throttle: the door is allauth's.
        secure = import_string("allauth.account.decorators.secure_admin_login")
        admin.site.login = secure(admin.site.login)  # type: ignore[method-assign]
