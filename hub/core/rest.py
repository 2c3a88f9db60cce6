"""What every resource of the API shares: strict filters, chosen fields, problem details, 304, limits."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.decorators import method_decorator
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import APIException, NotFound, Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView, exception_handler

from hub.core import catalogue
from hub.core.caching import content_number, content_page
from hub.core.limits import Limit
from hub.core.links import absolute
from hub.core.models import Entry
from hub.core.network import client_network
from hub.core.payload import InvalidPayload
from hub.core.publishing import Conflict
from hub.core.vocabulary import give_subjects

PROBLEM = "application/problem+json"
_PAGING = frozenset({"cursor", "page_size", "fields"})


# Errors (RFC 9457) --------------------------------------------------------------------------------


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem details of an error; None for one that is nobody's fault but ours (a 500)."""
    if isinstance(error, InvalidPayload):
        error = ValidationError(error.errors)
    elif isinstance(error, Conflict):
        conflict = APIException(str(error))
        conflict.status_code = status.HTTP_409_CONFLICT
        error = conflict
    response = exception_handler(error, context)
    if response is None:
        return None
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": response.status_text,
        "status": response.status_code,
    }
    if isinstance(error, ValidationError):
        problem["detail"] = "Some values can't be used; see errors."
        problem["errors"] = error.detail if isinstance(error.detail, dict) else {"__all__": error.detail}
    elif isinstance(error, (Http404, NotFound)):
        problem["detail"] = "There is nothing at this address."
    elif isinstance(error, PermissionDenied):
        problem["detail"] = "You may not do this."
    elif isinstance(error, APIException):
        problem["detail"] = str(error.detail)
    response.data = problem
    response.content_type = PROBLEM
    return response


class ProblemSerializer(serializers.Serializer[Any]):
    """An error, as RFC 9457 shapes it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = serializers.DictField(  # type: ignore[assignment] # the name that RFC 9457 uses
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class ProblemAutoSchema(AutoSchema):
    """Documents the errors that every operation may answer with."""

    def get_response_serializers(self) -> Any:
        """The declared answers, plus the problems every operation of its kind may answer."""
        declared: Any = super().get_response_serializers()
        answers = declared if isinstance(declared, dict) else {self._success(): declared}
        codes = [400, 404, 406] if self.method == "GET" else [400, 403, 404, 406, 409, 413, 415, 429]
        return {**{(str(code), PROBLEM): ProblemSerializer for code in codes}, **answers}

    def _success(self) -> str:
        return "201" if self.method == "POST" else "200"


# Filters and fields -------------------------------------------------------------------------------


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter, but an unknown parameter is 400: a misspelt filter must not return everything.

    The filterset's own words are told as they are: django-filter would read a % in them as a format.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        known = set(filterset.filters) if filterset else set()
        if unknown := sorted(set(request.query_params) - known - _PAGING):
            raise ValidationError({name: ["There is no such filter."] for name in unknown})
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            errors = filterset.errors.items()
            raise ValidationError({name: [str(text) for text in texts] for name, texts in errors})
        return filterset.qs  # type: ignore[no-any-return]


class ChosenFields(serializers.Serializer[Any]):
    """Mixin: ``?fields=title,url`` returns only these; an unknown name is 400."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        request = self.context.get("request")
        chosen = request.query_params.get("fields") if request else None
        if not chosen:
            return fields
        names = [name.strip() for name in chosen.split(",") if name.strip()]
        if unknown := [name for name in names if name not in fields]:
            raise ValidationError({"fields": [f"There is no field {', '.join(unknown)[:200]}."]})
        return {name: fields[name] for name in fields if name in names}


class NamedSerializer(serializers.Serializer[Any]):
    """A slug and a name."""

    slug = serializers.CharField()
    name = serializers.CharField()


class EntrySerializer(ChosenFields):
    """What all kinds share, as lists show it; no field costs a query."""

    public_id = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    url = serializers.SerializerMethodField()
    technology = serializers.SerializerMethodField()
    topic = serializers.SerializerMethodField()
    tags = serializers.SerializerMethodField()
    level = serializers.CharField()
    difficulty = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    verified_at = serializers.DateField(allow_null=True)
    verified_with = serializers.ListField(child=serializers.CharField())
    license = serializers.CharField()
    version = serializers.IntegerField()

    def get_url(self, entry: Entry) -> str:
        return absolute(entry.get_absolute_url())

    @extend_schema_field(NamedSerializer)
    def get_technology(self, entry: Entry) -> dict[str, str]:
        return {"slug": entry.technology.slug, "name": entry.technology.name}

    @extend_schema_field(NamedSerializer(allow_null=True))
    def get_topic(self, entry: Entry) -> dict[str, str] | None:
        return {"slug": entry.topic.slug, "name": entry.topic.name} if entry.topic else None

    def get_tags(self, entry: Entry) -> list[str]:
        return [tag["slug"] for tag in entry.card.get("tags", [])]


