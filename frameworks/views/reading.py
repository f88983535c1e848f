"""Published editions, and how mentoring compares with other approaches: for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.roles import Role
from frameworks import reading
from frameworks.models import ORIGINAL, Edition


def _keeps(request: HttpRequest) -> bool:
    return request.user.is_authenticated and Role.ADMINISTRATOR in request.user.roles


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    shown = Edition.objects.published().select_related("framework")
    context = {
        "editions": shown.order_by("framework_id", "-published_at"),
        "in_force": reading.in_force(now),
        "keeps": _keeps(request),
    }
    return render(request, "frameworks/index.html", context)


@login_not_required
@require_GET
def edition(request: HttpRequest, key: str, label: str) -> HttpResponse:
    """Areas and statements in the language of the reader. Drafts are for administrators."""
    visible = Edition.objects.visible_to(request.user).select_related("framework")
    found = get_object_or_404(visible, framework__key=key, label=label)
    language, there = get_language() or ORIGINAL, reading.in_force(timezone.now())
    parts = reading.parts(found, language, there)
    current = [one for one in there.values() if one.framework_id == found.framework_id]
    context = {
        "edition": found,
        "parts": parts,
        "total": sum(len(part.statements) for part in parts),
        "foreign": reading.of_another_body(found),
        "current": current[0] if current else None,
        "untold": any(one.lang for part in parts for one in part.statements),
        "keeps": _keeps(request),
    }
    return render(request, "frameworks/edition.html", context)


@login_not_required
@require_GET
def approaches(request: HttpRequest) -> HttpResponse:
    found = reading.approaches()
    context = {
        "approaches": found,
        "certificates": reading.by_certificate(found),
        "lang": "" if (get_language() or ORIGINAL) == ORIGINAL else ORIGINAL,
    }
    return render(request, "frameworks/approaches.html", context)
