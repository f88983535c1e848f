"""Pages of the self-assessment: one area at a time, the last look before sending, the result."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from applicants.flow import Stage
from applicants.models import Application
from applicants.services import pause_reminders
from assessments import forms, services
from assessments.models import SelfAssessment
from assessments.result import report
from assessments.sheet import first_open, keep, last_area, sheet, still_open, where
from trail.flow import Refused


def own_case(request: UserRequest, pk: int) -> Application:
    """Ratings in the making are the applicant's alone; everybody else gets 404."""
    cases = Application.objects.visible_to(request.user).filter(applicant=request.user)
    return get_object_or_404(
        cases.select_related("tier", "edition", "renews", "self_assessment"), pk=pk
    )


def _elsewhere(case: Application) -> HttpResponse:
    """Where to read on when there is nothing to rate: the result, or the case."""
    assessment = getattr(case, "self_assessment", None)
    sent = assessment is not None and assessment.sent_at is not None
    return redirect("assessments:result" if sent else "applicants:case", case.pk)


@require_GET
def start(request: UserRequest, pk: int) -> HttpResponse:
    """Go on at the first statement that is open."""
    case = own_case(request, pk)
    if case.stage != Stage.SELF_ASSESSMENT:
        return _elsewhere(case)
    code = first_open(case)
    if code is None:
        return redirect("assessments:send", pk)
    return redirect("assessments:area", pk, code)


@require_http_methods(["GET", "POST"])
def area(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """One area. Without JavaScript its form is posted whole, and goes on to the next."""
    case = own_case(request, pk)
    if case.stage != Stage.SELF_ASSESSMENT:
        return _elsewhere(case)
    answers, saved, refusal = forms.read(request.POST), None, None
    if request.method == "POST":
        try:
            saved = services.rate(case, answers, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        case = own_case(request, pk)
    page = sheet(case, code, request.user.language)
    if page is None:
        raise Http404
    if saved and not saved.conflicts:
        if page.after is None:
            return redirect("assessments:send", pk)
        return redirect("assessments:area", pk, page.after.code)
    keep(page, answers, saved)
    told = {"refusal": refusal, "conflicts": bool(saved)}
    context = {"case": case, "sheet": page, "nav": "home", **told}
    return render(request, "assessments/area.html", context)


@require_POST
def save(request: UserRequest, pk: int) -> JsonResponse:
    """What the page's script sends by itself: one answer, or all that waited."""
    case = own_case(request, pk)
    now = timezone.now()
    try:
        saved = services.rate(case, forms.read(request.POST), by=request.user, at=now)
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=409)
    time = date_format(timezone.localtime(now), pgettext("format of a time", "H:i"))
    places = where(saved.conflicts) if saved.conflicts else {}
    return JsonResponse(
        {
            "said": _("Saved at %(time)s. You can close this page.") % {"time": time},
            "revisions": saved.revisions,
            "conflicts": {
                statement: _told(pk, conflict, *places[statement])
                for statement, conflict in saved.conflicts.items()
            },
        }
    )


def _told(pk: int, conflict: services.Conflict, area: str, code: str) -> dict[str, object]:
    stored = conflict.stored
    return {
        "code": code,
        "url": f"{reverse('assessments:area', args=[pk, area])}#{code}",
        "revision": stored.revision,
        "c": stored.concept,
        "p": stored.practice,
        "n": stored.note,
        "html": render_to_string(
            "assessments/_conflict.html", {"conflict": conflict, "live": True}
        ),
    }


@require_http_methods(["GET", "POST"])
def send(request: UserRequest, pk: int) -> HttpResponse:
    """The last look: what is open, each as a link, or the button that sends it."""
    case = own_case(request, pk)
    assessment = getattr(case, "self_assessment", None)
    if case.stage != Stage.SELF_ASSESSMENT or assessment is None:
        return _elsewhere(case) if assessment else redirect("assessments:start", pk)
    refusal = None
    if request.method == "POST":
        try:
            services.send(assessment, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect("assessments:result", pk)
    lines = still_open(services.unanswered(assessment), request.user.language)
    told = {"open": lines, "refusal": refusal, "last": last_area(case), "nav": "home"}
    return render(request, "assessments/send.html", {"case": case, **told})


@require_POST
def reminders(request: UserRequest, pk: int) -> HttpResponse:
    """Pause the reminders of this case, or let them come again."""
    case = own_case(request, pk)
    pause_reminders(case, paused=request.POST.get("paused") == "yes", by=request.user)
    return redirect("assessments:start", pk)


def _opened(request: UserRequest, pk: int) -> SelfAssessment:
    found = SelfAssessment.objects.visible_to(request.user).select_related(
        "application__tier", "application__applicant", "application__renews"
    )
    return get_object_or_404(found, application=pk)


@require_GET
def result(request: UserRequest, pk: int) -> HttpResponse:
    """The baseline, for the applicant and for whoever takes a part in the case and has declared."""
    assessment = _opened(request, pk)
    case = assessment.application
    own = case.applicant_id == request.user.pk
    if not own and not case.declared(request.user):
        return redirect("applicants:declare", pk)
    if assessment.sent_at is None:
        if own:
            return redirect("assessments:start", pk)
        raise Http404
    told = report(assessment, request.user.language)
    context = {"case": case, "own": own, "report": told, "nav": "home" if own else "worklist"}
    return render(request, "assessments/result.html", context)


@require_GET
def summary(request: UserRequest, pk: int) -> HttpResponse:
    """The baseline as a part of the page on which the interview is held."""
    assessment = _opened(request, pk)
    if assessment.sent_at is None or not assessment.application.declared(request.user):
        raise Http404
    told = report(assessment, request.user.language)
    return render(request, "assessments/_summary.html", {"report": told})
