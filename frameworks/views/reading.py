"""Published editions, and how mentoring compares with other approaches: for everybody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from accounts.roles import Role
from frameworks import reading, reflecting
from frameworks.forms import Reflect
from frameworks.models import ORIGINAL, Approach, Edition, Reflection
from frameworks.reflecting import LONGEST
from trail.flow import Refused


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
    return _approaches(request)


def _approaches(request: HttpRequest, **refused: object) -> HttpResponse:
    found = reading.approaches(request.user)
    context = {
        "approaches": found,
        "certificates": reading.by_certificate(found),
        "lang": "" if (get_language() or ORIGINAL) == ORIGINAL else ORIGINAL,
        "longest": LONGEST,
    }
    return render(request, "frameworks/approaches.html", context | refused)


@require_POST
def reflect(request: UserRequest, key: str) -> HttpResponse:
    """Keep one's own answer: by itself while one types, or by its button."""
    approach = get_object_or_404(Approach, key=key)
    form, refusal = Reflect(request.POST), None
    if form.is_valid():
        try:
            kept = reflecting.reflect(
                approach, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refused as refused:
            refusal = refused
        else:
            return _kept(request, kept)
    if "X-Autosave" in request.headers:
        return _not_kept(refusal)
    said = {"refusal": refusal, "stored": getattr(refusal, "stored", None)}
    return _approaches(request, typed=form.data.get("text", ""), at=key, **said)


def _kept(request: UserRequest, kept: Reflection) -> HttpResponse:
    if "X-Autosave" in request.headers:
        time = date_format(timezone.localtime(kept.saved_at), "TIME_FORMAT")
        words = _("Saved at %(time)s") % {"time": time}
        return JsonResponse({"said": words, "revision": kept.revision})
    messages.success(request, _("Saved. Only you can read it."))
    return redirect(f"{reverse('frameworks:approaches')}#{kept.approach.key}")


def _not_kept(refusal: Refused | None) -> JsonResponse:
    if isinstance(refusal, reflecting.WrittenElsewhere):
        stored = refusal.stored
        answer = {"refused": str(refusal), "stored": stored.text, "revision": stored.revision}
        return JsonResponse(answer, status=409)
    return JsonResponse({"refused": str(refusal or _("This was not saved."))}, status=422)
