"""Subscribing through the API: the same form, the same letter, the same answer for every address."""

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hub.core.models import Level
from hub.core.rest import NetworkThrottle
from subscriptions import enrolling
from subscriptions.forms import SubscribeForm
from subscriptions.models import Subscriber
from subscriptions.views import SIGN_UPS


class SubscribeSerializer(serializers.Serializer[Any]):
    """An address and what it wants to hear of; a filter that is left out lets everything through."""

    email = serializers.CharField(max_length=254)
    kind = serializers.ListField(child=serializers.CharField(max_length=20), required=False, max_length=20)
    technology = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=200, help_text="Slugs."
    )
    tag = serializers.ListField(child=serializers.CharField(max_length=100), required=False, max_length=20)
    level = serializers.ListField(child=serializers.ChoiceField(Level.choices), required=False, max_length=4)
    path = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=50,
        help_text="Public ids of learning paths.",
    )  # fmt: skip
    difficulty_from = serializers.IntegerField(min_value=1, max_value=10, default=1)
    difficulty_to = serializers.IntegerField(min_value=1, max_value=10, default=10)
    frequency = serializers.ChoiceField(Subscriber.Frequency.choices, default=Subscriber.Frequency.WEEKLY)
    weekday = serializers.ChoiceField(Subscriber.Weekday.choices, default=Subscriber.Weekday.MONDAY)
    hour = serializers.IntegerField(min_value=0, max_value=23, default=8)
    time_zone = serializers.CharField(max_length=60, default="UTC", help_text="IANA name.")


class SubscribedSerializer(serializers.Serializer[Any]):
    """The same answer for every address."""

    detail = serializers.CharField()


class SubscribeView(APIView):
    """Ask for alerts; the address gets a letter and must confirm it on a page."""

    throttle_classes = [NetworkThrottle]
    limit = SIGN_UPS

    @extend_schema(request=SubscribeSerializer, responses={202: SubscribedSerializer})
    def post(self, request: Request) -> Response:
        """Sign an address up: 202 whatever the address is, 400 with the fields that can't be used."""
        given = SubscribeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        form = SubscribeForm(_as_form(given.validated_data))
        if not form.is_valid():
            errors = form.errors.items()
            raise ValidationError({name: [str(text) for text in texts] for name, texts in errors})
        enrolling.sign_up(form.cleaned_data["email"], form.choices())
        answer = {
            "detail": "If the address can be subscribed, a letter is on its way; open its link to confirm."
        }
        return Response(answer, status=status.HTTP_202_ACCEPTED)


def _as_form(data: dict[str, Any]) -> QueryDict:
    form = QueryDict(mutable=True)
    for name, value in data.items():
        if name == "tag":
            form[name] = ",".join(value)
        elif isinstance(value, list):
            form.setlist(name, value)
        else:
            form[name] = str(value)
    return form
