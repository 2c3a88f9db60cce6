"""Errors near an error: of the same signature, of the same exception, of the same series and kind."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from debugarchive.matching import analyse
from debugarchive.models import KEY_LENGTH, ErrorEntry, ErrorSignature, WantedError
from hub.core.related import Pointer, Related

MOST_SIMILAR = 5
MOST_BEGUN = 20_000  # characters of a text that a contribution begins with
MOST_WORDINGS = 40  # of one payload that are compared
SAME, SAME_ELSEWHERE = 1.0, 0.9  # how alike errors are that share a signature, or one but for the engine
PLATFORMS = {
    "python": "Python", "javascript": "JavaScript", "php": "PHP", "jvm": "Java", "dotnet": ".NET", "go": "Go",
    "rust": "Rust", "ruby": "Ruby", "perl": "Perl", "native": "C and C++", "shell": "Shell",
    "docker": "Docker",
    "git": "Git", "npm": "npm", "pip": "pip",
    "nginx": "nginx", "kubernetes": "Kubernetes", "typescript": "TypeScript", "postgresql": "PostgreSQL",
    "mysql": "MySQL and MariaDB", "sqlite": "SQLite", "sqlserver": "SQL Server", "oracle": "Oracle",
}  # fmt: skip


def similar(entry: ErrorEntry) -> list[Pointer]:
    """Up to five public errors like this one, nearest first."""
    others = ErrorEntry.objects.public().exclude(pk=entry.pk)
    alike: list[QuerySet[ErrorEntry]] = []
    if entry.exception_type:
        alike.append(others.filter(exception_type=entry.exception_type))
    alike.append(others.filter(series=entry.series_id, error_kind=entry.error_kind))
    alike.append(others.filter(series=entry.series_id))
    found: dict[int, ErrorEntry] = {}
    for rows in alike:
        if len(found) < MOST_SIMILAR:
            more = rows.exclude(pk__in=found).only("public_id", "title", "slug", "kind").order_by("pk")
            found |= {row.pk: row for row in more[: MOST_SIMILAR - len(found)]}
    return [Pointer(row.public_id, row.title, row.get_absolute_url()) for row in found.values()]


def same_errors(wordings: Sequence[Mapping[str, Any]]) -> list[Related]:
    """Public errors that carry the signature of one of the wordings, with what they share. One query."""
    texts = [str(wording.get("text") or "") for wording in wordings[:MOST_WORDINGS]]
    signatures = [primary[1] for text in texts if (primary := analyse(text).primary)]
    exact = {key for one in signatures for key in (one.level_1, one.level_1_named) if key}
    same = {one.level_2 for one in signatures if one.level_2}
    rows = (
        ErrorSignature.objects.filter(Q(level_1__in=exact) | Q(level_2__in=same))
        .filter(entry__in=ErrorEntry.objects.public())
        .select_related("entry__technology")
        .order_by("entry", "position")[:100]
    )
    found: dict[int, tuple[bool, ErrorSignature]] = {}
    for row in rows if exact or same else ():
        is_exact = row.level_1 in exact
        if row.entry_id not in found or is_exact > found[row.entry_id][0]:
            found[row.entry_id] = (is_exact, row)
    nearest = sorted(found.values(), key=lambda one: (not one[0], one[1].entry_id))[:MOST_SIMILAR]
    return [
        Related(
            Pointer(row.entry.public_id, row.entry.title, row.entry.get_absolute_url()),
            f"{'has the same message' if is_exact else 'has the message of another engine'}: {row.engine}",
            SAME if is_exact else SAME_ELSEWHERE,
        )
        for is_exact, row in nearest
    ]


def _wanted(signature: str) -> dict[str, Any]:
    """What is known of an error that several networks pasted: its template, no text of anybody."""
    is_key = len(signature) == KEY_LENGTH and signature.isascii() and signature.isalnum()
    row = WantedError.objects.filter(pk=signature).first() if is_key else None
    if row is None:
        return {}
    return {
        "title": str(row)[:200],
        "exception_type": row.type or row.code,
        "messages": [{"engine": PLATFORMS.get(row.platform, "As it was printed"), "text": str(row)}],
    }


def begun(values: Mapping[str, str]) -> dict[str, Any]:
    """A new error's first fields, from a text that matched nothing: ``message``, and what was read in it."""
    message = values.get("message", "").replace("\x00", "")[:MOST_BEGUN].strip()
    if not message:
        return _wanted(values.get("wanted", ""))
    primary = analyse(message).primary
    first_line = next(line.strip() for line in message.splitlines() if line.strip())
    title = first_line if primary is None else primary[0].message or first_line
    exception = values.get("exception_type", "") or (primary[1].type or primary[1].code if primary else "")
    platform = values.get("platform", "") or (primary[0].platform if primary else "")
    return {
        "title": " ".join((f"{exception}: {title}" if exception else title).split())[:200],
        "exception_type": " ".join(exception.split())[:120],
        "messages": [{"engine": PLATFORMS.get(platform, "As it was printed"), "text": message}],
    }
