"""The house rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/privacy.html",
        {"description": "What is kept about readers and writers, and for how long."},
    )


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/terms.html",
        {"description": "What you may do with the archive, and what it promises."},
    )
