"""What is kept of pastes: how many networks met a signature, and, once they are enough, its template.

Neither the text nor who sent it is kept. See docs/decisions/0017-unmatched-signatures.md.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from debugarchive.lookup import Answer
from debugarchive.models import ErrorEntry, ErrorSignature, MatchLevel, MatchStatistic, WantedError
from hub.core.limits import Limit

ENOUGH_NETWORKS = 3  # that must have sent one signature before its template is kept
KEPT = timedelta(days=180)
_UNSURE = (MatchLevel.NONE, MatchLevel.POSSIBLY_RELATED)
_ONCE = Limit("match-seen", 1, 30 * 24 * 3600)


def record(answer: Answer, network: str) -> None:
    """Count the answer's signature for today, once a network in thirty days."""
    primary = answer.analysis.primary
    if not answer.signature or primary is None:
        return
    key = salted_hmac(
        "debugarchive.match-seen", f"{answer.signature} {network}", algorithm="sha256"
    ).hexdigest()
    if not _ONCE.hit(key):
        return
    today = timezone.now().date()
    with transaction.atomic():
        values = {"signature": answer.signature, "level": answer.level.value, "day": today}
        MatchStatistic.objects.bulk_create([MatchStatistic(**values)], ignore_conflicts=True)
        MatchStatistic.objects.filter(**values).update(networks=F("networks") + 1)
        if answer.level in _UNSURE and _networks(answer.signature) >= ENOUGH_NETWORKS:
            fault, signature = primary
            wanted = WantedError(
                signature=answer.signature,
                platform=fault.platform[:20],
                type=signature.type[:120],
                code=signature.code[:60],
                template=signature.template,
                since=today,
            )
            WantedError.objects.bulk_create([wanted], ignore_conflicts=True)


def _networks(signature: str) -> int:
    rows = MatchStatistic.objects.filter(signature=signature, level__in=_UNSURE)
    return int(rows.aggregate(all=Sum("networks"))["all"] or 0)


def wanted() -> QuerySet[WantedError, Any]:
    """Errors that the archive still lacks, with ``networks`` that met them and the day of the ``last``."""
    met = MatchStatistic.objects.filter(signature=OuterRef("pk"), level__in=_UNSURE).values("signature")
    known = ErrorSignature.objects.filter(level_1=OuterRef("pk"), entry__in=ErrorEntry.objects.public())
    return WantedError.objects.filter(~Exists(known)).annotate(
        networks=Subquery(met.annotate(all=Sum("networks")).values("all")),
        last=Subquery(met.annotate(latest=Max("day")).values("latest")),
    )


def prune() -> None:
    """Drop what is older than ``KEPT``: statistics, and wanted errors that nobody has met since."""
    MatchStatistic.objects.filter(day__lt=timezone.now().date() - KEPT).delete()
    still_met = MatchStatistic.objects.filter(signature=OuterRef("pk"), level__in=_UNSURE)
    WantedError.objects.filter(~Exists(still_met)).delete()
