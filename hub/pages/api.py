"""Resources of the API across kinds: all entries, vocabularies, figures, changes, search."""

from dataclasses import asdict
from typing import Any

from csp.decorators import csp_update
from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from hub.core import catalogue, counting
from hub.core.caching import content_number, content_page, remembered
from hub.core.limits import Limit
from hub.core.links import absolute
from hub.core.models import Entry, Event, Sighting, Tag, Technology, Topic
from hub.core.network import client_network
from hub.core.rest import EntrySerializer, EntryViewSet, open_to_all, refuse_if_reached
from hub.core.vocabulary import vocabulary
from hub.search import searching
from hub.search.filters import EntryFilter

COPIES = Limit("copies.network", most=120, period=3600)


class AllEntriesViewSet(EntryViewSet):
    """Entries of all kinds, newest first."""

    filterset_class = EntryFilter

    @extend_schema(request=None, responses={204: None}, parameters=[], filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def copies(self, request: Request, public_id: str) -> Response:
        """Count one use: a program copied from the entry. The same program on the same day counts once."""
        refuse_if_reached([(COPIES, client_network(request._request))])
        browser = counting.browser_of(request._request)
        counting.note(browser, self.get_object().pk, Sighting.Act.COPY)
        return Response(status=204)


@method_decorator(content_page, name="dispatch")
class PublicView(APIView):
    """Base of small read-only resources: known parameters only, 304, open to scripts of any origin."""

    parameters: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if unknown := sorted(set(request.query_params) - self.parameters):
            raise ValidationError({name: ["There is no such parameter."] for name in unknown})

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        return open_to_all(super().finalize_response(request, response, *args, **kwargs))  # type: ignore[no-any-return]

    def remembered(self, name: str, make: Any) -> Any:
        return remembered(content_number(self.request._request), f"api:{name}", make)


_ADDRESSES = OpenApiResponse(
    {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}, "Addresses by name."
)


class RootView(PublicView):
    """Where everything is."""

    @extend_schema(responses=_ADDRESSES)
    def get(self, request: Request) -> Response:
        names = [*(f"{kind.namespace}-list" for kind in catalogue.kinds()), "entries-list", "kinds"]
        names += ["technologies", "topics", "tags", "stats", "changes", "search", "suggest"]
        return Response({name.removesuffix("-list"): absolute(reverse(f"api:{name}")) for name in names})


class KindSerializer(serializers.Serializer[Any]):
    """One kind of entry."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    path = serializers.CharField()
    title = serializers.CharField()
    blurb = serializers.CharField()
    sections = serializers.SerializerMethodField()

    def get_sections(self, kind: catalogue.Kind) -> list[str]:
        return list(kind.section_fields())


class KindsView(PublicView):
    """The kinds of entries, in the order of the home page."""

    @extend_schema(responses=KindSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(KindSerializer(catalogue.kinds(), many=True).data)


class CountedSerializer(serializers.Serializer[Any]):
    """One word of a vocabulary and how many public entries carry it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    entries = serializers.IntegerField()


class TechnologiesView(PublicView):
    """Technologies that public entries are about."""

    @extend_schema(responses=CountedSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(
            self.remembered("technologies", lambda: _counted(Technology.objects.all(), "technology"))
        )


class TopicsView(PublicView):
    """Topics of public entries."""

    @extend_schema(responses=CountedSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(self.remembered("topics", lambda: _counted(Topic.objects.all(), "topic")))


class TagsView(PublicView):
    """Tags of public entries."""

    @extend_schema(responses=CountedSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(self.remembered("tags", lambda: _counted(Tag.objects.all(), "tagged__tag")))


def _counted(rows: QuerySet[Any], path: str) -> list[dict[str, Any]]:
    """Rows of a vocabulary that public entries carry, with their number; ``path`` leads there from Entry."""
    counts = dict(
        Entry.objects.public()
        .filter(**{f"{path}__isnull": False})
        .order_by()
        .values_list(path)
        .annotate(number=Count("pk"))
    )
    return [
        {"slug": row.slug, "name": row.name, "entries": counts[row.pk]}
        for row in rows.filter(pk__in=counts).order_by("slug")
    ]


class StatsView(PublicView):
    """How many entries are public, in all and by kind; the home page shows the same numbers."""

    @extend_schema(
        responses=inline_serializer(
            "Stats",
            {
                "total": serializers.IntegerField(),
                "kinds": serializers.DictField(child=serializers.IntegerField()),
                "content_number": serializers.IntegerField(),
            },
        )
    )
    def get(self, request: Request) -> Response:
        number = content_number(request._request)
        return Response({**self.remembered("stats", self._count), "content_number": number})

    def _count(self) -> dict[str, Any]:
        counts = dict(Entry.objects.public().order_by().values_list("kind").annotate(number=Count("pk")))
        kinds = {kind.path: counts.get(kind.name, 0) for kind in catalogue.kinds()}
        return {"total": sum(kinds.values()), "kinds": kinds}


class ChangeSerializer(serializers.Serializer[Any]):
    """One public change."""

    n = serializers.IntegerField()
    act = serializers.CharField()
    at = serializers.DateTimeField()
    note = serializers.CharField()
    public_id = serializers.CharField(source="entry.public_id")
    kind = serializers.CharField(source="entry.kind")
    url = serializers.SerializerMethodField()

    def get_url(self, event: Event) -> str:
        assert event.entry is not None
        return absolute(event.entry.permalink)


class ChangesView(PublicView):
    """Public changes after number ``since``, oldest first: follow ``next_since`` to keep a copy current."""

    parameters = frozenset({"since", "limit"})

    @extend_schema(
        parameters=[
            OpenApiParameter("since", int, description="The last number you have; 0 for all."),
            OpenApiParameter("limit", int, description="1 to 100."),
        ],
        responses=inline_serializer(
            "Changes", {"next_since": serializers.IntegerField(), "results": ChangeSerializer(many=True)}
        ),
    )
    def get(self, request: Request) -> Response:
        since = _whole(request, "since", default=0, low=0, high=2**53)
        limit = _whole(request, "limit", default=100, low=1, high=100)
        events = Event.objects.since(since).filter(entry__isnull=False).select_related("entry")[:limit]
        results = ChangeSerializer(events, many=True).data
        return Response({"next_since": results[-1]["n"] if results else since, "results": results})


def _whole(request: Request, name: str, *, default: int, low: int, high: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and low <= int(text) <= high):
        raise ValidationError({name: [f"Give a whole number from {low} to {high}."]})
    return int(text)


class HitSerializer(EntrySerializer):
    """One found entry, with the passage that answers best (HTML; the words searched for are in mark)."""

    excerpt = serializers.SerializerMethodField()

    def get_excerpt(self, entry: Entry) -> str:
        return str(self.context["excerpts"][entry.pk])


_FILTERS = ("kind", "technology", "topic", "level", "tag", "difficulty")


class SearchView(PublicView):
    """Search over all kinds, best first.

    Words, "phrases", -words, OR, and tech: level: kind: topic: tag: difficulty: before a value.
    """

    parameters = frozenset({"q", "page", *_FILTERS})

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, required=True),
            OpenApiParameter("page", int, description="1 to 100; twenty hits a page."),
            *(OpenApiParameter(name, str, many=True) for name in _FILTERS),
        ],
        responses=inline_serializer(
            "Search",
            {
                "total": serializers.IntegerField(),
                "is_cut": serializers.BooleanField(help_text="There are more hits than were counted."),
                "did_you_mean": serializers.ListField(child=serializers.CharField()),
                "facets": serializers.DictField(
                    child=serializers.DictField(child=serializers.IntegerField())
                ),
                "results": HitSerializer(many=True),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        page = _whole(request, "page", default=1, low=1, high=100)
        filters = {name: values for name in _FILTERS if (values := request.query_params.getlist(name))}
        text = request.query_params.get("q", "")
        results = searching.search(
            text, vocabulary(content_number(request._request)), filters=filters, page=page, size=20
        )
        excerpts = {hit.entry.pk: hit.excerpt for hit in results.hits}
        hits = HitSerializer([hit.entry for hit in results.hits], many=True, context={"excerpts": excerpts})
        return Response(
            {
                "total": results.total,
                "is_cut": results.is_cut,
                "did_you_mean": [] if results.total else searching.did_you_mean(results.query),
                "facets": {name: dict(counts) for name, counts in results.counts.items()},
                "results": hits.data,
            }
        )


class SuggestView(PublicView):
    """Up to eight entries whose title or id holds the typed words, the last one as a beginning."""

    parameters = frozenset({"q"})

    @extend_schema(
        parameters=[OpenApiParameter("q", str, required=True)],
        responses=inline_serializer(
            "Suggestion",
            {name: serializers.CharField() for name in ("public_id", "title", "kind", "url")},
            many=True,
        ),
    )
    def get(self, request: Request) -> Response:
        found = searching.suggest(request.query_params.get("q", ""))
        return Response([{**asdict(one), "url": absolute(one.url)} for one in found])


class DocumentationView(SpectacularSwaggerSplitView):
    """The API's documentation page; everything it loads comes from this site."""

    permission_classes = (AllowAny,)
    http_method_names = ("get", "head")  # its renderer has no template for the description that OPTIONS gives

    @extend_schema(exclude=True)
    @method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return page


class NothingHereView(APIView):
    """Any other address under /api/: 404 as problem details."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404
