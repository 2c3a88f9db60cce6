from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "questions"
    label = "questions"
    verbose_name = "Interview questions"
