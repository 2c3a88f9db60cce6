"""Errors in the API, and the answer to a pasted one."""

from collections.abc import Sequence
from typing import IO, Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from debugarchive import statistics
from debugarchive.decoding import decoded
from debugarchive.filters import ErrorFilter
from debugarchive.limits import MATCHES
from debugarchive.lookup import match, stripped_words
from debugarchive.models import MatchLevel
from hub.core.caching import content_number
from hub.core.json_bodies import JSONBodyParser
from hub.core.links import absolute
from hub.core.network import client_network
from hub.core.publishing import current_payload
from hub.core.rest import EntryDetailSerializer, EntrySerializer, EntryViewSet, NetworkThrottle
from hub.core.vocabulary import vocabulary


class ErrorFields(serializers.Serializer[Any]):
    """What an error has besides every entry's fields."""

    series = serializers.CharField(source="series.slug", allow_null=True, read_only=True)
    error_kind = serializers.CharField()
    severity = serializers.CharField()
    exception_type = serializers.CharField()


class ErrorSerializer(ErrorFields, EntrySerializer):
    """An error in a list."""


class ErrorDetailSerializer(ErrorFields, EntryDetailSerializer):
    """An error whole, with the versions that have it and the risk of its workaround."""

    affected = serializers.SerializerMethodField()
    workaround_risk = serializers.SerializerMethodField()

    def get_affected(self, error: Any) -> list[str]:
        affected: list[str] = current_payload(error).data.get("affected", [])
        return affected

    def get_workaround_risk(self, error: Any) -> str:
        return str(current_payload(error).data.get("workaround_risk", ""))


class ErrorViewSet(EntryViewSet):
    """Errors with cause and fix, newest first, with the same filters as the list page."""

    kind = "error"
    serializer_class = ErrorSerializer
    detail_serializer_class = ErrorDetailSerializer
    filterset_class = ErrorFilter

    def typed(self, ids: Sequence[int]) -> QuerySet[Any]:
        return super().typed(ids).select_related("series")


# Paste an error -----------------------------------------------------------------------------------

MOST_BYTES = 4_000_000  # of a body; what is longer is refused, what is longer than a text may be is cut


class TooLarge(APIException):
    status_code = 413
    default_detail = f"At most {MOST_BYTES:,} bytes: send the beginning and the end of the output."


class PlainTextParser(BaseParser):
    """A body as ``curl --data-binary @trace.txt`` sends it, in whatever encoding."""

    media_type = "text/plain"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, str]:
        return {"text": decoded(stream.read(MOST_BYTES + 1))}


class AnyBodyParser(PlainTextParser):
    """What curl names a form if nobody says otherwise (application/x-www-form-urlencoded), and bare bytes."""

    media_type = "application/x-www-form-urlencoded"


class BytesParser(PlainTextParser):
    media_type = "application/octet-stream"


class PastedSerializer(serializers.Serializer[Any]):
    """The output of a program, as it was printed: one error or a whole log."""

    text = serializers.CharField(trim_whitespace=False, help_text="Up to 262,144 characters of it are read.")


class MatchSerializer(serializers.Serializer[Any]):
    """One entry that may be about the text."""

    public_id = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()
    level = serializers.ChoiceField(MatchLevel.choices)
    why = serializers.CharField(help_text="What is the same, in a sentence.")


class RecognisedSerializer(serializers.Serializer[Any]):
    """The likeliest error of the text, as it was compared."""

    platform = serializers.CharField()
    type = serializers.CharField()
    code = serializers.CharField()
    template = serializers.CharField(help_text="The message; what differs between users is an asterisk.")


class AnswerSerializer(serializers.Serializer[Any]):
    """The answer to a pasted error; nothing of the text is kept."""

    level = serializers.ChoiceField(MatchLevel.choices)
    matches = MatchSerializer(many=True)
    signature = serializers.CharField(help_text="Of the likeliest error; empty when there is none.")
    error = RecognisedSerializer(allow_null=True)
    stripped = serializers.ListField(child=serializers.CharField(), help_text="What was taken off before.")
    redacted = serializers.CharField(help_text="The text without paths, names, hosts and secrets.")


def _text(data: Any) -> str:
    """The text of a body. A text may hold anything, NUL too, so no field of a form stands between."""
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise ValidationError({"text": ["Give the output of a program as text."]})
    return text


class MatchView(APIView):
    """Find the entry that a pasted error is about.

    Send the text as it is (`curl --data-binary @trace.txt`) or as JSON. `exact`: this message. `same_error`:
    with another name, or from another engine. `same_family`: the same kind of error. `possibly_related`: the
    same words. `none`: the archive lacks it.
    """

    parser_classes = (JSONBodyParser, PlainTextParser, AnyBodyParser, BytesParser)
    throttle_classes = (NetworkThrottle,)
    limit: ClassVar[Any] = MATCHES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if unknown := sorted(set(request.query_params)):
            raise ValidationError({name: ["There is no such parameter."] for name in unknown})
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            raise TooLarge

    @extend_schema(
        request={"application/json": PastedSerializer, "text/plain": str},
        responses={200: AnswerSerializer},
        examples=[
            OpenApiExample(
                "A text",
                "TypeError: Cannot read properties of undefined (reading 'map')",
                request_only=True,
                media_type="text/plain",
            )
        ],
    )
    def post(self, request: Request) -> Response:
        answer = match(_text(request.data), vocabulary(content_number(request._request)))
        statistics.record(answer, client_network(request._request))
        fault, signature = answer.analysis.primary or (None, None)
        body = {
            "level": answer.level,
            "matches": [
                {
                    "public_id": one.entry.public_id,
                    "title": one.entry.title,
                    "url": absolute(one.entry.get_absolute_url()),
                    "level": one.level,
                    "why": one.why,
                }
                for one in answer.matches
            ],
            "signature": answer.signature,
            "error": {
                "platform": fault.platform,
                "type": signature.type,
                "code": signature.code,
                "template": signature.template,
            }
            if fault and signature
            else None,
            "stripped": stripped_words(answer.analysis),
            "redacted": answer.analysis.redacted,
        }
        response = Response(AnswerSerializer(body).data)
        response.headers["Cache-Control"] = "no-store"
        return response
