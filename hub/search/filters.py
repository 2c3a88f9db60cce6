"""What lists and the API narrow entries by: one FilterSet for both, strict about every value."""

import copy
import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from hub.core.caching import content_number, remembered
from hub.core.facets import Count as FacetCount
from hub.core.models import ContentClock, Entry, Level, Tag, TagAlias, TaggedEntry, Weakness
from hub.core.slugs import technical_slug
from hub.core.vocabulary import Term, Vocabulary, vocabulary
from hub.search import parsing, searching

MOST_TAGS = 15  # that a facet of tags shows
WEAKNESS_COLUMNS = ("weaknesses__scheme", "weaknesses__edition", "weaknesses__code", "weaknesses__name")


class EntryFilterForm(forms.Form):
    """Validates a filter's values; an unknown one is an error. ``number`` is the content number."""

    number: int

    def clean_technology(self) -> str:
        known = vocabulary(self.number)
        return self._known("technology", known.technologies, known.former_technologies)

    def clean_topic(self) -> str:
        known = vocabulary(self.number)
        return self._known("topic", known.topics, known.former_topics)

    def _known(self, name: str, terms: Any, former: dict[str, str] | None = None) -> str:
        """The slug, or today's slug of what was called so before."""
        slug: str = self.cleaned_data[name].lower()
        slug = (former or {}).get(slug, slug)
        if slug and slug not in terms:
            raise ValidationError(f"There is no {name} “{slug[:60]}”.", code="unknown")
        return slug

    def clean_tag(self) -> str:
        typed: str = self.cleaned_data["tag"]
        slug = technical_slug(typed)
        found = remembered(self.number, f"tag:{slug}", lambda: _tag_called(slug)) if slug else ""
        if typed and not found:
            raise ValidationError(f"There is no tag “{typed[:60]}”.", code="unknown")
        return str(found)

    def clean_weakness(self) -> str:
        label: str = self.cleaned_data["weakness"].upper()
        if label and not weakness_id(self.number, label):
            raise ValidationError(f"There is no weakness “{label[:60]}”.", code="unknown")
        return label

    def clean_difficulty(self) -> str:
        value: str = self.cleaned_data["difficulty"]
        if value and parsing.difficulty_range(value) is None:
            raise ValidationError("Give a difficulty from 1 to 10, or a range such as 5-7.", code="invalid")
        return value

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        if len(text) > parsing.MAX_CHARACTERS:
            raise ValidationError(f"At most {parsing.MAX_CHARACTERS} characters.", code="max_length")
        return text


def _tag_called(slug: str) -> str:
    """The slug of the tag of a name or alias; empty when there is none."""
    if Tag.objects.filter(slug=slug).exists():
        return slug
    alias = TagAlias.objects.filter(slug=slug).select_related("tag").first()
    return alias.tag.slug if alias else ""


def weakness_id(number: int, label: str) -> int:
    """The primary key of the weakness of a label (CWE-352, A01:2025); 0 when there is none."""
    if not Weakness.LABEL.fullmatch(label):
        return 0
    return remembered(number, f"weakness:{label}", lambda: _weakness_of(label))  # type: ignore[no-any-return]


def _weakness_of(label: str) -> int:
    row = Weakness.labelled(label)
    return row.pk if row else 0


