"""The decider's desk, and the decision as the applicant reads it."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from applicants import asking_more, assigning
from applicants import deciding as services
from applicants.decision_form import MORE, DecideForm
from applicants.flow import ROUNDS, Stage
from applicants.models import Application, Outcome
from applicants.models.decision import APPEAL_DAYS
from applicants.reading import LetterChanged, letter_of
from applicants.views.doors import any_case, declare_first, own_case
from certificates.dates import body_day, years_after
from certificates.models import Certificate
from certificates.renewal import next_end
from trail.flow import Refused
from trail.seen import FILE, note_sight


@require_http_methods(["GET", "POST"])
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Two steps: the decision is written, then the letter is read and both leave together."""
    application, now = _to_decide(request, pk), timezone.now()
    if not application.declared(request.user):
        return declare_first(request, application)
    note_sight(FILE, case=application.trail_case(), by=request.user, at=now)
    form = DecideForm(
        request.POST or None,
        asked=list({asked.statement: None for asked in application.asked()}),
        may_ask=asking_more.may_be_asked(application),
    )
    if form.is_valid() and "change" not in request.POST:
        deed = partial(_do, application, form.cleaned_data, by=request.user, at=now)
        try:
            return _read_or_done(request, application, deed)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = _record(application, now) | {
        "form": form,
        "mine": application.cast.filter(person=request.user, ended_at=None).exists(),
    }
    return render(request, "applicants/decide.html", context)


def _do(
    application: Application, said: dict[str, Any], *, by: User, at: datetime, read: str | None
) -> str:
    """Decide, or ask for more; returns the key of the letter to the applicant."""
    about, words = said["statements"], said["reasons"]
    if said["outcome"] == MORE:
        whose = said["whose"]
        more = asking_more.ask_for_more(
            application, whose=whose, statements=about, why=words, by=by, at=at, read=read
        )
        return f"{asking_more.LETTERS[whose]}:{more.pk}"
    decision = services.decide(
        application,
        outcome=Outcome(said["outcome"]),
        reasons=words,
        particulars=about,
        by=by,
        at=at,
        read=read,
    )
    return services.letter_key(decision)


def _read_or_done(
    request: UserRequest, application: Application, deed: Callable[..., str]
) -> HttpResponse:
    """Without the fingerprint of the letter it is shown; with it, the deed is done. A letter that
    has changed in between is shown again."""
    if read := request.POST.get("read", ""):
        try:
            deed(read=read)
        except LetterChanged as changed:
            messages.warning(request, str(changed))
        else:
            messages.success(request, _("It is recorded, and the letter leaves as you read it."))
            return redirect("worklist")
    letter = letter_of(partial(deed, read=None))
    application.refresh_from_db()  # the deed was taken back
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "read")
    ]
    context = {"application": application, "letter": letter, "typed": typed, "nav": "worklist"}
    return render(request, "applicants/decide_letter.html", context)


def _record(application: Application, at: datetime) -> dict[str, Any]:
    """What the decider reads before deciding."""
    grounds = services.grounds_of(application, at)
    return {
        "application": application,
        "grounds": grounds,
        "stands": all(found.passed for found in grounds),
        "cast": application.cast.filter(ended_at=None).select_related("person").order_by("since"),
        "asked_before": application.more_asked.prefetch_related("particulars__statement"),
        "rounds_left": ROUNDS - application.rounds,
        "ends_on": ends_on(application, body_day(at)),
        "appeal_days": APPEAL_DAYS,
        "nav": "worklist",
    }


def _to_decide(request: UserRequest, pk: int) -> Application:
    """The door: a decision that waits, and whoever may make it."""
    application = any_case(request, pk)
    if application.stage != Stage.DECISION or Role.DECIDER not in application.acts_as(request.user):
        raise Http404
    return application


def ends_on(application: Application, day: date) -> date | None:
    """The last day of the certificate, were it awarded on that day."""
    if application.renews:
        return next_end(application.renews)
    years = application.tier.years_valid
    return years_after(day, years) if years else None


@require_POST
def take(request: UserRequest, pk: int) -> HttpResponse:
    """Take up a decision that nobody has taken."""
    application = _to_decide(request, pk)
    try:
        assigning.take(application, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("worklist")
    return redirect("applicants:decide", pk=pk)


@require_GET
def decision(request: UserRequest, pk: int) -> HttpResponse:
    """What was decided, why, and what can be done about it, for the person it is about."""
    application = own_case(request, pk)
    standing = application.decisions.select_related("by").first()
    if standing is None:
        raise Http404
    issued = Certificate.objects.filter(decision=standing.reference).select_related("tier")
    context = {
        "application": application,
        "decision": standing,
        "granted": standing.outcome == Outcome.GRANT,
        "certificates": issued,
        "particulars": standing.particulars.select_related("statement"),
        "may_appeal": standing.outcome == Outcome.DECLINE
        and standing.set_aside_at is None
        and body_day(timezone.now()) <= standing.appeal_until,
        "nav": "home",
    }
    return render(request, "applicants/decision.html", context)
