"""The reading pages of questions."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from hub.core import cards
from hub.core.caching import content_number, remembered
from hub.core.facets import Addresses
from hub.core.listing import EntryListView
from hub.core.models import Entry, Level
from hub.core.pagination import paginate
from hub.core.reading import EntryDetailView
from hub.core.related import Related, related
from hub.core.vocabulary import Term
from questions import follow_ups
from questions.filters import QuestionFilter
from questions.models import QuestionSet, QuestionSetItem

_GROUP_LABELS = {
    Level.JUNIOR: "Basic",
    Level.MID: "Intermediate",
    Level.SENIOR: "Advanced",
    Level.ARCHITECT: "Architecture",
}


class QuestionList(EntryListView):
    """All questions, or those on one technology."""

    kind = "question"
    template_name = "questions/question_list.html"
    filterset_class = QuestionFilter
    facet_labels = {**EntryListView.facet_labels, "role": "Role", "type": "Type"}

    def heading(self, technology: Term | None) -> str:
        return f"{technology.name} questions" if technology else "Questions & Answers"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        sets = remembered(content_number(self.request), "question-sets", _sets)
        return super().get_context_data(set_count=len(sets), **context)


class QuestionDetail(EntryDetailView):
    """One question with its answer at every depth."""

    kind = "question"
    template_name = "questions/question_detail.html"

    def context(self, entry: Any) -> dict[str, Any]:
        return {
            "short_answer": mark_safe(entry.rendered.get("short_answer", "")),  # noqa: S308 (sanitised when rendered)
            "sections": [section for section in entry.sections if section.key != "short_answer"],
        }

    def surroundings(self, entry: Any) -> dict[str, Any]:
        list_url, sets = (
            reverse("questions:list"),
            QuestionSet.objects.filter(items__question=entry.pk, is_public=True),
        )
        return {
            "roles": [
                {"label": name, "url": f"{list_url}?role={slug}"}
                for slug, name in entry.roles.values_list("slug", "name")
            ],
            "sets": [{"title": one.title, "url": reverse("questions:set", args=[one.slug])} for one in sets],
            "before": follow_ups.before(entry.pk),
        }

    def near(self, entry: Any, more: dict[str, Any]) -> list[Related]:
        return related(entry, without={turn.pk for turn in more["before"]})


@require_safe
def question_sets(request: HttpRequest) -> HttpResponse:
    """All sets that hold public questions."""
    context = {
        "sets": remembered(content_number(request), "question-sets", _sets),
        "description": "Numbered rounds of interview questions, from the basics up.",
        "breadcrumbs": [_HOME, _questions(), {"label": "Sets", "url": request.path}],
    }
    return render(request, "questions/questionset_list.html", context)


def _sets() -> list[dict[str, Any]]:
    """Each public set with what its public questions add up to; two queries."""
    rows = QuestionSetItem.objects.filter(question_set__is_public=True, question__in=Entry.objects.public())
    held: dict[int, list[tuple[str, int]]] = {}
    for pk, group, minutes in rows.order_by("position").values_list(
        "question_set", "group", "question__minutes"
    ):
        held.setdefault(pk, []).append((group, minutes))
    return [
        {
            "title": one.title,
            "summary": one.summary,
            "url": reverse("questions:set", args=[one.slug]),
            "total": len(held[one.pk]),
            "minutes": sum(minutes for _, minutes in held[one.pk]),
            "levels": list(dict.fromkeys(_GROUP_LABELS[Level(group)] for group, _ in held[one.pk])),
        }
        for one in QuestionSet.objects.filter(pk__in=held)
    ]


@require_safe
def follow_up_threads(request: HttpRequest) -> HttpResponse:
    """The follow-up graph as threads."""
    number, found = content_number(request), follow_ups.threads
    questions, total = remembered(number, "follow-ups", lambda: follow_ups.sizes(found()))
    pagination = paginate(request, total, Addresses(request.path, request.GET, []))
    shown = slice(pagination.start, pagination.stop)
    context = {
        "threads": remembered(number, f"follow-ups:{pagination.number}", lambda: found()[shown]),
        "total": questions,
        "pagination": pagination,
        "description": "Threads of interview questions: which one leads to which.",
        "breadcrumbs": [_HOME, _questions(), {"label": "Follow-ups", "url": request.path}],
        "canonical_url": settings.SITE_URL + pagination.url(pagination.number),
        "noindex": not total,
    }
    return render(request, "questions/follow_ups.html", context)


_HOME = {"label": "Home", "url": "/"}


def _questions() -> dict[str, str]:
    return {"label": "Questions", "url": reverse("questions:list")}


@require_safe
def question_set(request: HttpRequest, slug: str) -> HttpResponse:
    """A numbered set of questions, in groups by level; archived questions leave no gap."""
    found = QuestionSet.objects.filter(slug=slug, is_public=True).first()
    if found is None:
        raise Http404("There is no such set of questions.")
    items = QuestionSetItem.objects.filter(question_set=found).order_by("position")
    places = list(items.values_list("question_id", "group"))
    rows = cards.public_entries([pk for pk, _ in places], content_number(request))
    numbered = list(enumerate(((rows[pk], group) for pk, group in places if pk in rows), 1))
    groups = []
    for group, members in groupby(numbered, key=lambda item: item[1][1]):
        entries = list(members)
        label = _GROUP_LABELS[Level(group)]
        groups.append(
            {"label": label, "first": entries[0][0], "entries": [entry for _, (entry, _) in entries]}
        )
    context = {
        "question_set": found,
        "groups": groups,
        "total": len(numbered),
        "description": found.summary[:200],
        "breadcrumbs": [
            _HOME,
            _questions(),
            {"label": "Sets", "url": reverse("questions:sets")},
            {"label": found.title, "url": request.path},
        ],
    }
    return render(request, "questions/questionset_detail.html", context)
