"""The dossier of a case: asked for, watched while it is made, taken away."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from applicants.models import Application
from imc_portal.dossiers import services
from imc_portal.models import Dossier, Step
from trail.flow import Refused

TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


def _case(request: UserRequest, pk: int) -> Application:
    """A case of which this person may have the dossier; to others it is not there."""
    cases = Application.objects.visible_to(request.user).select_related("applicant", "tier")
    found = get_object_or_404(cases, pk=pk)
    if not services.may_ask(found, request.user):
        raise Http404
    return found


def dossier_of(application: Application, request: UserRequest) -> Dossier | None:
    mine = Dossier.objects.filter(application=application, asked_by=request.user)
    return mine.first()


def _part(request: UserRequest, application: Application) -> HttpResponse:
    context = {
        "application": application,
        "dossier": dossier_of(application, request),
        "steps": [step for step in Step if step != Step.ASKED],
    }
    return render(request, "dossiers/_dossier.html", context)


@require_GET
def page(request: UserRequest, pk: int) -> HttpResponse:
    application = _case(request, pk)
    context = {
        "application": application,
        "dossier": dossier_of(application, request),
        "steps": [step for step in Step if step != Step.ASKED],
        "nav": "worklist",
    }
    return render(request, "dossiers/page.html", context)


@require_POST
def ask(request: UserRequest, pk: int) -> HttpResponse:
    application = _case(request, pk)
    services.ask(application, by=request.user, at=timezone.now())
    return _part(request, application) if request.htmx else redirect("dossier", pk)


@require_GET
def state(request: UserRequest, pk: int) -> HttpResponse:
    """The part alone: asked again every two seconds while the dossier is made."""
    return _part(request, _case(request, pk))


@require_POST
def take(request: UserRequest, pk: int, part: str) -> HttpResponse | FileResponse:
    """A download is a deed: it is sent as a form, and stands in the trail."""
    application = _case(request, pk)
    dossier = dossier_of(application, request)
    if dossier is None or part not in TYPES:
        raise Http404
    try:
        services.take_away(dossier, part=part, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("dossier", pk)
    kept = dossier.pdf if part == "pdf" else dossier.box
    name = slugify(f"dossier {application.pk} {application.applicant.full_name}") or "dossier"
    return FileResponse(
        kept.open("rb"), as_attachment=True, filename=f"{name}.{part}", content_type=TYPES[part]
    )
