"""A host's day, when hosts can be met, and who meets how much."""

from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from meetings import hosting
from meetings.absences import absences
from meetings.day import monday_of, week_of
from meetings.forms import BaseWeek, DaysOffForm, RulesForm, ThatDayForm, WeekFormSet
from meetings.models import DayHours, DayOff, HostSettings, Meeting, State, WeeklyHours
from meetings.views import doors
from meetings.workload import workload as read_workload
from trail.flow import Refused


@require_GET
def day(request: UserRequest) -> HttpResponse:
    host, now = doors.host(request), timezone.now()
    today = now.astimezone(host.zone).date()
    week = week_of(host, monday_of(request.GET.get("week", ""), today), now)
    context = {"week": week, "now": now, "nav": "meetings:day"}
    return render(request, "meetings/day.html", context)


@require_GET
def workload(request: UserRequest) -> HttpResponse:
    if not doors.sees_workload(request.user):
        raise Http404
    now = timezone.now()
    context = {"load": read_workload(now, timezone.localdate()), "nav": "meetings:mine"}
    return render(request, "meetings/workload.html", context)


@require_http_methods(["GET", "POST"])
def hours(request: UserRequest) -> HttpResponse:
    host = doors.host(request)
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
    host = doors.host(request)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _calendar(request, rules_form=form)
    hosting.set_rules(host, **form.cleaned_data, by=host, at=timezone.now())
    messages.success(request, _("How you are booked is saved."))
    return redirect("meetings:hours")


@require_POST
def take_days_off(request: UserRequest) -> HttpResponse:
    host = doors.host(request)
    form = DaysOffForm(request.POST)
    if form.is_valid():
        try:
            off = hosting.take_days_off(host, **form.cleaned_data, by=host, at=timezone.now())
        except Refused as refusal:
            form.add_error("first", str(refusal))
        else:
            messages.success(request, _off_words(host, off))
            return redirect("meetings:hours")
    return _calendar(request, off_form=form)


def _off_words(host: User, off: list[DayOff]) -> str:
    """What was done, and what is booked on these days all the same."""
    words = ngettext(
        "Nobody can book on that day now.", "Nobody can book on these %(count)d days now.", len(off)
    ) % {"count": len(off)}
    days = {row.day for row in off}
    starts = Meeting.objects.filter(host=host, state=State.BOOKED).values_list("starts_at")
    if booked := sum(start.astimezone(host.zone).date() in days for (start,) in starts):
        words += " " + ngettext(
            "One meeting is booked then and stays: move it, or hand it over.",
            "%(count)d meetings are booked then and stay: move them, or hand them over.",
            booked,
        ) % {"count": booked}
    return words


@require_POST
def work_again(request: UserRequest) -> HttpResponse:
    host, form = doors.host(request), DaysOffForm(request.POST)
    if form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("first", "last")}
        hosting.work_again(host, **days, by=host, at=timezone.now())
        messages.success(request, _("These days can be booked again."))
    return redirect("meetings:hours")


@require_POST
def open_that_day(request: UserRequest) -> HttpResponse:
    host = doors.host(request)
    form = ThatDayForm(request.POST, kinds=doors.kinds_of(host))
    if form.is_valid():
        try:
            hosting.open_that_day(host, **form.cleaned_data, by=host, at=timezone.now())
        except Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(
                request, _("On that day these hours stand instead of the weekly ones.")
            )
            return redirect("meetings:hours")
    return _calendar(request, day_form=form)


@require_POST
def drop_day_hours(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(DayHours.objects.filter(host=doors.host(request)), pk=pk)
    hosting.drop_day_hours(row, by=request.user, at=timezone.now())
    messages.success(request, _("Those hours are gone."))
    return redirect("meetings:hours")


def _week(host: User, request: UserRequest | None = None) -> BaseWeek:
    form_kwargs = {"kinds": doors.kinds_of(host)}
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
    off_form: DaysOffForm | None = None,
    day_form: ThatDayForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    """The calendar page, with whatever was typed into the form that was refused."""
    host, now = request.user, timezone.now()
    today = now.astimezone(host.zone).date()
    saved = HostSettings.objects.filter(host=host).first() or HostSettings(host=host)
    rules: dict[str, Any] = {**model_to_dict(saved), "ways": saved.ways}
    context = {
        "week": week or _week(host),
        "rules_form": rules_form or RulesForm(initial=rules),
        "off_form": off_form or DaysOffForm(),
        "day_form": day_form or ThatDayForm(kinds=doors.kinds_of(host)),
        "absences": absences(DayOff.objects.filter(host=host, day__gte=today)),
        "day_hours": DayHours.objects.filter(host=host, day__gte=today).order_by("day", "starts"),
        "has_hours": WeeklyHours.objects.filter(host=host).exists(),
        "refusal": refusal,
        "nav": "meetings:mine",
    }
    return render(request, "meetings/hours.html", context)
