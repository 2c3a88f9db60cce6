"""Paste an error: the box, and the answer. The text is read in memory and kept nowhere."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from debugarchive import statistics
from debugarchive.limits import MATCHES
from debugarchive.lookup import Answer, stripped_words
from debugarchive.lookup import match as answer_to
from debugarchive.matching import MAX_CHARACTERS
from debugarchive.matching.redaction import for_browser
from debugarchive.models import MatchLevel
from debugarchive.similar import PLATFORMS
from hub.core.caching import content_number
from hub.core.network import client_network
from hub.core.public_post import public_post
from hub.core.vocabulary import vocabulary

MOST_ASKED = 2000  # characters of ?text=, by which the search leads here
_VERDICTS = {
    MatchLevel.EXACT: "This is it.",
    MatchLevel.SAME_ERROR: "The same error, with another name or from another engine.",
    MatchLevel.SAME_FAMILY: "Close: the same kind of error.",
    MatchLevel.POSSIBLY_RELATED: "No entry has this message. These share its words.",
    MatchLevel.NONE: "The archive does not know this one yet.",
}


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest) -> HttpResponse:
    """The box to paste into. A POST answers at once: it has no address, for nothing is kept."""
    if request.method != "POST":
        text = request.GET.get("text", "")[:MOST_ASKED]
        return _page(request, text, _answer(request, text) if text.strip() else None)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        problem = "That is more than the form takes. Paste the first and the last hundred lines."
        return _page(request, "", None, problem, status=413)
    if not MATCHES.hit(network := client_network(request)):
        response = _page(
            request, "", None, "Too many texts from your network. Wait a few minutes.", status=429
        )
        response.headers["Retry-After"] = str(MATCHES.retry_after)
        return response
    text = request.POST.get("text", "")
    if not text.strip():
        return _page(request, "", None, "Paste the message first, or the whole output.", status=422)
    answer = _answer(request, text)
    statistics.record(answer, network)
    return _page(request, text, answer)


@require_safe
def redaction_rules(request: HttpRequest) -> JsonResponse:
    """The rules by which the browser takes private data out before anything is sent."""
    return JsonResponse({**for_browser(), "most": MAX_CHARACTERS})


def _answer(request: HttpRequest, text: str) -> Answer:
    return answer_to(text, vocabulary(content_number(request)))


def _page(
    request: HttpRequest, text: str, answer: Answer | None, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "problem": problem,
        "noindex": request.method == "POST" or bool(text),
        "canonical_url": settings.SITE_URL + request.path,
        "description": "Paste an error message, a stack trace or a log, and read its cause and fix.",
        "breadcrumbs": [
            {"label": "Home", "url": "/"},
            {"label": "Errors", "url": reverse("debugarchive:list")},
            {"label": "Paste an error", "url": request.path},
        ],
        "search_text": text if request.method == "GET" else "",
        "platforms": list(PLATFORMS.values()),
        "levels": list(MatchLevel),
    }
    if answer:
        context |= _told(answer)
    return render(request, "debugarchive/match.html", context, status=status)


def _told(answer: Answer) -> dict[str, Any]:
    fault, signature = answer.analysis.primary or (None, None)
    is_sure = answer.level in {MatchLevel.EXACT, MatchLevel.SAME_ERROR}
    return {
        "answer": answer,
        "verdict": _VERDICTS[answer.level],
        "best": answer.matches[0] if is_sure else None,
        "others": answer.matches[1:] if is_sure else answer.matches,
        "fault": fault,
        "signature": signature,
        "platform": PLATFORMS.get(fault.platform, "") if fault else "",
        "stripped": stripped_words(answer.analysis),
        "redacted": answer.analysis.redacted,
        "contribute_url": reverse("contributions:new", args=["errors"]),
    }
