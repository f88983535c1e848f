"""My meetings, one meeting, and what becomes of it.

Booking itself stands in the apps above: they know what the meeting is about.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from meetings import closing, handing, invite, letters, services
from meetings.calendar_links import calendar_links
from meetings.finding import Slot, free_slots, near
from meetings.forms import (
    CancelForm,
    EndForm,
    HandOverForm,
    PrivateNoteForm,
    SharedNoteForm,
    SlotForm,
)
from meetings.managing import desk
from meetings.models import Kind, Meeting, PrivateNote, State, WeeklyHours
from meetings.picker import Picker, picker
from meetings.rules import NotFree
from meetings.slots_view import days, line
from meetings.views.doors import kinds_of, sees_workload
from trail.flow import Refused

PAST = 30


@require_GET
def mine(request: UserRequest) -> HttpResponse:
    now, me = timezone.now(), request.user
    meetings = Meeting.objects.of(me).select_related("host", "guest")
    context = {
        "upcoming": [line(meeting, me) for meeting in meetings.upcoming(now)],
        "past": [line(meeting, me) for meeting in meetings.past(now)[:PAST]],
        "is_host": bool(kinds_of(me)),
        "sees_workload": sees_workload(me),
        "has_hours": WeeklyHours.objects.filter(host=me).exists(),
        "nav": "meetings:mine",
    }
    return render(request, "meetings/mine.html", context)


@require_GET
def manage(request: UserRequest, pk: int) -> HttpResponse:
    given = Meeting.objects.handed_over_by(request.user).select_related("host", "guest")
    former = given.filter(pk=pk).first()
    if former and Role.ADMINISTRATOR not in request.user.roles:
        return _handed_over(request, former)
    return _page(request, _meeting(request, pk))


def _handed_over(request: UserRequest, meeting: Meeting) -> HttpResponse:
    """An old link of the former host: who has the meeting now, and their own note of it."""
    change = meeting.changes.filter(old_host=request.user).first()
    context = {
        "meeting": meeting,
        "change": change,
        "private_note": PrivateNote.text_of(meeting, request.user),
        "nav": "meetings:mine",
    }
    return render(request, "meetings/handed_over.html", context)


@require_POST
def end(request: UserRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    form = EndForm(request.POST, meeting=meeting)
    if form.is_valid():
        try:
            closing.close(meeting, **form.ended(), by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted. Whoever has to know gets a letter."))
            return redirect("meetings:manage", pk=pk)
    return _page(request, meeting, end_form=form)


@require_POST
def report_absence(request: UserRequest, pk: int) -> HttpResponse:
    """The guest says that the host did not come."""
    meeting, me = _meeting(request, pk), request.user
    try:
        closing.close(meeting, state=State.HOST_ABSENT, by=me, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("We are sorry. Choose another time; you lose nothing."))
    return redirect("meetings:manage", pk=pk)


@require_POST
def share_note(request: UserRequest, pk: int) -> HttpResponse:
    meeting, form = _meeting(request, pk), SharedNoteForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["shared"]
        try:
            closing.share_note(meeting, text=text, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("shared", str(refusal))
        else:
            messages.success(request, _("The note is saved. You both read it here."))
            return redirect("meetings:manage", pk=pk)
    return _page(request, meeting, shared_form=form)


@require_POST
def keep_note(request: UserRequest, pk: int) -> HttpResponse:
    meeting, form = _meeting(request, pk), PrivateNoteForm(request.POST)
    if form.is_valid():
        try:
            closing.keep_note(meeting, text=form.cleaned_data["private"], by=request.user)
        except Refused as refusal:
            form.add_error("private", str(refusal))
        else:
            messages.success(request, _("Your note is saved. Only you read it."))
            return redirect("meetings:manage", pk=pk)
    return _page(request, meeting, private_form=form)


@require_http_methods(["GET", "POST"])
def hand_over(request: UserRequest, pk: int) -> HttpResponse:
    meeting, me, now = _meeting(request, pk), request.user, timezone.now()
    if not handing.can_be_handed_over(meeting, me, now):
        return redirect("meetings:manage", pk=pk)
    colleagues = handing.colleagues_for(meeting, now)
    form = HandOverForm(request.POST or None, colleagues=colleagues)
    if form.is_valid():
        to, reason = form.colleague(), form.cleaned_data["reason"]
        try:
            handing.hand_over(meeting, to=to, reason=reason, by=me, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s meets them now.") % {"name": to.full_name})
            return redirect("meetings:manage", pk=pk)
    context = {"meeting": meeting, "line": line(meeting, me), "form": form, "nav": "meetings:mine"}
    context["barred"] = [colleague for colleague in colleagues if not colleague.may_act]
    return render(request, "meetings/hand_over.html", context)


@require_http_methods(["GET", "POST"])
def move(request: UserRequest, pk: int) -> HttpResponse:
    meeting, me, now = _meeting(request, pk), request.user, timezone.now()
    if request.method == "GET" and not desk(meeting, me, now).can_change:
        return redirect("meetings:manage", pk=pk)  # from an old letter: what has become of it
    form = SlotForm(request.POST or None)
    others: dict[str, Any] = {}
    if form.is_valid():
        starts_at = form.cleaned_data["slot"]
        try:
            services.reschedule(meeting, starts_at=starts_at, by=me, at=now)
        except NotFree as refusal:
            others = _others(meeting, starts_at, refusal, me, now)
        except Refused as refusal:
            form.add_error("slot", str(refusal))
        else:
            messages.success(request, _("The meeting is moved. You both get a letter."))
            return redirect("meetings:manage", pk=meeting.pk)
    context = {"meeting": meeting, "line": line(meeting, me), "nav": "meetings:mine", **others}
    if not others:
        context |= {"picker": _picker(request, meeting, now), "errors": form.errors.get("slot")}
    return render(request, "meetings/move.html", context)


def _picker(request: UserRequest, meeting: Meeting, at: datetime) -> Picker:
    """The free times of the same host, but for the one it has."""

    def find(hosts: Sequence[User], since: datetime, days: int) -> list[Slot]:
        kind, guest = Kind(meeting.kind), meeting.guest
        found = free_slots(hosts, kind, at=at, since=since, days=days, exclude=meeting, guest=guest)
        return [slot for slot in found if slot.starts_at != meeting.starts_at]

    return picker(request, [meeting.host], find, at=at)


def _others(
    meeting: Meeting, wanted: datetime, refusal: NotFree, viewer: User, at: datetime
) -> dict[str, Any]:
    """Why that time cannot be had, and the nearest that can."""
    kind, hosts, guest = Kind(meeting.kind), [meeting.host], meeting.guest
    found = near(hosts, kind, wanted, at=at, exclude=meeting, guest=guest)
    free = [slot for slot in found if slot.starts_at != meeting.starts_at]
    return {"refusal": refusal.short, "others": days(free, viewer)}


@require_http_methods(["GET", "POST"])
def cancel(request: UserRequest, pk: int) -> HttpResponse:
    meeting, me = _meeting(request, pk), request.user
    if request.method == "GET" and not desk(meeting, me, timezone.now()).can_change:
        return redirect("meetings:manage", pk=pk)
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


def _meeting(request: UserRequest, pk: int) -> Meeting:
    """The door: the two who meet, and administrators."""
    seen = Meeting.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("host", "guest", "cancelled_by"), pk=pk)


def _page(
    request: UserRequest,
    meeting: Meeting,
    *,
    end_form: EndForm | None = None,
    shared_form: SharedNoteForm | None = None,
    private_form: PrivateNoteForm | None = None,
) -> HttpResponse:
    """The page of a meeting, with whatever was typed into the form that was refused."""
    now, me = timezone.now(), request.user
    found = desk(meeting, me, now)
    context = {
        "meeting": meeting,
        "line": line(meeting, me),
        "desk": found,
        "calendar_links": calendar_links(letters.invite_of(meeting)),
        "over": meeting.is_booked and meeting.ends_at <= now,
        "end_form": end_form or EndForm(meeting=meeting),
        "shared_form": shared_form or SharedNoteForm(initial={"shared": meeting.shared_note}),
        "private_form": private_form or PrivateNoteForm(initial={"private": found.private_note}),
        "nav": "meetings:mine",
    }
    return render(request, "meetings/manage.html", context)
