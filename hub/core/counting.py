"""Counting readers honestly: what a browser tells becomes a row, a task moves rows into days and figures.

A page writes nothing in its own request. The same browser counts once a day for an entry and an act: a keyed
hash of its network and its name tells browsers apart, and its key is thrown away when the day (UTC) is over.
No cookie, no address, no history of anybody. Figures on pages are those of the last roll-up.
"""

import hashlib
import hmac
import re
import secrets
from collections import Counter
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.utils import timezone

from hub.core.models import ContentClock, CountingKey, DifficultyVote, EntryDay, EntryStats, Sighting
from hub.core.network import client_network

CHUNK = 2000  # sightings counted in one transaction
WEEK = timedelta(days=7)
DAYS_KEPT = timedelta(days=400)
_LONGEST_NAME = 400  # characters of a User-Agent that are looked at
# Programs that say what they are, or that no person reads with. Others do not run our script.
_PROGRAM = re.compile(
    r"bot\b|bot[/;]|crawl|spider|slurp|scrap|preview|monitor|uptime|lighthouse|headless|phantom|selenium|archiver"
    r"|\bcurl|\bwget|python|\bjava/|okhttp|go-http|libwww|httpclient|axios|node-fetch|undici|\bruby|\bperl|php/"
    r"|facebookexternalhit|whatsapp|embedly|validator|feed",
    re.IGNORECASE,
)


def is_person(request: HttpRequest) -> bool:
    """Whether to count: a browser that does not say that it is a program, nor that it would not be counted.

    The wish not to be tracked (Sec-GPC, DNT) is taken at its word, and a page fetched ahead was not seen.
    """
    headers = request.headers
    name = headers.get("User-Agent", "")[:_LONGEST_NAME]
    if not name.startswith("Mozilla/") or _PROGRAM.search(name):
        return False
    if "1" in {headers.get("Sec-GPC"), headers.get("DNT")}:
        return False
    return "prefetch" not in headers.get("Sec-Purpose", "")


def browser_of(request: HttpRequest) -> str:
    """What tells one browser from another, as far as we look: its network and its name. Never kept as is."""
    return f"{client_network(request)}\0{request.headers.get('User-Agent', '')[:_LONGEST_NAME]}"


def voter_of(request: HttpRequest, entry_id: int) -> str:
    """Who votes on an entry: the account, or where nobody is signed in the browser; a keyed hash."""
    if request.user.is_authenticated:
        return _hash(str(settings.ADDRESS_KEY), f"vote\0account\0{request.user.pk}")
    return _hash(str(settings.ADDRESS_KEY), f"vote\0browser\0{entry_id}\0{browser_of(request)}")


def note(browser: str, entry_id: int, act: Sighting.Act) -> None:
    """Keep that a browser saw an entry, or copied from it, today; again is not once more."""
    today = timezone.now().date()
    key, _ = CountingKey.objects.get_or_create(day=today, defaults={"key": secrets.token_hex(32)})
    sighting = Sighting(entry_id=entry_id, act=act, day=today, reader=_hash(key.key, browser)[:32])
    Sighting.objects.bulk_create([sighting], ignore_conflicts=True)


def _hash(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


# Roll-up ------------------------------------------------------------------------------------------------


def roll_up() -> int:
    """Move what was noted into days and stats, and drop what is not needed; returns how many were counted.

    Safe to run twice and at once: the lock of the clock lets one at a time count, and each row is marked in
    the transaction that counts it.
    """
    counted = 0
    while Sighting.objects.filter(is_counted=False).exists():
        counted += _count_some()
    today = timezone.now().date()
    if _new_uses(today):
        _write_uses(today)
    Sighting.objects.filter(is_counted=True, day__lt=today).delete()
    CountingKey.objects.filter(day__lt=today).delete()
    EntryDay.objects.filter(day__lt=today - DAYS_KEPT).delete()
    return counted


@transaction.atomic
def _count_some() -> int:
    ContentClock.tick_figures()
    rows = list(
        Sighting.objects.filter(is_counted=False)
        .order_by("pk")
        .values_list("pk", "entry", "day", "act")[:CHUNK]
    )
    days: dict[tuple[int, date], Counter[str]] = {}
    for _, entry, day, act in rows:
        days.setdefault((entry, day), Counter())[act] += 1
    views: Counter[int] = Counter()
    for (entry, _), acts in days.items():
        views[entry] += acts["view"]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO core_entryday (entry_id, day, views, copies) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (entry_id, day) DO UPDATE"
            " SET views = core_entryday.views + excluded.views,"
            " copies = core_entryday.copies + excluded.copies",
            [(entry, day, acts["view"], acts["copy"]) for (entry, day), acts in sorted(days.items())],
        )
        cursor.executemany(
            "UPDATE core_entrystats SET views = views + %s WHERE entry_id = %s",
            [(number, entry) for entry, number in sorted(views.items()) if number],
        )
    Sighting.objects.filter(pk__in=[pk for pk, *_ in rows]).update(is_counted=True)
    return len(rows)


def _new_uses(today: date) -> dict[int, int]:
    """The uses in seven days, today among them, of entries whose figure says something else."""
    recent = EntryDay.objects.filter(day__gt=today - WEEK, copies__gt=0).order_by()
    uses = dict(recent.values_list("entry").annotate(number=Sum("copies")))
    shown = dict(EntryStats.objects.filter(uses_week__gt=0).values_list("entry", "uses_week"))
    return {
        entry: uses.get(entry, 0)
        for entry in uses.keys() | shown.keys()
        if uses.get(entry) != shown.get(entry)
    }


@transaction.atomic
def _write_uses(today: date) -> None:
    ContentClock.tick_figures()
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE core_entrystats SET uses_week = %s WHERE entry_id = %s",
            [(number, entry) for entry, number in sorted(_new_uses(today).items())],
        )


# Votes ---------------------------------------------------------------------------------------------------


@transaction.atomic
def vote(voter: str, entry_id: int, difficulty: int) -> None:
    """Count how hard a reader finds an entry (1 to 10); a second vote takes the place of the first."""
    ContentClock.tick_figures()
    DifficultyVote.objects.update_or_create(
        entry_id=entry_id,
        voter=voter,
        defaults={"difficulty": difficulty, "voted_on": timezone.now().date()},
    )
    votes = DifficultyVote.objects.filter(entry=entry_id)
    figures = votes.aggregate(number=Count("pk"), total=Sum("difficulty"))
    EntryStats.objects.filter(entry=entry_id).update(
        difficulty_votes=figures["number"], difficulty_sum=figures["total"]
    )


def floored(count: int) -> int:
    """A count as a headline says it, never too much: two leading figures, 1,700 of 1,774; exact below 100."""
    unit = int(10 ** max(0, len(str(count)) - 2))
    return count // unit * unit
