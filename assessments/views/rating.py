"""Rating oneself in a case: one area at a time, and the last look before sending."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from applicants.flow import Stage
from applicants.models import Application
from applicants.services import pause_reminders
from assessments import forms, places, services, trying
from assessments.sheet import first_open, keep, last_area, sheet, still_open
from assessments.views.doors import own_case
from assessments.views.pages import receipt, shown
from trail.flow import Refused


def _elsewhere(case: Application) -> HttpResponse:
    """Where to read on when there is nothing to rate: the result, or the case."""
    assessment = getattr(case, "self_assessment", None)
    sent = assessment is not None and assessment.sent_at is not None
    return redirect("assessments:result" if sent else "applicants:case", case.pk)


@require_GET
def start(request: UserRequest, pk: int) -> HttpResponse:
    """Go on at the first statement that is open. Who tried it before the account is asked first
    whether to use those ratings."""
    case = own_case(request, pk)
    if case.stage != Stage.SELF_ASSESSMENT:
        return _elsewhere(case)
    if tried := trying.fitting(request.session, case):
        context = {"case": case, "tried": len(tried), "nav": "home"}
        return render(request, "assessments/take_along.html", context)
    code = first_open(case)
    if code is None:
        return redirect("assessments:send", pk)
    return redirect("assessments:area", pk, code)


@require_POST
def take_along(request: UserRequest, pk: int) -> HttpResponse:
    """Use the ratings of the trial, or begin without them: the person's own choice."""
    case = own_case(request, pk)
    if case.stage != Stage.SELF_ASSESSMENT:
        return _elsewhere(case)
    if request.POST.get("use") == "yes":
        tried = trying.fitting(request.session, case)
        services.take_along(case, tried, by=request.user, at=timezone.now())
    trying.forget(request.session, case)
    return redirect("assessments:start", pk)


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
    page, place = sheet(case, code, request.user.language), places.of_case(request.user.pk, pk)
    if page is None:
        raise Http404
    context = shown(request, place, page)
    if saved and not saved.conflicts:
        return redirect(place.after(page))
    keep(page, answers, saved)
    context |= {"case": case, "nav": "home", "refusal": refusal, "conflicts": bool(saved)}
    return render(request, "assessments/area.html", context)


@require_POST
def save(request: UserRequest, pk: int) -> JsonResponse:
    """What the page's script sends by itself: one answer, or all that waited."""
    case, now = own_case(request, pk), timezone.now()
    try:
        saved = services.rate(case, forms.read(request.POST), by=request.user, at=now)
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=409)
    return receipt(saved, places.of_case(request.user.pk, pk), now)


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
    told: dict[str, object] = {"open": lines, "refusal": refusal, "last": last_area(case)}
    told |= {"place": places.of_case(request.user.pk, pk), "nav": "home"}
    return render(request, "assessments/send.html", {"case": case, **told})


@require_POST
def reminders(request: UserRequest, pk: int) -> HttpResponse:
    """Pause the reminders of this case, or let them come again."""
    case = own_case(request, pk)
    pause_reminders(case, paused=request.POST.get("paused") == "yes", by=request.user)
    return redirect("assessments:start", pk)
