"""The survey: asking people, answering without a name, and reading what may be read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import UserRequest
from awards import voicing
from awards.flow import JUDGES, Part
from awards.forms import PeopleForm, SurveyForm, VoiceForm
from awards.models import Bid, Group, Survey
from awards.views.doors import any_bid, team_bid
from notices.texts import absolute
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def voices(request: UserRequest, pk: int) -> HttpResponse:
    """For the team: ask, hand out links, read the results. For those who judge: the results."""
    bid = any_bid(request, pk)
    parts = bid.acts_as(request.user)
    if parts & set(JUDGES) and not bid.declared(request.user):
        return redirect("awards:declare", pk)
    if Part.TEAM not in parts:
        return _page(request, bid) if request.method == "GET" else _nothing()
    form = SurveyForm(request.POST or None)
    if form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        try:
            voicing.open_survey(
                bid, people=form.people, closes_on=said["closes_on"], by=request.user, at=now
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The links are ready. Hand out one to each person."))
            return redirect("awards:voices", pk)
    return _page(request, bid, form=form, team=True)


def _nothing() -> HttpResponse:
    raise Http404


@require_POST
def add_links(request: UserRequest, pk: int) -> HttpResponse:
    bid = team_bid(request, pk)
    survey = Survey.objects.filter(bid=bid).first()
    if survey is None:
        raise Http404
    form = PeopleForm(request.POST)
    if form.is_valid():
        try:
            voicing.add_links(survey, people=form.people, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("awards:voices", pk)
    return _page(request, bid, team=True, more=form)


def _page(
    request: UserRequest,
    bid: Bid,
    *,
    form: SurveyForm | None = None,
    more: PeopleForm | None = None,
    team: bool = False,
) -> HttpResponse:
    survey, now = Survey.objects.filter(bid=bid).first(), timezone.now()
    context: dict[str, Any] = {
        "bid": bid,
        "survey": survey,
        "team": team,
        "form": form,
        "least": bid.rules.survey_least,
        "nav": "awards:index",
    }
    if survey is not None:
        closed = survey.is_closed(now)
        context |= {"closed": closed, "results": voicing.results(survey, now)}
        if team and not closed and bid.is_open:
            tokens = voicing.tokens(survey)
            made = {group: len(found) for group, found in tokens}
            context["more"] = more or PeopleForm(made=made)
            context["links"] = [(group, _addresses(found)) for group, found in tokens if found]
    return render(request, "awards/voices.html", context)


def _addresses(tokens: list[str]) -> list[str]:
    return [absolute(reverse("awards:voice", args=[token])) for token in tokens]


@csrf_exempt  # no cookie is set here, so there is nothing that another site could ride on
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def voice(request: HttpRequest, ticket: str) -> HttpResponse:
    """One person answers, without an account, a cookie or a name."""
    now = timezone.now()
    try:
        found = voicing.open_ticket(ticket, now)
        asked = voicing.questions_for(found.group)
        form = VoiceForm(request.POST or None, codes=[question.code for question in asked])
        if form.is_valid():
            words = form.cleaned_data["words"]
            voicing.answer(ticket, scores=form.scores, words=words, at=now)
            return redirect("awards:voice_thanks")
    except voicing.NotAsked:
        return render(request, "awards/voice_over.html", status=410)
    context = {
        "survey": found.survey,
        "programme": found.survey.bid.programme,
        "group": Group(found.group).label,
        "rows": [(question, request.POST.get(question.code, "")) for question in asked],
        "missing": form.is_bound,
        "said": request.POST.get("words", ""),
    }
    return render(request, "awards/voice.html", context)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "awards/voice_thanks.html")
