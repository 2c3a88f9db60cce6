"""The addresses to measure: every list, filter and order of pages, API and admin, from the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from hub.core import catalogue
from hub.core.cursors import EntryCursorPagination
from hub.core.models import ENTRY_ORDERS, Entry, Event, Tag, Technology, Topic
from hub.core.pagination import MOST_PAGES, PAGE_SIZE
from hub.pages.views.machines import SITEMAP_IDS


@dataclass(frozen=True)
class Surface:
    """One address, and what is asked there.

    ``in_order`` marks lists in an order of ENTRY_ORDERS over one kind or all: an index must give that order.
    ``staff`` needs an editor.
    """

    name: str
    path: str
    in_order: bool = False
    staff: bool = False


@dataclass(frozen=True)
class Sample:
    """What addresses are made of: the commonest technology, topic and tag, and one entry of each kind."""

    technology: Technology
    topic: Topic
    tag: Tag
    entries: list[Entry]
    word: str  # one that many entries hold
    rare: str  # one that few hold

    @classmethod
    def take(cls) -> "Sample":
        entries = Entry.objects.public().order_by()
        technology = _commonest(entries, "technology")
        return cls(
            technology=Technology.objects.get(pk=technology),
            topic=Topic.objects.get(pk=_commonest(entries.filter(topic__isnull=False), "topic")),
            tag=Tag.objects.get(pk=_commonest(entries.filter(tagged__tag__isnull=False), "tagged__tag")),
            entries=[
                entry
                for kind in catalogue.kinds()
                if (
                    entry := Entry.objects.public()
                    .of_kind(kind.name)
                    .select_related("technology")
                    .order_by("pk")
                    .last()
                )
            ],
            word="index",
            rare=Entry.objects.order_by("-pk")[0].public_id,
        )


def _commonest(entries: QuerySet[Any], name: str) -> int:
    pk: int = entries.values(name).annotate(number=Count("pk")).order_by("-number")[0][name]
    return pk


def all_surfaces(sample: Sample) -> list[Surface]:
    return [*pages(sample), *api(sample), *desk()]


def pages(sample: Sample) -> Iterator[Surface]:
    yield Surface("home", "/")
    yield Surface("domains", reverse("pages:domains"))
    for entry in sample.entries:
        kind = catalogue.get(entry.kind)
        last = min(MOST_PAGES, -(-Entry.objects.public().of_kind(entry.kind).count() // PAGE_SIZE))
        yield Surface(f"{kind.path}: list", kind.list_url, in_order=True)
        yield Surface(f"{kind.path}: list, last page", f"{kind.list_url}?page={last}", in_order=True)
        for order in ENTRY_ORDERS:
            yield Surface(f"{kind.path}: by {order}", f"{kind.list_url}?sort={order}", in_order=True)
        yield Surface(f"{kind.path}: of a technology", kind.technology_url(sample.technology.slug))
        for name, value in (("topic", sample.topic.slug), ("level", "senior"), ("difficulty", "7")):
            yield Surface(f"{kind.path}: of a {name}", f"{kind.list_url}?{name}={value}")
        yield Surface(f"{kind.path}: detail", entry.get_absolute_url())
        yield Surface(f"{kind.path}: feed", reverse("pages:feed", args=[kind.path, "atom"]))
    yield Surface("a technology", sample.technology.get_absolute_url())
    yield Surface("a topic", sample.topic.get_absolute_url())
    yield Surface("a tag", sample.tag.get_absolute_url())
    yield Surface("search: a common word", f"{reverse('pages:search')}?q={sample.word}")
    yield Surface("search: a rare word", f"{reverse('pages:search')}?q={sample.rare}")
    yield Surface("search: filtered", f"{reverse('pages:search')}?q={sample.word}&level=senior")
    yield Surface("search: suggestions", f"{reverse('pages:suggest')}?q={sample.word[:4]}")
    yield Surface("permalink", sample.entries[0].permalink)
    yield Surface("changes", reverse("pages:changes"))
    week = (timezone.now() - timedelta(days=60)).isocalendar()
    yield Surface("changes of a week", reverse("pages:changes_week", args=[week.year, f"{week.week:02d}"]))
    yield Surface("sitemap", reverse("pages:sitemap_index"))
    for index, kind_of_entry in (
        (entry.pk // SITEMAP_IDS, catalogue.get(entry.kind)) for entry in sample.entries
    ):
        path = reverse("pages:sitemap", args=[kind_of_entry.path, index])
        yield Surface(f"sitemap of {kind_of_entry.path}", path)
    yield Surface("sitemap of pages", reverse("pages:sitemap", args=["site", 0]))
    yield Surface("llms.txt", reverse("pages:llms"))


def api(sample: Sample) -> Iterator[Surface]:
    lists = [("entries", reverse("api:entries-list"))]
    lists += [(kind.path, reverse(f"api:{kind.namespace}-list")) for kind in catalogue.kinds()]
    for name, path in lists:
        yield Surface(f"API {name}", path, in_order=True)
        yield Surface(f"API {name}, deep", f"{path}?cursor={deep_cursor()}", in_order=True)
        for parameter, value in (
            ("technology", sample.technology.slug), ("topic", sample.topic.slug), ("tag", sample.tag.slug),
            ("level", "senior"), ("difficulty", "7"),
        ):  # fmt: skip
            yield Surface(f"API {name}, of a {parameter}", f"{path}?{parameter}={value}")
    for entry in sample.entries:
        kind = catalogue.get(entry.kind)
        yield Surface(
            f"API {kind.path}: detail", reverse(f"api:{kind.namespace}-detail", args=[entry.public_id])
        )
    for name in ("technologies", "topics", "tags", "stats"):
        yield Surface(f"API {name}", reverse(f"api:{name}"))
    last = Event.objects.order_by("-n").values_list("n", flat=True)[0]
    yield Surface("API changes", f"{reverse('api:changes')}?since={last // 2}")
    yield Surface("API search", f"{reverse('api:search')}?q={sample.word}")


def deep_cursor() -> str:
    """The cursor of a page near the end of a walk over all entries."""
    place = Entry.objects.public().count() * 6 // 7
    pagination = EntryCursorPagination()
    pagination.url = "/"
    row = Entry.objects.public().newest().only("pk", "published_at")[place]
    pagination.rows, pagination.has_next = [row], True
    link = pagination.next_link()
    assert link is not None
    return link.partition("cursor=")[2]


def desk() -> Iterator[Surface]:
    """Every change list of the admin, as it opens and searched."""
    for model, model_admin in admin.site._registry.items():  # noqa: SLF001 (Django offers no other way)
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        path = reverse(f"admin:{name}_changelist")
        yield Surface(f"admin {name}", path, staff=True)
        if model_admin.search_fields:
            yield Surface(f"admin {name}: search", f"{path}?q=index", staff=True)
