"""Public ids: FLSK-MID-005. Given once, never reused."""

from django.db import connection, models


class IdSeries(models.Model):
    """One series of public ids and the last number given out."""

    prefix = models.CharField(max_length=24, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "id series"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(prefix=models.functions.Upper("prefix")), name="id_series_upper_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.last:03d}"

    @classmethod
    def next_id(cls, prefix: str) -> str:
        """Give out the next id of a series, inside the transaction that creates the entry."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_idseries (prefix, last) VALUES (%s, 0) ON CONFLICT DO NOTHING", [prefix]
            )
            cursor.execute(
                "UPDATE core_idseries SET last = last + 1 WHERE prefix = %s RETURNING last", [prefix]
            )
            (number,) = cursor.fetchone()
        return f"{prefix}-{number:03d}"

    @classmethod
    def raise_to(cls, public_id: str) -> None:
        """Make sure that an id that came from outside is never given out again."""
        prefix, _, number = public_id.rpartition("-")
        cls.objects.get_or_create(prefix=prefix)
        cls.objects.filter(prefix=prefix, last__lt=int(number)).update(last=int(number))
