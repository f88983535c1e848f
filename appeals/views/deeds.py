"""Every deed about an appeal or a complaint, one door: a form, a service, back to its page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.http import UserRequest
from accounts.models import User
from appeals import noting, panels
from appeals.complaining import name_subject
from appeals.consequences import propose_suspension
from appeals.models import Appeal, Complaint, Matter, Reader, Seat, Vote
from appeals.page import FORMS, matter_page
from appeals.views.doors import (
    appeal_of,
    appeal_page,
    complaint_of,
    complaint_page,
    undeclared,
)
from trail.flow import Refused

Said = dict[str, Any]
Deed = Callable[[Matter, Said, User, datetime], object]


def _acknowledge(matter: Matter, _said: Said, by: User, at: datetime) -> None:
    panels.acknowledge(matter, by=by, at=at)


def _turn_away(matter: Matter, said: Said, by: User, at: datetime) -> None:
    panels.turn_away(matter, reasons=said["reasons"], by=by, at=at)


def _admit(matter: Matter, said: Said, by: User, at: datetime) -> None:
    panels.admit(matter, reasons=said["reasons"], members=said["members"], by=by, at=at)


def _vote(matter: Matter, said: Said, by: User, at: datetime) -> None:
    panels.vote(matter, choice=Vote(said["choice"]), words=said["words"], by=by, at=at)


def _answer(matter: Matter, said: Said, by: User, at: datetime) -> None:
    panels.answer(matter, reasons=said["reasons"], by=by, at=at)


def _answer_alone(matter: Matter, said: Said, by: User, at: datetime) -> None:
    choice = Vote(said["choice"])
    panels.answer_alone(matter, choice=choice, reasons=said["reasons"], by=by, at=at)


def _replace(matter: Matter, said: Said, by: User, at: datetime) -> None:
    seat: Seat | None = matter.seats.filter(pk=said["seat"]).first()
    if seat is None:
        raise Http404
    panels.replace(matter, seat=seat, person=said["person"], by=by, at=at)


def _note(matter: Matter, said: Said, by: User, at: datetime) -> None:
    noting.note(matter, reader=Reader(said["reader"]), text=said["text"], by=by, at=at)


def _add(matter: Matter, said: Said, by: User, at: datetime) -> None:
    noting.add(matter, text=said["text"], by=by, at=at)


def _name_subject(matter: Matter, said: Said, by: User, at: datetime) -> None:
    if not isinstance(matter, Complaint):
        raise Http404
    against, certificate = said["email"], said["number"]
    name_subject(matter, against=against, certificate=certificate, by=by, at=at)


def _suspend(matter: Matter, said: Said, by: User, at: datetime) -> None:
    if not isinstance(matter, Complaint):
        raise Http404
    propose_suspension(matter, reason=said["reason"], by=by, at=at)


DEEDS: dict[str, tuple[Deed, Promise]] = {
    "acknowledge": (_acknowledge, _("Acknowledged. Whoever wrote to us gets a letter.")),
    "turn_away": (_turn_away, _("It is not heard. Whoever wrote to us gets the reasons.")),
    "admit": (_admit, _("It is heard. The panel and whoever wrote to us get a letter.")),
    "vote": (_vote, _("Your vote is signed.")),
    "answer": (_answer, _("The answer is recorded, and a letter goes out.")),
    "answer_alone": (_answer_alone, _("The answer is recorded, and a letter goes out.")),
    "replace": (_replace, _("The seat is filled.")),
    "note": (_note, _("The note is kept.")),
    "add": (_add, _("What you added is kept.")),
    "suspend": (_suspend, _("Proposed. A second person confirms or refuses it.")),
    "name_subject": (_name_subject, _("Noted. Whom it is about neither sees nor handles it.")),
}


@require_POST
def do_in_appeal(request: UserRequest, pk: int, verb: str) -> HttpResponse:
    found = appeal_of(request, pk)
    if elsewhere := undeclared(request, found):
        return elsewhere
    return _do(request, found, verb)


@require_POST
def do_in_complaint(request: UserRequest, pk: int, verb: str) -> HttpResponse:
    return _do(request, complaint_of(request, pk), verb)


def _do(request: UserRequest, matter: Matter, deed: str) -> HttpResponse:
    """Whoever may not do it finds no such page; what was typed is kept where it is refused."""
    at = timezone.now()
    page = matter_page(matter, request.user, at)
    if deed not in DEEDS or (deed not in page.forms and matter.is_open):
        raise Http404
    run, words = DEEDS[deed]
    form = FORMS[deed](request.POST, people=page.people)
    if form.is_valid():
        try:
            run(matter, form.cleaned_data, request.user, at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(words))
            return redirect(matter.url)
    if isinstance(matter, Appeal):
        context = appeal_page(request, matter, (deed, form))
        return render(request, "appeals/show.html", context)
    context = complaint_page(request, complaint_of(request, matter.pk), (deed, form))
    return render(request, "appeals/complaint.html", context)
