"""Pages for what went wrong before any view could answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "public/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "public/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "public/404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return render(request, "public/500.html", status=500)


@csrf_exempt
def api_not_found(request: HttpRequest) -> JsonResponse:
    """An address under `/api/` that does not exist, said in the API's own shape, to a POST without a token as well: it
    does nothing that a forged request could use."""
    error = {"code": "not_found", "detail": "There is no such address.", "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=404)
