"""Contributions in the API: send one in; then look, confirm, revise and withdraw.

A guest's authority is the token of the link; a member of staff's is the account behind the key, and then the
reference names the contribution.
"""

from typing import Any

from django.contrib.auth.models import User
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contributions import telling, workflow
from contributions.actors import Actor, Contributor, Staff
from contributions.models import Channel, State, Submission
from contributions.submitting import NothingChanged, Proposal, draft, submit
from contributions.tokens import submission_of
from contributions.views.limits import PER_NETWORK_TRIES, limits_of
from contributions.workflow import Refused
from hub.core import catalogue
from hub.core.cursors import EntryCursorPagination
from hub.core.links import BadToken, absolute
from hub.core.models import Entry, Revision
from hub.core.network import client_network
from hub.core.payload import Payload, validated
from hub.core.rest import refuse_if_reached

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Sent twice with one key, it is one contribution.",
)


OWN_PARAMETERS = [
    OpenApiParameter("cursor", str, description="From next or previous."),
    OpenApiParameter("page_size", int, description="1 to 100; 20 if absent."),
]


class ContributionSerializer(serializers.Serializer[Any]):
    """A new entry of ``kind``, or a correction of ``entry``. ``fields`` holds the kind's own fields."""

    kind = serializers.CharField(required=False, help_text="See kinds/; not needed for a correction.")
    entry = serializers.CharField(required=False, help_text="Public id of the entry to correct.")
    revision = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The entry's revision that you began from; the current one if absent.",
    )
    fields = serializers.JSONField(  # type: ignore[assignment]
        help_text="Field by name: texts, or the structures that entries show."
    )
    email = serializers.EmailField(
        max_length=254,
        required=False,
        help_text="Gets the link that confirms; never shown. Not needed with a key.",
    )
    name = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    link = serializers.URLField(max_length=200, required=False, default="", allow_blank=True)
    note = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    agreement = serializers.BooleanField(help_text="I wrote this, and it may be published under CC BY 4.0.")

    def validate_agreement(self, value: Any) -> Any:
        if not value:
            raise serializers.ValidationError("Without your consent it can't be published.")
        return value


class RevisionSerializer(serializers.Serializer[Any]):
    """The next text of a contribution, whole."""

    fields = serializers.JSONField()  # type: ignore[assignment]
    note = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    version = serializers.IntegerField(min_value=1, help_text="The contribution's version that you read.")


class SummarySerializer(serializers.Serializer[Any]):
    """Where a contribution stands, in a word for programs and a sentence for people."""

    reference = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    words = serializers.CharField()
    version = serializers.IntegerField()
    revision = serializers.IntegerField()
    url = serializers.URLField(allow_null=True, help_text="The published page, once there is one.")


class StatusSerializer(SummarySerializer):
    """The same, with the text, the remarks, and what may be done now."""

    actions = serializers.ListField(child=serializers.CharField())
    comments = serializers.ListField(child=serializers.DictField())
    fields = serializers.DictField()  # type: ignore[assignment]


class OwnSerializer(serializers.Serializer[Any]):
    """A page of one's own contributions, newest first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = SummarySerializer(many=True)


class ReceivedSerializer(serializers.Serializer[Any]):
    """The answer to every contribution; its link travels by mail, which proves the address."""

    detail = serializers.CharField()


class OwnPagination(EntryCursorPagination):
    """One's own contributions, newest first."""

    moment = "created_at"


class ContributionsView(APIView):
    """Send in a new entry or a correction; with a key, list one's own."""

    @extend_schema(operation_id="contributions_list", responses=OwnSerializer, parameters=OWN_PARAMETERS)
    def get(self, request: Request) -> Response:
        user = account(request)
        if user is None:
            raise NotAuthenticated("Show a key to list your contributions; a guest has a link for each.")
        if unknown := sorted(set(request.query_params) - {"cursor", "page_size"}):
            raise ValidationError({name: ["There is no such parameter."] for name in unknown})
        pages = OwnPagination()
        rows = pages.paginate_queryset(_with_related().filter(contributor=user), request, self)
        return pages.get_paginated_response([summary(row) for row in rows])

    @extend_schema(
        request=ContributionSerializer,
        responses={201: StatusSerializer, 202: ReceivedSerializer},
        parameters=[KEY],
    )
    def post(self, request: Request) -> Response:
        network = client_network(request._request)
        refuse_if_reached([(PER_NETWORK_TRIES, network)])
        serializer = ContributionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        entry, base = _target(values)
        kind = entry.kind if entry else _kind_name(values.get("kind"))
        payload = _payload(kind, values["fields"], base)
        key = request.headers.get("Idempotency-Key", "")[:200]
        if (user := account(request)) is not None:
            return _send_as_staff(user, payload, entry, base, values["note"], key)
        if "email" not in values:
            raise ValidationError({"email": ["Give the address that gets the link, or show a key."]})
        refuse_if_reached(limits_of(network, kind, values["email"]))
        proposal = Proposal(
            payload,
            values["email"],
            name=values["name"],
            link=values["link"],
            note=values["note"],
            target=entry,
            base=base,
            key=key,
            channel=Channel.API,
        )
        try:
            submit(proposal)
        except NothingChanged as error:
            raise ValidationError({"fields": [str(error)]}) from error
        detail = "A mail is on its way to the address you gave: confirm by its link."
        return Response({"detail": detail}, status=status.HTTP_202_ACCEPTED)


