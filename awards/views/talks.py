"""Interviews: planning and recording them, for assessors; and the page of whoever was asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import UserRequest
from accounts.models import ZONES
from awards import interviewing
from awards import talks as planning
from awards.flow import Part, Stage
from awards.forms import AskForm, ChooseForm, InterviewForm
from awards.models import Bid, Group, Talk
from awards.reading import interviews_for, questions_by_interviewee
from awards.views.doors import has_seat, judge_bid
from meetings.finding import ways_of
from meetings.invite import Method
from meetings.invite import ics as calendar
from meetings.letters import invite_of_visit
from meetings.slots_view import days, moment, place_words
from notices.texts import absolute
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def interviews(request: UserRequest, pk: int) -> HttpResponse:
    """The assessor's page: who was asked, who was heard, and a form for what was said."""
    bid, now = judge_bid(request, pk), timezone.now()
    if not bid.declared(request.user):
        return redirect("awards:declare", pk)
    talk = bid.talks.filter(by=request.user, note=None, pk=_number(request, "talk")).first()
    form = InterviewForm(request.POST or None, initial=_of(talk))
    if form.is_valid():
        said = form.cleaned_data | {"group": Group(form.cleaned_data["group"])}
        try:
            interviewing.record_interview(bid, **said, by=request.user, at=now, talk=talk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept, for the assessors alone."))
            return redirect("awards:interviews", pk)
    return _page(request, bid, form=form, talk=talk)


def _number(request: HttpRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _of(talk: Talk | None) -> dict[str, Any]:
    if talk is None or talk.visit is None:
        return {}
    local = talk.visit.starts_at.astimezone(talk.by.zone)
    return {"group": talk.group, "held_on": local.date()}


@require_POST
def ask(request: UserRequest, pk: int) -> HttpResponse:
    bid = judge_bid(request, pk)
    form = AskForm(request.POST)
    if form.is_valid():
        group, addresses = Group(form.cleaned_data["asked"]), form.cleaned_data["addresses"]
        try:
            planning.ask(bid, group=group, addresses=addresses, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The letters are on their way."))
            return redirect("awards:interviews", pk)
    return _page(request, bid, asking=form)


@require_POST
def take_back(request: UserRequest, pk: int, piece: int) -> HttpResponse:
    bid = judge_bid(request, pk)
    talk = get_object_or_404(bid.talks, pk=piece, by=request.user)
    try:
        planning.take_back(talk, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They get a letter. Nobody waits for you then."))
    return redirect("awards:interviews", pk)


def _page(
    request: UserRequest,
    bid: Bid,
    *,
    form: InterviewForm | None = None,
    asking: AskForm | None = None,
    talk: Talk | None = None,
) -> HttpResponse:
    me, now = request.user, timezone.now()
    seated = has_seat(bid, me) and bid.declared(me)
    mine = bid.talks.filter(by=me).select_related("visit") if seated else Talk.objects.none()
    context = {
        "bid": bid,
        "form": form or InterviewForm(),
        "asking": asking or AskForm(),
        "talk": talk,
        "talks": mine,
        "open": set(Talk.objects.open(now).filter(bid=bid, by=me).values_list("pk", flat=True)),
        "now": now,
        "questions": questions_by_interviewee(),
        "has_hours": planning.has_hours(me),
        "notes": interviews_for(bid, me),
        "writable": planning.may_ask(bid, me),
        "closable": bid.stage == Stage.INTERVIEWS and Part.FIRST_ASSESSOR in bid.acts_as(me),
        "nav": "awards:index",
    }
    return render(request, "awards/interviews.html", context)


# --- Whoever was asked ---------------------------------------------------------------------------


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, talk: UUID) -> HttpResponse:
    """Choose a time, another one, or say no. The address is the key; there is no account."""
    now = timezone.now()
    found = planning.find(talk, now)
    if found is None:
        return render(request, "awards/talk_over.html", status=410)
    if request.method == "POST" and "decline" in request.POST:
        return _decline(request, found)
    form = ChooseForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            planning.choose(
                found, starts_at=said["slot"], how=said["how"], phone=said["phone"],
                zone=said["zone"], at=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("awards:talk", talk)
    return render(request, "awards/talk.html", _choices(request, found, form))


def _decline(request: HttpRequest, found: Talk) -> HttpResponse:
    try:
        planning.decline(found, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("awards:talk", found.key)
    return render(request, "awards/talk_declined.html")


def _choices(request: HttpRequest, found: Talk, form: ChooseForm) -> dict[str, Any]:
    now = timezone.now()
    zone = request.POST.get("zone") or request.GET.get("zone", "")
    reader = planning.clock_of(found, zone)
    visit = found.visit if found.is_booked else None
    return {
        "talk": found,
        "visit": visit,
        "begun": visit is not None and visit.starts_at <= now,
        "moment": moment(visit.starts_at, visit.ends_at, found.by, reader) if visit else None,
        "place": place_words(visit) if visit else "",
        "days": days(planning.times(found, now), reader),
        "reader": reader,
        "at": now,
        "zones": ZONES,
        "ways": ways_of(found.by),
        "form": form,
        "programme": found.bid.programme,
        "how": request.POST.get("how", visit.how if visit else ""),
        "phone": request.POST.get("phone", ""),
    }


@never_cache
@login_not_required
@require_safe
def ics(_request: HttpRequest, talk: UUID) -> HttpResponse:
    found = planning.find(talk, timezone.now())
    if found is None or found.visit is None:
        raise Http404
    page = absolute(reverse("awards:talk", args=[found.key]))
    content = calendar(invite_of_visit(found.visit, url=page), Method.PUBLISH)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="interview.ics"'
    return answer
