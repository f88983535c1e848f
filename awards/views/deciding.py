"""The chair's page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import UserRequest
from awards import appointing, deciding
from awards.checking import sheet_to_check
from awards.flow import Part, Stage
from awards.forms import DecideForm
from awards.reading import interviews_for
from awards.views.doors import judge_bid
from awards.workspace import judged
from certificates.dates import body_day
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def decide(request: UserRequest, pk: int) -> HttpResponse:
    bid = judge_bid(request, pk)
    if bid.stage != Stage.DECISION or Part.CHAIR not in bid.acts_as(request.user):
        return redirect("awards:workspace", pk)
    context: dict[str, Any] = {"bid": bid, "nav": "awards:index"}
    if not bid.declared(request.user):
        context["barred"] = bid.bars(request.user, body_day(timezone.now()))
        return render(request, "awards/take.html", context)
    form = DecideForm(request.POST or None)
    if form.is_valid():
        award, reasons = form.cleaned_data["award"] == "yes", form.cleaned_data["reasons"]
        try:
            deciding.decide(bid, award=award, reasons=reasons, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Decided. The team gets a letter."))
            return redirect("awards:workspace", pk)
    if sheet := sheet_to_check(bid):
        context |= {"sheet": sheet, "judged": judged(sheet), "verdict": deciding.outcome(bid)}
    context |= {"form": form, "notes": interviews_for(bid, request.user)}
    return render(request, "awards/decide.html", context)


@require_POST
def take(request: UserRequest, pk: int) -> HttpResponse:
    """Saying that nothing binds one, and taking up the decision, are one step."""
    bid = judge_bid(request, pk)
    try:
        if bid.cast.filter(person=request.user).exists():
            appointing.declare(bid, clear=True, by=request.user, at=timezone.now())
        else:
            appointing.take_chair(bid, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("awards:workspace", pk)
    return redirect("awards:decide", pk)
