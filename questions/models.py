"""Interview questions, and sets of them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from hub.core.models import Entry, Level


class Role(models.Model):
    """One job that questions are asked for: back-end developer, site reliability engineer."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class QuestionType(models.TextChoices):
    CONCEPT = "concept", "Concept"
    HOW_TO = "how-to", "How-to"
    DEBUG = "debug", "Debugging"
    DESIGN = "design", "Design"
    CODE_READING = "code-reading", "Code reading"
    BEHAVIOURAL = "behavioural", "Behavioural"


class Question(Entry):
    """One published interview question: what lists filter by; its texts live in the current revision."""

    question_type = models.CharField(max_length=12, choices=QuestionType.choices)
    minutes = models.PositiveSmallIntegerField(
        help_text="Time to answer in an interview.", validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    short_answer = models.TextField(help_text="Markdown, at most 60 words; cards show it.")
    roles = models.ManyToManyField(Role, blank=True, related_name="questions")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=240), name="question_minutes_1_to_240"
            ),
            models.CheckConstraint(
                condition=Q(question_type__in=QuestionType.values), name="question_type_known"
            ),
        ]


class QuestionSet(models.Model):
    """A numbered set of questions for one occasion, in groups by level: Basic, Intermediate, Advanced."""

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300)
    is_public = models.BooleanField(default=False)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class QuestionSetItem(models.Model):
    """One question at its place in a set."""

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="items")
    question = models.ForeignKey(Question, models.CASCADE, related_name="set_items")
    group = models.CharField(max_length=10, choices=Level.choices)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["question_set", "position"]
        constraints = [
            models.UniqueConstraint(fields=["question_set", "question"], name="question_once_a_set"),
            models.UniqueConstraint(fields=["question_set", "position"], name="one_question_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.question_set_id} {self.position}"
