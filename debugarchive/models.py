"""Errors that engineers meet, and every engine's wording of each."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from hub.core.models import Entry


class ErrorSeries(models.Model):
    """One series of ids: DB for DB-001. It says where an error shows up, not in which technology it lies."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    code = models.CharField(
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"\A[A-Z][A-Z0-9]*\Z", "Upper-case letters and digits, a letter first.")],
        help_text="Begins public ids: DB in DB-001.",
    )

    class Meta:
        verbose_name_plural = "error series"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(code=Upper("code")), name="error_series_code_upper_case"),
            models.CheckConstraint(condition=Q(slug=Lower("slug")), name="error_series_slug_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name


class ErrorKind(models.TextChoices):
    """What refused: the parser, the linker, the type system, a constraint, the network."""

    SYNTAX = "syntax", "Syntax"
    COMPILE = "compile", "Compile"
    IMPORT = "import", "Import"
    RUNTIME = "runtime", "Runtime"
    TYPE = "type", "Type"
    CONSTRAINT = "constraint", "Constraint"
    CONFIG = "config", "Configuration"
    MEMORY = "memory", "Memory"
    TIMEOUT = "timeout", "Timeout"
    NETWORK = "network", "Network"
    PERMISSION = "permission", "Permission"
    PLUGIN = "plugin", "Plugin"


class Severity(models.TextChoices):
    """What it costs where it happens: a lost line of work, or a site that is down."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


class WorkaroundRisk(models.TextChoices):
    """What a workaround puts at stake until it is undone."""

    NONE = "none", "No known risk"
    DATA = "data", "Risk to data"
    SECURITY = "security", "Risk to security"
    PERFORMANCE = "performance", "Risk to performance"


class ErrorEntry(Entry):
    """One error with its cause and fix: what lists filter by; its texts live in the current revision."""

    series = models.ForeignKey(ErrorSeries, models.PROTECT, related_name="errors", db_index=False)
    error_kind = models.CharField(max_length=12, choices=ErrorKind.choices)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    exception_type = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = "error"
        constraints = [
            models.CheckConstraint(condition=Q(error_kind__in=ErrorKind.values), name="error_kind_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="error_severity_known"),
        ]
        # Similar errors are looked up by these; the first serves the list of a series too.
        indexes = [
            models.Index(fields=["series", "error_kind"], name="error_by_series"),
            models.Index(fields=["exception_type"], name="error_by_exception"),
        ]


class ErrorSignature(models.Model):
    """One engine's wording of one error, as it prints it."""

    entry = models.ForeignKey(ErrorEntry, models.CASCADE, related_name="signatures")
    position = models.PositiveSmallIntegerField()
    engine = models.CharField(max_length=120)
    raw = models.TextField()

    class Meta:
        ordering = ["entry", "position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="one_signature_a_place"),
            models.UniqueConstraint(fields=["entry", "engine"], name="one_wording_an_engine"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.engine}"
