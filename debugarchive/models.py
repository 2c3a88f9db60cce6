"""Errors that engineers meet, and every engine's wording of each."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from debugarchive.matching.templates import MAX_TEMPLATE
from hub.core.models import Entry

KEY_LENGTH = 16  # hexadecimal digits of a signature


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
    """One engine's wording of one error, as it prints it, and the signatures that pasted texts are found by.

    The levels and the template are made of ``raw`` by debugarchive.matching, under the number of its
    ``algorithm``; an empty level says that the wording is too little to be found by it. ``level_1`` holds the
    names of the wording only where the error is about them.
    """

    entry = models.ForeignKey(ErrorEntry, models.CASCADE, related_name="signatures")
    position = models.PositiveSmallIntegerField()
    engine = models.CharField(max_length=120)
    raw = models.TextField()
    level_1 = models.CharField(max_length=KEY_LENGTH, blank=True, default="")
    level_2 = models.CharField(max_length=KEY_LENGTH, blank=True, default="")
    level_3 = models.CharField(max_length=KEY_LENGTH, blank=True, default="")
    type = models.CharField(max_length=120, blank=True, default="")
    template = models.CharField(max_length=MAX_TEMPLATE, blank=True, default="")
    algorithm = models.PositiveSmallIntegerField(default=0, help_text="0: not computed yet.")

    class Meta:
        ordering = ["entry", "position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="one_signature_a_place"),
            models.UniqueConstraint(fields=["entry", "engine"], name="one_wording_an_engine"),
        ]
        # Equality is all that is asked; the entry beside it spares the visit of the row.
        indexes = [
            models.Index(fields=["level_1", "entry"], condition=~Q(level_1=""), name="signature_by_level_1"),
            models.Index(fields=["level_2", "entry"], condition=~Q(level_2=""), name="signature_by_level_2"),
            models.Index(fields=["level_3", "entry"], condition=~Q(level_3=""), name="signature_by_level_3"),
            models.Index(fields=["algorithm", "id"], name="signature_by_algorithm"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.engine}"


class MatchLevel(models.TextChoices):
    """How sure an answer is; the first three are signature levels 1 to 3."""

    EXACT = "exact", "Exact"
    SAME_ERROR = "same_error", "Same error"
    SAME_FAMILY = "same_family", "Same family"
    POSSIBLY_RELATED = "possibly_related", "Possibly related"
    NONE = "none", "No match"


class MatchStatistic(models.Model):
    """How often a signature was pasted on a day and answered at one level; nothing of the text or the sender.

    ``networks`` counts each network once in thirty days, so that one person's tries are one.
    """

    signature = models.CharField(max_length=KEY_LENGTH)
    level = models.CharField(max_length=16, choices=MatchLevel.choices)
    day = models.DateField()
    networks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["signature", "level", "day"], name="one_statistic_a_day"),
            models.CheckConstraint(condition=Q(level__in=MatchLevel.values), name="match_level_known"),
        ]
        indexes = [models.Index(fields=["day"], name="statistic_by_day")]

    def __str__(self) -> str:
        return f"{self.signature} {self.level} {self.day}"


class WantedError(models.Model):
    """An error that several networks pasted and the archive does not know: what editors may write next.

    It keeps the template, in which every name, value and path is ``*``, from the moment when enough networks
    had sent the same one; see docs/decisions/0017-unmatched-signatures.md.
    """

    signature = models.CharField(max_length=KEY_LENGTH, primary_key=True)
    platform = models.CharField(max_length=20)
    type = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=60, blank=True)
    template = models.CharField(max_length=MAX_TEMPLATE, blank=True)
    since = models.DateField()

    class Meta:
        verbose_name = "unmatched error"

    def __str__(self) -> str:
        return ": ".join(part for part in (self.type or self.code, self.template) if part)
