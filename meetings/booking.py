"""Booking, the same wherever somebody books: choose a time, which is then held; answer; confirm.

The app above says for what, with whom, and what to do in the end (see Door). Both steps have one
address, so going back, reloading and a second window all show how things stand.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.http import UserRequest
from accounts.models import User
from meetings import holding
from meetings.finding import Slot, free_slots, near
from meetings.forms import CHOOSE, QuestionsForm, SlotForm
from meetings.models import Hold, How, Kind, Meeting, Support
from meetings.picker import named_host, picker
from meetings.rules import NotFree, SlotTaken
from meetings.slots_view import clock, days, in_words, moment
from trail.flow import Refused

T = TypeVar("T")
# Answers wait in the session until they are used: another time does not cost them.
DRAFT = "booking"
ANSWERS = ("how", "phone", "interpreter", "support_needs")


@dataclass(frozen=True, slots=True)
class Door:
    """A booking as the app above knows it."""

    kind: Kind
    about: str  # the case
    hosts: Sequence[User]  # everybody who may be met, and nobody else
    book: Callable[..., Meeting]  # called with the host, starts_at and the answers
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request at a door."""

    request: UserRequest
    door: Door
    at: datetime

    @property
    def guest(self) -> User:
        return self.request.user

    @property
    def whose(self) -> dict[str, Any]:
        return {"guest": self.guest, "about": self.door.about}

    @property
    def hosts(self) -> Sequence[User]:
        named = named_host(self.request, self.door.hosts)
        return [named] if named else self.door.hosts

    def find(self, hosts: Iterable[User], since: datetime, count: int) -> list[Slot]:
        kind, at = self.door.kind, self.at
        return free_slots(hosts, kind, at=at, since=since, days=count, **self.whose)

    def page(self, **context: Any) -> HttpResponse:
        shown = {"nav": "meetings:mine", **self.door.context, **context}
        return render(self.request, self.door.template, shown)

    def again(self) -> HttpResponse:
        """The same address, asked for anew: it shows how things stand."""
        return redirect(self.request.get_full_path())


def answer(request: UserRequest, door: Door, *, at: datetime) -> HttpResponse:
    visit = _Visit(request, door, at)
    if request.method == "POST" and door.hosts:
        if "confirm" in request.POST:
            return _confirm(visit)
        return _release(visit) if "release" in request.POST else _hold(visit)
    held = holding.held(visit.guest, door.about, at)
    if held is None or held.host not in door.hosts:
        return _choose(visit)
    return _ask(visit, held, QuestionsForm(hosts=[held.host], initial=_said(visit)))


def _choose(visit: _Visit, form: SlotForm | None = None) -> HttpResponse:
    shown = picker(visit.request, visit.door.hosts, visit.find, at=visit.at)
    return visit.page(picker=shown, errors=form.errors.get("slot") if form else None)


def _hold(visit: _Visit) -> HttpResponse:
    form = SlotForm(visit.request.POST)
    if not form.is_valid():
        return _choose(visit, form)
    try:
        _keep(visit, form.cleaned_data["slot"])
    except NotFree as refusal:
        return _instead(visit, form.cleaned_data["slot"], refusal)
    return visit.again()


def _release(visit: _Visit) -> HttpResponse:
    _remember(visit)
    holding.release(**visit.whose)
    return visit.again()


def _confirm(visit: _Visit) -> HttpResponse:
    _remember(visit)
    meant = [h for h in visit.door.hosts if str(h.pk) == visit.request.POST.get("host")]
    form = QuestionsForm(visit.request.POST, hosts=meant or visit.door.hosts)
    if not form.is_valid():
        return _ask_again(visit, form)
    starts_at, host = form.cleaned_data["slot"], form.cleaned_data["host"]
    try:
        meeting = _first_of(
            [host] if host else _who_is_free(visit, starts_at),
            lambda one: visit.door.book(one, starts_at=starts_at, **form.answers()),
        )
    except NotFree as refusal:
        return _instead(visit, starts_at, refusal, form)
    except Refused as refusal:  # such as another window that was faster
        messages.error(visit.request, str(refusal))
        return visit.again()
    visit.request.session.pop(DRAFT, None)
    messages.success(visit.request, _("It is booked. You both get a letter."))
    return redirect("meetings:manage", pk=meeting.pk)