class SectionSerializer(serializers.Serializer[Any]):
    """One section of an entry: as structure, as Markdown and as safe HTML."""

    key = serializers.CharField()
    heading = serializers.CharField()
    value = serializers.JSONField()
    markdown = serializers.CharField()
    html = serializers.CharField()


class EntryDetailSerializer(EntrySerializer):
    """An entry whole, with its sections in reading order."""

    sections = serializers.SerializerMethodField()
    revision = serializers.SerializerMethodField()

    def get_sections(self, entry: Entry) -> list[dict[str, Any]]:
        kind, revision = catalogue.get(entry.kind), entry.current_revision
        assert revision is not None
        data = kind.current(revision.payload, revision.schema)
        return [
            {
                "key": name,
                "heading": field.heading,
                "value": data[name],
                "markdown": field.text(data[name]),
                "html": entry.rendered.get(name, ""),
            }
            for name, field in kind.section_fields().items()
            if data.get(name)
        ]

    def get_revision(self, entry: Entry) -> int:
        return entry.current_revision.number if entry.current_revision else 0


FIELDS = OpenApiParameter("fields", str, description="Only these fields, separated by commas.")


def open_to_all(response: Any) -> Any:
    """Let any site's script read this answer; there is nothing in it that depends on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@extend_schema(parameters=[FIELDS])
@method_decorator(content_page, name="dispatch")
class EntryViewSet(viewsets.ReadOnlyModelViewSet[Any]):
    """Read-only list and detail of public entries of one kind (or all); a kind's viewset adds its fields."""

    kind: ClassVar[str] = ""
    serializer_class = EntrySerializer
    detail_serializer_class: ClassVar[type[EntrySerializer]] = EntryDetailSerializer
    # Named here, not in settings: the framework would import this module while it is being imported.
    filter_backends = (StrictFilterBackend,)
    lookup_field = "public_id"
    lookup_value_regex = "[A-Za-z0-9-]{3,32}"
    filterset_class: Any = None

    def get_queryset(self) -> QuerySet[Any]:
        """Public entries of the kind: for a list rows of Entry, which an index gives in order."""
        if self.action == "list":
            entries: Any = Entry.objects.public()
            return entries.of_kind(self.kind) if self.kind else entries  # type: ignore[no-any-return]
        model = catalogue.get(self.kind).model if self.kind else Entry
        rows: Any = model._default_manager.public()  # type: ignore[attr-defined]
        return rows.select_related("technology", "topic", "current_revision")  # type: ignore[no-any-return]

    def typed(self, ids: Sequence[int]) -> QuerySet[Any]:
        """The kind's rows of these entries, ready for serialising in one query."""
        rows: QuerySet[Any] = catalogue.get(self.kind).model._default_manager.filter(pk__in=ids)
        return rows.defer("rendered", "provenance")

    def paginate_queryset(self, queryset: Any) -> Any:
        """One page of entries; of one kind, its ids first, then the rows of both tables by id."""
        if self.kind:
            ids = [row.pk for row in super().paginate_queryset(queryset.only("pk", "published_at")) or ()]
            by_id = {row.pk: row for row in self.typed(ids)}
            rows = [by_id[pk] for pk in ids if pk in by_id]
        else:
            rows = list(super().paginate_queryset(queryset.defer("rendered", "provenance")) or ())
        give_subjects(rows, content_number(self.request))
        return rows

    def get_serializer_class(self) -> Any:
        return self.detail_serializer_class if self.action == "retrieve" else self.serializer_class

    def get_object(self) -> Any:
        self.kwargs["public_id"] = self.kwargs["public_id"].upper()
        return super().get_object()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.action == "retrieve":
            if unknown := sorted(set(self.request.query_params) - {"fields"}):
                raise ValidationError({name: ["There is no such parameter."] for name in unknown})
            return queryset
        return super().filter_queryset(queryset)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        return open_to_all(super().finalize_response(request, response, *args, **kwargs))  # type: ignore[no-any-return]


# Limits -------------------------------------------------------------------------------------------


class NetworkThrottle(BaseThrottle):
    """Refuses a network that wrote too often (429 with Retry-After); the view names ``limit``."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit: Limit = view.limit  # type: ignore[attr-defined]
        self.retry_after = limit.retry_after
        return request.method in {"GET", "HEAD", "OPTIONS"} or limit.hit(client_network(request))

    def wait(self) -> float:
        return self.retry_after


def refuse_if_reached(limits: Sequence[tuple[Limit, str]]) -> None:
    """Count one use of each limit; raises Throttled (429) when one is passed."""
    for limit, key in limits:
        if not limit.hit(key):
            raise Throttled(wait=limit.retry_after)


__all__ = [
    "EntryDetailSerializer",
    "EntrySerializer",
    "EntryViewSet",
    "NetworkThrottle",
    "ProblemAutoSchema",
    "StrictFilterBackend",
    "problem_response",
    "refuse_if_reached",
]