def account(request: Request) -> User | None:
    """The account behind the key of a request; None for a guest."""
    return request.user if isinstance(request.user, User) else None


def _send_as_staff(
    user: User, payload: Payload, entry: Entry | None, base: Revision | None, note: str, key: str
) -> Response:
    """A member of staff's own text goes to the queue at once: who they are is proven by the key."""
    actor = Staff(user)
    try:
        submission = draft(payload, user, target=entry, base=base, note=note, key=key, channel=Channel.API)
        if submission.state == State.DRAFT:
            submission = workflow.perform(submission, "submit", actor)
    except NothingChanged as error:
        raise ValidationError({"fields": [str(error)]}) from error
    except (Refused, workflow.Conflict) as refusal:
        raise problem_of(refusal) from refusal
    return Response(told(submission, actor), status=status.HTTP_201_CREATED)


def problem_of(refusal: Refused | workflow.Conflict) -> APIException:
    """What the workflow refuses, as a problem of the same status."""
    problem = APIException(str(refusal))
    problem.status_code = refusal.status
    return problem


class TokenView(APIView):
    """Base of the resources of one contribution: by its link's token, or with a key by its reference."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            refuse_if_reached([(PER_NETWORK_TRIES, client_network(request._request))])
        self.actor: Actor
        if (user := account(request)) is not None:
            self.actor = Staff(user)
            own = _with_related().filter(contributor=user, reference=kwargs["token"].upper()[:8])
            if (found := own.first()) is None:
                raise Http404
            self.submission = found
            return
        try:
            self.submission = submission_of(kwargs["token"])
        except BadToken:
            raise Http404 from None
        self.actor = Contributor(self.submission.pk)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def act(self, action: str, **data: Any) -> Response:
        """Take one action of the workflow; what it refuses becomes a problem of the same status."""
        try:
            submission = workflow.perform(self.submission, action, self.actor, **data)
        except (Refused, workflow.Conflict) as refusal:
            raise problem_of(refusal) from refusal
        return Response(told(submission, self.actor))


class ContributionView(TokenView):
    """Where it stands."""

    @extend_schema(responses=StatusSerializer)
    def get(self, request: Request, token: str) -> Response:
        return Response(told(self.submission, self.actor))


class ConfirmationView(TokenView):
    """Confirm that it is yours."""

    @extend_schema(request=None, responses={200: StatusSerializer})
    def post(self, request: Request, token: str) -> Response:
        return self.act("confirm")


class RevisionsView(TokenView):
    """Send the next text."""

    @extend_schema(request=RevisionSerializer, responses={200: StatusSerializer})
    def post(self, request: Request, token: str) -> Response:
        serializer = RevisionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        head = self.submission.revisions.get(number=self.submission.head)
        kind = catalogue.get(self.submission.kind)
        payload = validated(
            kind.name, values["fields"], base=kind.current(head.payload, head.schema), for_contributor=True
        )
        return self.act("revise", payload=payload, note=values["note"], version=values["version"])


class WithdrawalView(TokenView):
    """Take it back."""

    @extend_schema(request=None, responses={200: StatusSerializer})
    def post(self, request: Request, token: str) -> Response:
        return self.act("withdraw")


def _with_related() -> Any:
    return Submission.objects.select_related("target", "published_revision__entry__technology")


def summary(submission: Submission) -> dict[str, Any]:
    """A submission as SummarySerializer documents it; costs no query."""
    published = submission.published_revision
    return {
        "reference": submission.reference,
        "kind": submission.kind,
        "title": submission.title,
        "state": submission.state,
        "words": telling.WORDS[submission.state][0],
        "version": submission.version,
        "revision": submission.head,
        "url": absolute(published.entry.get_absolute_url()) if published else None,
    }


def told(submission: Submission, actor: Actor) -> dict[str, Any]:
    """A submission as StatusSerializer documents it."""
    head = submission.revisions.filter(number=submission.head).first()
    return {
        **summary(submission),
        "actions": [row.action for row in workflow.allowed_actions(submission, actor)],
        "comments": telling.comments(submission),
        "fields": head.payload if head else {},
    }


def _target(values: dict[str, Any]) -> tuple[Entry | None, Revision | None]:
    if not values.get("entry"):
        return None, None
    entry = (
        Entry.objects.public()
        .select_related("current_revision")
        .filter(public_id=values["entry"].upper())
        .first()
    )
    if entry is None:
        raise ValidationError({"entry": ["No public entry has this id."]})
    if number := values.get("revision"):
        base = entry.revisions.filter(number=number).first()
        if base is None:
            raise ValidationError({"revision": ["The entry has no such revision."]})
        return entry, base
    return entry, entry.current_revision


def _kind_name(name: str | None) -> str:
    try:
        return catalogue.get(name or "").name
    except LookupError:
        known = ", ".join(kind.name for kind in catalogue.kinds())
        raise ValidationError({"kind": [f"Give one of {known}."]}) from None


def _payload(kind: str, fields: Any, base: Revision | None) -> Payload:
    start = catalogue.get(kind).current(base.payload, base.schema) if base else None
    return validated(kind, fields, base=start, for_contributor=True)
