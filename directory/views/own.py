"""A person's own entry, and the letters that reached them through it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import UserRequest
from accounts.models import User
from certificates.dates import body_day
from certificates.models import Certificate, Visibility
from directory import services, writing
from directory.finding import face
from directory.forms import Mine, Report
from directory.models import Approach, Entry
from directory.terms import words
from directory.world import country_code
from trail.flow import Refused

NAV = "certificates:wallet"
LETTERS = 20


@require_http_methods(["GET", "POST"])
def mine(request: UserRequest) -> HttpResponse:
    at = timezone.now()
    entry, held = _own(request.user), _valid(request.user, at)
    form = Mine(request.POST or None, entry=entry, certificates=held)
    if form.is_valid():
        try:
            agreed = form.cleaned_data["agreed"]
            services.edit(form.wish(), agreed=agreed, by=request.user, at=at)
        except services.NotAgreed as refusal:
            form.add_error("agreed", str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It holds from this moment."))
            return redirect("directory:mine")
    return render(request, "directory/mine.html", _page(request.user, entry, form, at))


@require_safe
def preview(request: UserRequest) -> HttpResponse:
    """The entry as the public would read it, with what is saved."""
    at = timezone.now()
    entry, held = _own(request.user), _valid(request.user, at)
    listed = [one for one in held if one.visibility == Visibility.DIRECTORY]
    context = {
        "person": face(entry, listed or held, body_day(at)),
        "preview": True,
        "is_shown": bool(entry.listed_since and listed),
        "nav": NAV,
    }
    return render(request, "directory/entry.html", context)


@require_POST
def leave(request: UserRequest) -> HttpResponse:
    entry = Entry.objects.filter(person=request.user).first()
    if entry:
        services.leave(entry, by=request.user, at=timezone.now())
    messages.success(request, _("You have left the directory. Nobody finds you there any more."))
    return redirect("directory:mine")


@require_safe
def letter(request: UserRequest, pk: int) -> HttpResponse:
    context = {"approach": _received(request, pk), "form": Report(), "nav": NAV}
    return render(request, "directory/letter.html", context)


@require_POST
def report(request: UserRequest, pk: int) -> HttpResponse:
    approach, form = _received(request, pk), Report(request.POST)
    if form.is_valid():
        try:
            why = form.cleaned_data["why"]
            writing.report(approach, why=why, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Reported. This writer cannot write to you any more."))
            return redirect("directory:letter", pk)
    context = {"approach": approach, "form": form, "nav": NAV}
    return render(request, "directory/letter.html", context)


@require_POST
def block(request: UserRequest, pk: int) -> HttpResponse:
    writing.block(_received(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("This writer cannot write to you any more, and is not told."))
    return redirect("directory:letter", pk)


@require_POST
def stop(request: UserRequest, pk: int) -> HttpResponse:
    writing.stop_letters(_received(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Nobody can write to you through the portal any more."))
    return redirect("directory:mine")


def _received(request: UserRequest, pk: int) -> Approach:
    rows = Approach.objects.visible_to(request.user).select_related("entry")
    return get_object_or_404(rows, pk=pk)


def _own(user: User) -> Entry:
    """One's row; before the first saving an empty one that is not written."""
    found = Entry.objects.filter(person=user).first()
    return found or Entry(
        person=user, name=user.full_name, place=user.city, country=country_code(user.country)
    )


def _valid(user: User, at: datetime) -> list[Certificate]:
    rows = Certificate.objects.visible_to(user).in_force(body_day(at))
    return list(rows.select_related("tier").order_by("-tier__rank", "-pk"))


def _page(user: User, entry: Entry, form: Mine, at: datetime) -> dict[str, object]:
    listed = [one for one in _valid(user, at) if one.visibility == Visibility.DIRECTORY]
    consent = entry.consents.filter(ended_at=None).first() if entry.pk else None
    return {
        "entry": entry,
        "form": form,
        "held": form.held,
        "name": str(form.held[0].snapshot["holder"]) if form.held else user.full_name,
        "listed": listed if entry.listed_since else [],
        "consent": consent,
        "intro": words([]).partition("\n")[0],
        "letters": Approach.objects.visible_to(user)[:LETTERS],
        "nav": NAV,
    }
