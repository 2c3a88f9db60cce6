"""What readers see when a request can't be answered; these pages read nothing from the database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader


def bad_request(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(loader.render_to_string("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception) if exception and exception.args else ""
    return render(request, "403.html", {"reason": reason, "noindex": True}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 with the reason that a view gave; Django's own (for an unknown path) is no reason for readers."""
    reason = exception.args[0] if exception.args else ""
    is_ours = isinstance(reason, str) and not reason.startswith("No ")
    return render(request, "404.html", {"reason": reason if is_ours else "", "noindex": True}, status=404)


def server_error(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(loader.render_to_string("500.html"), status=500)
