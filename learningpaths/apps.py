from django.apps import AppConfig


class LearningPathsConfig(AppConfig):
    name = "learningpaths"
    label = "learningpaths"
    verbose_name = "Learning paths"
