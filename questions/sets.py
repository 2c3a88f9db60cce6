"""Question sets as rows of ``content/sets.yaml``: slug, title, summary, and groups of public ids in order."""

from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from questions.models import Question, QuestionSet, QuestionSetItem

_KEYS = {"slug", "title", "summary", "groups"}


def rows() -> list[dict[str, Any]]:
    """The public sets with a public question, by slug; ``groups`` is ``[{level: [public id, …]}, …]``."""
    found = []
    for one in QuestionSet.objects.filter(is_public=True).order_by("slug"):
        items = QuestionSetItem.objects.filter(question_set=one, question__in=Question.objects.public())
        places = items.order_by("position").values_list("group", "question__public_id")
        groups = [
            {group: [public_id for _, public_id in members]}
            for group, members in groupby(places, key=lambda place: place[0])
        ]
        if groups:
            found.append({"slug": one.slug, "title": one.title, "summary": one.summary, "groups": groups})
    return found


@transaction.atomic
def add(row: dict[str, Any]) -> bool:
    """Add the set of a row as a public one, all or nothing; False where its slug exists.

    Raises ValidationError for a row of another shape and for a question that is not in the archive.
    """
    places = _places(row)
    if QuestionSet.objects.filter(slug=row["slug"]).exists():
        return False
    questions = Question.objects.filter(public_id__in=[public_id for _, public_id in places])
    by_id = {question.public_id: question for question in questions}
    if missing := [public_id for _, public_id in places if public_id not in by_id]:
        raise ValidationError(f"{row['slug']}: there is no question {', '.join(missing)}.")
    new = QuestionSet(slug=row["slug"], title=row["title"], summary=row["summary"], is_public=True)
    new.full_clean()
    new.save()
    for position, (group, public_id) in enumerate(places, 1):
        item = QuestionSetItem(question_set=new, question=by_id[public_id], group=group, position=position)
        item.full_clean()
        item.save()
    return True


def _places(row: dict[str, Any]) -> list[tuple[str, str]]:
    """(group, public id) of each question of a row, in order."""
    if row.keys() != _KEYS or not all(isinstance(row[key], str) for key in _KEYS - {"groups"}):
        raise ValidationError(f"A set has the keys {', '.join(sorted(_KEYS))}, and no others.")
    groups = row["groups"]
    is_well_formed = isinstance(groups, list) and all(
        isinstance(group, dict) and all(isinstance(ids, list) for ids in group.values()) for group in groups
    )
    if not is_well_formed:
        raise ValidationError(f"{row['slug']}: groups is a list of “level: [ids]”.")
    places = [(name, str(one)) for group in groups for name, ids in group.items() for one in ids]
    if not places:
        raise ValidationError(f"{row['slug']} holds no question.")
    return places
