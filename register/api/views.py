"""The description of the API, for machines and for people."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_safe

from register.api import describing, gate
from register.api.app import VERSION
from register.api.certificates import MISSES
from register.api.shapes import MINUTES_5
from register.lists.checking import LISTS, MOST


@csrf_exempt  # it knows nobody: another method is a 405 in the form of all problems, not a 403
@login_not_required
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The gate gives it what all answers of the API have."""
    found = describing.document(get_language() or "en")
    return JsonResponse(found, headers={"Cache-Control": MINUTES_5})


@login_not_required
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    found = describing.document(get_language() or "en")
    groups = describing.groups(found)
    [checks] = [group for group in groups if group.key == "certificates"]
    context = {
        "groups": groups,
        "first": checks.calls[0],
        "begin": checks.calls[0].curl,
        "contact": reverse("register:contact"),
        "kinds": describing.kinds(),
        "example": describing.example_problem(),
        "version": VERSION,
        "calls": gate.CALLS,
        "lists": LISTS,
        "misses": MISSES,
        "most": MOST,
    }
    return render(request, "register/api.html", context)
