"""What a holder does with a certificate beside showing it: agree, ask for a name, give it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import UserRequest
from certificates import holding, lifecycle
from certificates.forms import GiveBackForm, NameForm
from certificates.models import Certificate
from trail.flow import Refused

NAV = "certificates:wallet"


@require_POST
def agree(request: UserRequest, number: str) -> HttpResponse:
    """Before the first download: how the certificate is used."""
    found = _own(request, number)
    if request.POST.get("agree"):
        holding.agree(found, by=request.user, at=timezone.now())
    else:
        messages.error(request, _("Tick that you agree. Until then there is nothing to download."))
    return redirect("certificates:certificate", number=number)


@require_http_methods(["GET", "POST"])
def name(request: UserRequest, number: str) -> HttpResponse:
    """Ask for the right name on the certificate."""
    found, form = _own(request, number), NameForm(request.POST or None)
    if form.is_valid():
        try:
            holding.ask_for_name(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("We have your request. You get a letter with the answer."))
            return redirect("certificates:certificate", number=number)
    context = {"certificate": found, "form": form, "nav": NAV}
    return render(request, "certificates/name.html", context)


@require_http_methods(["GET", "POST"])
def give_back(request: UserRequest, number: str) -> HttpResponse:
    """For good, and at once: so it is asked for twice."""
    found, form = _own(request, number), GiveBackForm(request.POST or None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            lifecycle.surrender(found, reason=reason, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You have given the certificate back."))
            return redirect("certificates:certificate", number=number)
    context = {"certificate": found, "form": form, "nav": NAV}
    return render(request, "certificates/give_back.html", context)


def _own(request: UserRequest, number: str) -> Certificate:
    mine = Certificate.objects.visible_to(request.user)
    return get_object_or_404(mine.select_related("tier"), number=number)
