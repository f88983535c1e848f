"""Choosing a certificate: what each asks first, then the first step."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from applicants.flow import DAYS, ROUTES, Stage
from applicants.models import Application
from applicants.services import AlreadyOpen, apply, prerequisite_met
from certificates.catalogue import Asked, asked_by
from certificates.dates import body_day
from certificates.models import Certificate, Level, Route, Tier
from frameworks.models import Approach
from trail.flow import Refused


@dataclass(frozen=True, slots=True)
class Offer:
    """A certificate as this person meets it: what it asks, and where they stand."""

    asked: Asked
    met: bool  # the prerequisite is in force, or there is none
    open_case: Application | None
    held: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, as `parts/path.html` draws it."""

    label: str
    note: str
    state: str = "todo"


@require_GET
def choose(request: UserRequest) -> HttpResponse:
    now = timezone.now()
    tiers = Tier.objects.offered().select_related("scheme", "framework")
    context = {"offers": _offers(asked_by(tiers, now), request.user, now)}
    return render(request, "applicants/choose.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: UserRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    tiers = Tier.objects.offered().select_related("scheme", "framework")
    tier = get_object_or_404(tiers, slug=slug)
    if not request.user.full_name.strip():
        messages.warning(request, _("Tell us your full name first: it stands on the certificate."))
        return redirect("accounts:profile")
    if request.method == "POST":
        try:
            return _go_on(apply(tier, by=request.user, at=now))
        except AlreadyOpen as refusal:
            messages.info(request, str(refusal))
            return _go_on(_open_case(tier, request.user))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("applicants:begin", slug=slug)
    offer = _offers(asked_by([tier], now), request.user, now)[0]
    context = {"offer": offer, "steps": steps_of(tier), "approaches": _approaches(tier)}
    if tier.requires:
        context["needed"] = Level(tier.requires).label
    return render(request, "applicants/begin.html", context)


@require_POST
def renew(request: UserRequest, number: str) -> HttpResponse:
    """Renewal is a case like any other, opened with the certificate."""
    mine = Certificate.objects.visible_to(request.user).select_related("tier")
    certificate = get_object_or_404(mine, number=number)
    try:
        return _go_on(
            apply(certificate.tier, by=request.user, at=timezone.now(), renews=certificate)
        )
    except AlreadyOpen as refusal:
        messages.info(request, str(refusal))
        return _go_on(_open_case(certificate.tier, request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates:certificate", number=number)


def _open_case(tier: Tier, person: User) -> Application:
    return get_object_or_404(Application.objects.open(), applicant=person, tier=tier)


def _go_on(application: Application) -> HttpResponse:
    """To the first step; a case that is further on is continued from home."""
    if application.stage == Stage.SELF_ASSESSMENT:
        return redirect("assessments:start", pk=application.pk)
    return redirect(f"{reverse('home')}?{urlencode({'case': application.pk})}")


def _offers(asked: list[Asked], person: User, at: datetime) -> list[Offer]:
    mine = {case.tier_id: case for case in Application.objects.open().filter(applicant=person)}
    levels = set(
        Certificate.objects.in_force(body_day(at))
        .filter(holder=person)
        .values_list("tier__level", flat=True)
    )
    return [
        Offer(
            asked=one,
            met=prerequisite_met(one.tier, person, at),
            open_case=mine.get(one.tier.pk),
            held=one.tier.level in levels,
        )
        for one in asked
    ]


def _approaches(tier: Tier) -> list[Approach]:
    """Lists inside JSON cannot be asked of every database, and there are nine."""
    return [approach for approach in Approach.objects.all() if tier.level in approach.levels]


def steps_of(tier: Tier) -> list[Step]:
    """The way to this certificate, a sentence a step."""
    return [Step(str(stage.label), _words(stage, tier)) for stage in ROUTES[Route(tier.route)]]


def _words(stage: Stage, tier: Tier) -> str:
    spoken = tier.route == Route.VERBAL_AUDIT
    return {
        Stage.SELF_ASSESSMENT: _(
            "You rate yourself on every statement, in as many sittings as you like."
        ),
        Stage.INTAKE: _("15 minutes with an Intake Manager. You agree the next steps."),
        Stage.PORTFOLIO: _("You write one entry for each statement, in your own words."),
        Stage.AUDIT: _("You talk the statements through with an auditor.")
        if spoken
        else _("An auditor reads your portfolio within %(days)d days.")
        % {"days": DAYS[Stage.AUDIT]},
        Stage.VERIFICATION: _("A meeting of about an hour with a verifier."),
        Stage.DECISION: _("By somebody who took no other part in your case."),
    }[stage]
