"""The directory as everybody reads it, and writing to somebody in it."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from accounts.models import User
from directory import writing
from directory.finding import Shown, search, shown
from directory.forms import Search, Write
from directory.models import Entry
from notices.texts import absolute
from trail.flow import Refused

LETTERS = 5  # that one address may write in an hour
NAV = "directory:index"


@login_not_required
@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    form = Search(request.GET)
    asked = form.asked()
    leaf = search(asked, at=timezone.now(), after=request.GET.get("after", ""))
    said = {name: value for name, value in form.cleaned_data.items() if value}
    query = urlencode(said | ({"after": leaf.following} if leaf.following else {}))
    context = {
        "form": form,
        "leaf": leaf,
        "asked": bool(said),
        "more": f"?{query}" if leaf.following else "",
        "first": f"?{urlencode(said)}" if request.GET.get("after") else "",
    }
    return render(request, "directory/index.html", context)


@login_not_required
@require_safe
@never_cache
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _shown(public_id)
    address = absolute(reverse("directory:entry", args=[public_id]))
    context = {"person": found, "address": address, "nav": NAV}
    response = render(request, "directory/entry.html", context)
    if not found.name:
        response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def write(request: HttpRequest, public_id: str) -> HttpResponse:
    found, at = _shown(public_id), timezone.now()
    if not found.takes_letters:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    form = Write(request.POST or None, user=user)
    if form.from_a_machine:
        return redirect("directory:sent", public_id)
    if form.is_valid():
        if limits.used_up("approach", LETTERS, request, at):
            form.add_error(None, _("You wrote several letters this hour. Try again in an hour."))
        elif _written(form, public_id, at):
            limits.note("approach", request, at)
            return redirect("directory:sent", public_id)
    return render(request, "directory/write.html", {"person": found, "form": form, "nav": NAV})


@login_not_required
@require_safe
@never_cache
def sent(request: HttpRequest, public_id: str) -> HttpResponse:
    return render(request, "directory/sent.html", {"person": _shown(public_id), "nav": NAV})


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """The page behind the link in the letter to the writer. Only its button sends the letter on."""
    at = timezone.now()
    approach = writing.waiting(key, at)
    if approach is None:
        return render(request, "directory/confirm.html", {"nav": NAV}, status=404)
    refused = ""
    if request.method == "POST":
        try:
            writing.confirm(approach, at=at)
        except Refused as refusal:
            refused = str(refusal)
        else:
            return redirect("directory:confirm", key)
    person = shown(approach.entry.public_id, at=at)
    context = {"approach": approach, "person": person, "refused": refused, "nav": NAV}
    return render(request, "directory/confirm.html", context)


def _written(form: Write, public_id: str, at: datetime) -> bool:
    said = form.cleaned_data
    words = writing.Words(said["name"], said["email"], said["text"])
    try:
        row = Entry.objects.get(public_id=public_id)
        writing.write(row, words, token=said["token"], at=at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _shown(public_id: str) -> Shown:
    found = shown(public_id, at=timezone.now())
    if found is None:
        raise Http404
    return found