class _SearchText(forms.CharField):
    """Takes NUL too, which a CharField refuses: the parser of searches knows what to do with it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = []


class SearchTextFilter(django_filters.CharFilter):
    field_class = _SearchText


class EntryFilter(django_filters.FilterSet):
    """Filters of entries of any kind. A technology finds its children too: Python finds Flask.

    A kind's own FilterSet adds filters, and its facets in ``facets`` and ``facet_columns``.
    """

    technology = django_filters.CharFilter(method="in_technology", label="Technology", help_text="Slug.")
    level = django_filters.MultipleChoiceFilter(choices=Level.choices, label="Level", distinct=False)
    topic = django_filters.CharFilter(field_name="topic__slug", label="Topic", help_text="Slug.")
    difficulty = django_filters.CharFilter(method="in_difficulty", label="Difficulty", help_text="6 or 5-7.")
    tag = django_filters.CharFilter(method="with_tag", label="Tag", help_text="Slug or alias.")
    weakness = django_filters.CharFilter(
        method="with_weakness", label="Weakness", help_text="CWE-352 or A01:2025."
    )
    q = SearchTextFilter(method="found_by", label="Words", help_text="As in the search.", strip=False)

    # Shown as facets, in this order: the parameter and the columns that its values are counted by. Ids, not
    # slugs: an index counts them without a look at the rows.
    # Facets of few values each: counted by all of their columns at once.
    counted_together: ClassVar[tuple[str, ...]] = ("level", "difficulty")
    facet_columns: ClassVar[dict[str, Any]] = {
        "technology": "technology",
        "level": "level",
        "topic": "topic",
        "difficulty": "difficulty",
    }

    class Meta:
        model = Entry
        fields: ClassVar[list[str]] = []
        form = EntryFilterForm

    def __init__(
        self, data: Any = None, queryset: Any = None, *, request: Any = None, prefix: Any = None
    ) -> None:
        """As in django-filter, which copies each filter in depth: that would cost more than the query."""
        self.is_bound = data is not None
        self.data = QueryDict() if data is None else data
        self.queryset, self.request, self.form_prefix = queryset, request, prefix
        self.filters = {name: self._own(base) for name, base in self.base_filters.items()}
        self.number = content_number(request) if request is not None else ContentClock.now()

    def _own(self, base: Any) -> Any:
        one = copy.copy(base)
        one.model, one.parent = self.queryset.model, self
        if base.method:
            one.method = base.method  # binds the method to this copy
        return one

    @property
    def form(self) -> Any:
        form = super().form
        form.number = self.number
        return form

    @cached_property
    def checked(self) -> tuple[dict[str, Any], Any]:
        """(cleaned values, errors) of what was given; remembered, for a form costs more than the query."""
        given = urlencode(
            [(name, self.data.getlist(name)) for name in self.filters if name in self.data], True
        )
        name = f"filter:{type(self).__qualname__}:{given}"
        return remembered(self.number, name, self._check, is_shared=False)  # type: ignore[no-any-return]

    def _check(self) -> tuple[dict[str, Any], Any]:
        return (self.form.cleaned_data if self.form.is_valid() else {}), self.form.errors

    @property
    def values(self) -> dict[str, Any]:
        """Filter → its cleaned value, of those that are set."""
        return {name: value for name, value in self.checked[0].items() if value}

    @property
    def errors(self) -> Any:
        return self.checked[1]

    def is_valid(self) -> bool:
        return self.is_bound and not self.errors

    @property
    def known(self) -> Vocabulary:
        return vocabulary(self.number)

    @property
    def key(self) -> str:
        """The same for two requests for the same entries, however they are written."""
        return json.dumps(self.values, sort_keys=True)

    def filter_queryset(self, queryset: QuerySet[Any], skip: str = "") -> QuerySet[Any]:
        """The queryset under all filters but ``skip``."""
        for name, value in self.values.items():
            if name != skip:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def in_technology(self, entries: QuerySet[Any], _name: str, slug: str) -> QuerySet[Any]:
        terms = (self.known.technologies[one].pk for one in self.known.with_children(slug))
        return entries.filter(technology__in=list(terms))

    def in_difficulty(self, entries: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return entries.filter(difficulty__range=parsing.difficulty_range(value))

    def with_tag(self, entries: QuerySet[Any], _name: str, slug: str) -> QuerySet[Any]:
        return entries.filter(pk__in=TaggedEntry.objects.filter(tag__slug=slug).values("content_object"))

    def with_weakness(self, entries: QuerySet[Any], _name: str, label: str) -> QuerySet[Any]:
        rows = Entry.weaknesses.through.objects.filter(weakness=weakness_id(self.number, label))
        return entries.filter(pk__in=rows.values("entry"))

    def found_by(self, entries: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        return searching.matching(entries, text)

    def figures(self, scope: str) -> tuple[int, dict[str, list[FacetCount]]]:
        """The total and every facet's counts, remembered until the next public change.

        ``scope`` names the unfiltered list. A facet counts what choosing each of its values would show, so
        it ignores its own filter.
        """
        return remembered(self.number, f"figures:{scope}:{self.key}", self._count)  # type: ignore[no-any-return]

    def _count(self) -> tuple[int, dict[str, list[FacetCount]]]:
        together = self._together()
        facets = {
            name: together[name] if name in together else self._facet(name, columns)
            for name, columns in self.facet_columns.items()
        }
        if "difficulty" in facets and "difficulty" not in self.values:
            return sum(row.count for row in facets["difficulty"]), facets  # each entry has just one
        return self.qs.order_by().count(), facets

    def _facet(self, name: str, columns: str | tuple[str, ...]) -> list[FacetCount]:
        names = (columns,) if isinstance(columns, str) else columns
        entries = self.filter_queryset(self.queryset.all(), skip=name).order_by()
        rows = entries.values_list(*names).annotate(number=Count("*"))
        counts = {
            row[0] if len(names) == 1 else row[:-1]: row[-1] for row in rows if row[0] not in {None, ""}
        }
        shape: Callable[[dict[Any, int]], list[FacetCount]] = getattr(self, f"{name}_counts")
        return shape(counts)

    def _together(self) -> dict[str, list[FacetCount]]:
        """The facets of ``counted_together``, from one query while none of them is set."""
        names = [name for name in self.counted_together if name in self.facet_columns]
        if len(names) < 2 or any(name in self.values for name in names):
            return {}
        entries = self.filter_queryset(self.queryset.all()).order_by()
        columns = [self.facet_columns[name] for name in names]
        rows = list(entries.values_list(*columns).annotate(number=Count("*")))
        found = {}
        for place, name in enumerate(names):
            counts: Counter[Any] = Counter()
            for row in rows:
                if row[place] not in {None, ""}:
                    counts[row[place]] += row[-1]
            found[name] = getattr(self, f"{name}_counts")(dict(counts))
        return found

    def technology_counts(self, counts: dict[int, int]) -> list[FacetCount]:
        known = self.known
        own = {slug: counts.get(term.pk, 0) for slug, term in known.technologies.items()}
        sums = {slug: sum(own[one] for one in known.with_children(slug)) for slug in own}
        return most_first(FacetCount(slug, known.technologies[slug].name, n) for slug, n in sums.items() if n)

    def topic_counts(self, counts: dict[int, int]) -> list[FacetCount]:
        return term_counts(self.known.topics, counts)

    def tag_counts(self, counts: dict[int, int]) -> list[FacetCount]:
        """The commonest tags, and the one that is set."""
        least = sorted(counts.values(), reverse=True)[:MOST_TAGS][-1:] or [0]
        often = [pk for pk, number in counts.items() if number >= least[0]]
        chosen = self.values.get("tag")
        tags = Tag.objects.filter(Q(pk__in=often) | Q(slug=chosen)).values_list("pk", "slug", "name")
        rows = most_first(FacetCount(slug, name, counts[pk]) for pk, slug, name in tags if pk in counts)
        return [row for place, row in enumerate(rows) if place < MOST_TAGS or row.value == chosen]

    def weakness_counts(self, counts: dict[tuple[str, ...], int]) -> list[FacetCount]:
        """Categories of the OWASP Top 10, newest edition first, and the weakness that is set.

        Counted by ``WEAKNESS_COLUMNS``.
        """
        chosen = self.values.get("weakness")
        rows = [(Weakness(scheme=one[0], edition=one[1], code=one[2], name=one[3]), one) for one in counts]
        rows.sort(key=lambda row: (-int(row[0].edition or 0), row[0].code))
        return [
            FacetCount(weakness.label, str(weakness), counts[one])
            for weakness, one in rows
            if weakness.edition or weakness.label == chosen
        ]

    def level_counts(self, counts: dict[str, int]) -> list[FacetCount]:
        return [FacetCount(value, label, counts[value]) for value, label in Level.choices if value in counts]

    def difficulty_counts(self, counts: dict[int, int]) -> list[FacetCount]:
        return [FacetCount(str(value), f"{value} of 10", counts[value]) for value in sorted(counts)]


def most_first(counts: Any) -> list[FacetCount]:
    """Facet counts by falling number, then by name."""
    return sorted(counts, key=lambda row: (-row.count, row.label))


def term_counts(terms: Mapping[str, Term], counts: dict[int, int]) -> list[FacetCount]:
    """Counts of a vocabulary's terms, by primary key, as facet counts."""
    return most_first(
        FacetCount(slug, term.name, counts[term.pk]) for slug, term in terms.items() if term.pk in counts
    )
