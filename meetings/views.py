"""My meetings, one meeting, and the hours at which I can be met.

Booking itself stands in the apps above: they know what the meeting is about.
"""

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from meetings import hosting, invite, letters, services
from meetings.finding import free_slots
from meetings.forms import (
    BaseWeek,
    CancelForm,
    DayOffForm,
    RulesForm,
    SlotForm,
    WeekFormSet,
)
from meetings.models import KINDS_OF_ROLE, DayOff, HostSettings, Kind, Meeting, WeeklyHours
from meetings.slots_view import in_words, line
from trail.flow import Refused

PAST = 30


@require_GET
def mine(request: UserRequest) -> HttpResponse:
    now, me = timezone.now(), request.user
    meetings = Meeting.objects.of(me).select_related("host", "guest")
    context = {
        "upcoming": [line(meeting, me) for meeting in meetings.upcoming(now)],
        "past": [line(meeting, me) for meeting in meetings.past(now)[:PAST]],
        "is_host": bool(_kinds(me)),
        "has_hours": WeeklyHours.objects.filter(host=me).exists(),
        "nav": "meetings:mine",
    }
    return render(request, "meetings/mine.html", context)


@require_GET
def manage(request: UserRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    context = {
        "meeting": meeting,
        "line": line(meeting, request.user),
        "changes": [
            in_words(change.old_starts_at, request.user) for change in meeting.changes.all()
        ],
        "can_change": meeting.is_booked and not meeting.has_begun(timezone.now()),
        "is_guest": request.user == meeting.guest,
        "is_host": request.user == meeting.host,
        "nav": "meetings:mine",
    }
    return render(request, "meetings/manage.html", context)


@require_http_methods(["GET", "POST"])
def move(request: UserRequest, pk: int) -> HttpResponse:
    meeting, me, now = _meeting(request, pk), request.user, timezone.now()
    kind, days = Kind(meeting.kind), 28
    slots = free_slots(
        [meeting.host], kind, at=now, days=days, exclude=meeting, guest=meeting.guest
    )
    others = [slot for slot in slots if slot.starts_at != meeting.starts_at]
    form = SlotForm(request.POST or None, slots=others, viewer=me)
    if form.is_valid():
        starts_at = form.cleaned_data["slot"].starts_at
        try:
            services.reschedule(meeting, starts_at=starts_at, by=me, at=now)
        except Refused as refusal:
            form.add_error("slot", str(refusal))
        else:
            messages.success(request, _("The meeting is moved. You both get a letter."))
            return redirect("meetings:manage", pk=meeting.pk)
    context = {"meeting": meeting, "line": line(meeting, me), "form": form, "nav": "meetings:mine"}
    return render(request, "meetings/move.html", context)


@require_http_methods(["GET", "POST"])
def cancel(request: UserRequest, pk: int) -> HttpResponse:
    meeting, me = _meeting(request, pk), request.user
    form = CancelForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.cancel(meeting, reason=reason, by=me, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The meeting is cancelled. You both get a letter."))
            return redirect("meetings:manage", pk=meeting.pk)
    context = {"meeting": meeting, "line": line(meeting, me), "form": form, "nav": "meetings:mine"}
    return render(request, "meetings/cancel.html", context)


@require_GET
def ics(request: UserRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    content = invite.ics(letters.invite_of(meeting), invite.Method.PUBLISH)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="meeting-{meeting.pk}.ics"'},
    )


@require_http_methods(["GET", "POST"])
def hours(request: UserRequest) -> HttpResponse:
    host = _host(request)
    week = _week(host, request)
    if request.method == "POST" and week.is_valid():
        try:
            hosting.set_hours(host, week.rows(), by=host, at=timezone.now())
        except Refused as refusal:
            return _calendar(request, week=week, refusal=str(refusal))
        messages.success(request, _("Your weekly hours are saved."))
        return redirect("meetings:hours")
    return _calendar(request, week=week)


@require_POST
def rules(request: UserRequest) -> HttpResponse:
    host = _host(request)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _calendar(request, rules_form=form)
    hosting.set_rules(host, **form.cleaned_data, by=host, at=timezone.now())
    messages.success(request, _("How you are booked is saved."))
    return redirect("meetings:hours")


@require_POST
def take_day_off(request: UserRequest) -> HttpResponse:
    host = _host(request)
    form = DayOffForm(request.POST)
    if form.is_valid():
        try:
            hosting.take_day_off(host, **form.cleaned_data, by=host, at=timezone.now())
        except Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(request, _("Nobody can book on that day now."))
            return redirect("meetings:hours")
    return _calendar(request, day_form=form)


@require_POST
def work_that_day(request: UserRequest, pk: int) -> HttpResponse:
    off = get_object_or_404(DayOff.objects.filter(host=_host(request)), pk=pk)
    hosting.work_that_day(off, by=request.user, at=timezone.now())
    messages.success(request, _("That day can be booked again."))
    return redirect("meetings:hours")


def _meeting(request: UserRequest, pk: int) -> Meeting:
    seen = Meeting.objects.visible_to(request.user).select_related("host", "guest")
    return get_object_or_404(seen, pk=pk)


def _kinds(user: User) -> list[Kind]:
    """What this person can be met for, by their roles."""
    found = {kind for role in user.roles for kind in KINDS_OF_ROLE.get(role, [])}
    return [kind for kind in Kind if kind in found]


def _host(request: UserRequest) -> User:
    """The door to the calendar pages: whoever meets nobody does not see them."""
    if not _kinds(request.user):
        raise Http404
    return request.user


def _week(host: User, request: UserRequest | None = None) -> BaseWeek:
    form_kwargs = {"kinds": _kinds(host)}
    if request and request.method == "POST":
        return WeekFormSet(request.POST, form_kwargs=form_kwargs, prefix="week")
    rows = WeeklyHours.objects.filter(host=host).order_by("weekday", "starts")
    initial = list(rows.values("weekday", "starts", "ends", "kinds"))
    return WeekFormSet(initial=initial, form_kwargs=form_kwargs, prefix="week")


def _calendar(
    request: UserRequest,
    *,
    week: BaseWeek | None = None,
    rules_form: RulesForm | None = None,
    day_form: DayOffForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    """The calendar page, with whatever was typed into the form that was refused."""
    host, now = request.user, timezone.now()
    saved = HostSettings.objects.filter(host=host).first() or HostSettings(host=host)
    off = DayOff.objects.filter(host=host, day__gte=now.astimezone(host.zone).date())
    context = {
        "week": week or _week(host),
        "rules_form": rules_form or RulesForm(initial=model_to_dict(saved)),
        "day_form": day_form or DayOffForm(),
        "days_off": off.order_by("day"),
        "has_hours": WeeklyHours.objects.filter(host=host).exists(),
        "refusal": refusal,
        "nav": "meetings:mine",
    }
    return render(request, "meetings/hours.html", context)