def _ask(visit: _Visit, held: Hold, form: QuestionsForm) -> HttpResponse:
    """The second step: what we ask while the time is kept."""
    return visit.page(
        questions=form,
        held=held,
        slot=Slot(held.host, held.starts_at, held.ends_at),
        moment=moment(held.starts_at, held.ends_at, held.host, visit.guest),
        words=in_words(held.starts_at, visit.guest),
        until=clock(held.until.astimezone(visit.guest.zone)),
        seconds=int((held.until - visit.at).total_seconds()),
    )


def _ask_again(visit: _Visit, form: QuestionsForm) -> HttpResponse:
    """An answer is missing. Meanwhile the time is kept for ten minutes more."""
    if not form.is_about_a_time:
        messages.error(visit.request, str(CHOOSE))
        return visit.again()
    starts_at, host = form.cleaned_data["slot"], form.cleaned_data["host"]
    try:
        return _ask(visit, _keep(visit, starts_at, host), form)
    except NotFree as refusal:
        return _instead(visit, starts_at, refusal, form)


def _instead(
    visit: _Visit, starts_at: datetime, refusal: NotFree, form: QuestionsForm | None = None
) -> HttpResponse:
    """That time cannot be had: the nearest that can, at once, with the answers as they were."""
    others = near(visit.hosts, visit.door.kind, starts_at, at=visit.at, **visit.whose)
    return visit.page(
        questions=form,
        refusal=refusal.short,
        others=days(others, visit.guest),
        all_times=visit.request.get_full_path(),
    )


def _keep(visit: _Visit, starts_at: datetime, host: User | None = None) -> Hold:
    return _first_of(
        [host] if host else _who_is_free(visit, starts_at),
        lambda one: holding.hold(
            kind=visit.door.kind, host=one, starts_at=starts_at, at=visit.at, **visit.whose
        ),
    )


def _who_is_free(visit: _Visit, starts_at: datetime) -> Sequence[User]:
    """Who can be met then, the least met first. Where nobody can, they all may say why."""
    slots = visit.find(visit.hosts, starts_at, 1)
    return [slot.host for slot in slots if slot.starts_at == starts_at] or visit.hosts


def _first_of(hosts: Iterable[User], deed: Callable[[User], T]) -> T:
    """With the first of these who can be had: somebody else may have been faster just now."""
    refusals: list[NotFree] = []
    for host in hosts:
        try:
            return deed(host)
        except NotFree as refusal:
            refusals.append(refusal)
    raise next((r for r in refusals if isinstance(r, SlotTaken)), refusals[0])


def _remember(visit: _Visit) -> None:
    typed = visit.request.POST
    draft = {**{name: typed.get(name, "") for name in ANSWERS}, "support": typed.getlist("support")}
    visit.request.session[DRAFT] = {visit.door.about: draft}


def _said(visit: _Visit) -> dict[str, Any]:
    """What they answered a moment ago, or the last time they booked, or say of themselves."""
    draft = visit.request.session.get(DRAFT, {}).get(visit.door.about)
    if draft:
        return dict(draft)
    last = Meeting.objects.filter(guest=visit.guest).order_by("-booked_at").first()
    if last is None:
        return {"phone": visit.guest.phone, "support_needs": visit.guest.support_needs}
    return {
        "how": last.how,
        "phone": last.place if last.how == How.PHONE else visit.guest.phone,
        "support": list(last.support),
        "interpreter": last.support.get(Support.INTERPRETER, ""),
        "support_needs": last.support_needs,
    }
