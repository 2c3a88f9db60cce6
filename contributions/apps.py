from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from contributions import triggers


class ContributionsConfig(AppConfig):
    name = "contributions"
    label = "contributions"
    verbose_name = "Contributions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(triggers.check, Tags.database)
        import_string("contributions.mails.register")()
        import_string("contributions.letters.register")()
        figures = import_string("hub.core.figures")
        revisions = self.get_model("SubmissionRevision")._default_manager
        figures.register_holder("contributions", lambda name: figures.holds(revisions.all(), name))
        post_migrate.connect(import_string("contributions.preparing.prepare"), sender=self)
