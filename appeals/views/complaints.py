"""Complaining, by anybody; following a complaint at its secret address; handling it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import limits
from accounts.http import UserRequest
from accounts.models import User
from appeals import noting
from appeals.complaining import Told, by_secret
from appeals.complaining import complain as receive
from appeals.flow import ACKNOWLEDGE_DAYS, ANSWER_DAYS
from appeals.forms import Add, ComplaintForm
from appeals.page import matter_page
from appeals.views.doors import complaint_of, complaint_page
from trail.flow import Refused

COMPLAINTS, ADDITIONS, MISSES = 5, 20, 30  # an hour from one address
FIELDS = ("subject", "text", "about_whom", "number", "name", "email")


@login_not_required
@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    user = request.user if isinstance(request.user, User) else None
    form = ComplaintForm(request.POST or None, user=user)
    if form.is_valid() and not form.from_a_machine:
        if limits.used_up("complaint", COMPLAINTS, request, at):
            form.add_error(None, _("You wrote several times this hour. Try again in an hour."))
        else:
            told = Told(**{name: form.cleaned_data[name] for name in FIELDS})
            sender = user if user and told.email == user.email else None
            kept = receive(told, token=form.cleaned_data["token"], by=sender, at=at)
            limits.note("complaint", request, at)
            messages.success(request, _("Your complaint has reached us."))
            return redirect("appeals:follow", follow=kept.secret)
    context = {"form": form, "days": ACKNOWLEDGE_DAYS, "answer_days": ANSWER_DAYS}
    return render(request, "appeals/complain.html", {**context, "nav": "register:contact"})


@login_not_required
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, follow: str) -> HttpResponse:
    """Whoever knows the address reads how it is going, and adds to it."""
    at = timezone.now()
    if limits.used_up("follow", MISSES, request, at):
        return render(request, "register/wait.html", status=429)
    found = by_secret(follow)
    if found is None:
        limits.note("follow", request, at)
        raise Http404
    form = Add(request.POST or None)
    if form.is_valid() and not limits.used_up("add", ADDITIONS, request, at):
        try:
            noting.add(found, text=form.cleaned_data["text"], by=None, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            limits.note("add", request, at)
            return redirect("appeals:follow", follow=follow)
    bound = ("add", form) if form.is_bound else None
    context = {"page": matter_page(found, None, at, bound), "matter": found, "secret": True}
    response = render(request, "appeals/complaint.html", context)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def show(request: UserRequest, pk: int) -> HttpResponse:
    found = complaint_of(request, pk)
    return render(request, "appeals/complaint.html", complaint_page(request, found))
