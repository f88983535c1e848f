"""The record of a certificate for the staff: its life, what can be done, and what waits."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.roles import Role
from certificates import holding, lifecycle
from certificates.flow import BY_TWO, HAPPENS, Deed, Hand
from certificates.forms import ProposalForm, RefusalForm
from certificates.models import Certificate
from certificates.proposals import PROPOSERS, Proposal, shown
from certificates.registry import bars
from certificates.reissuing import held, nested_tier
from certificates.tags import TAGS
from certificates.wishes import NameRequest
from notices.models import Message
from notices.services import compose
from trail.flow import Refused

FOUND = 30  # certificates on one page; a search finds the others
NAV = "certificates:records"  # administrators come by the worklist: their navigation is full
WHAT_IT_DOES = {
    Deed.SUSPEND: gettext_lazy("For a time. It can be reinstated, and its end stays the same."),
    Deed.REINSTATE: gettext_lazy("It holds again from that moment on, until the same end."),
    Deed.REDUCE: gettext_lazy("A new certificate that covers less takes its place."),
    Deed.REPLACE: gettext_lazy("A new certificate with the right name takes its place."),
    Deed.WITHDRAW: gettext_lazy("For good. Nothing brings it back; the holder may apply anew."),
}


@require_GET
def records(request: UserRequest) -> HttpResponse:
    """What waits for an answer, and certificates by number or name."""
    if not request.user.roles & PROPOSERS:
        raise Http404
    asked = request.GET.get("q", "").strip()[:100]
    now = timezone.now()
    found = Certificate.objects.kept_by(request.user).named(asked).newest()[:FOUND]
    waiting = Proposal.objects.visible_to(request.user).waiting()
    context = {
        "requests": NameRequest.objects.visible_to(request.user)
        .waiting()
        .select_related("certificate"),
        "proposals": shown(waiting.select_related("certificate", "proposed_by"), request.user),
        "rows": [(one, one.standing(now), TAGS[one.status(now)]) for one in found],
        "asked": asked,
        "keeps": Role.ADMINISTRATOR in request.user.roles,
        "nav": NAV,
    }
    return render(request, "certificates/records.html", context)


@require_GET
def record(request: UserRequest, number: str) -> HttpResponse:
    found = _kept(request, number)
    now = timezone.now()
    standing = found.standing(now)
    proposals = list(found.proposals.select_related("proposed_by", "decided_by"))
    context = {
        "certificate": found,
        "standing": standing,
        "tag": TAGS[standing.status],
        "events": found.events.select_related("by", "proposal__proposed_by").reverse(),
        "waiting": next((one for one in proposals if one.is_waiting), None),
        "answered": [one for one in reversed(proposals) if one.answer],
        "deeds": [(d, WHAT_IT_DOES[d]) for d in lifecycle.deeds_for(request.user, found, now)],
        "asked": found.name_requests.filter(answered_at=None).first(),
        "after": Certificate.objects.filter(replaces=found).first(),
        "successor": Certificate.objects.filter(renews=found).first(),
        "nav": NAV,
    }
    return render(request, "certificates/record.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: UserRequest, number: str, deed: str) -> HttpResponse:
    """Say what should happen, and why; somebody else answers."""
    found = _kept(request, number)
    if deed not in BY_TWO:
        raise Http404
    wanted = Deed(deed)
    asked = found.name_requests.filter(answered_at=None).first() if wanted == Deed.REPLACE else None
    form = ProposalForm(
        request.POST or None, asked=asked, deed=wanted, codes=held(found), nested=nested_tier(found)
    )
    if form.is_valid():
        try:
            made = lifecycle.propose(
                found, wanted, by=request.user, at=timezone.now(), **form.said()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is proposed. Somebody else answers it."))
            return redirect("certificates:proposal", made.pk)
    context = {"certificate": found, "deed": wanted, "form": form, "nav": NAV}
    return render(request, "certificates/propose.html", context | {"what": WHAT_IT_DOES[wanted]})


@require_GET
def proposal(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@require_POST
def confirm(request: UserRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    try:
        certificate = lifecycle.confirm(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates:proposal", pk)
    messages.success(
        request, _("Done. It holds from this moment on, and the letter is on its way.")
    )
    return redirect("certificates:record", certificate.number)


@require_POST
def refuse(request: UserRequest, pk: int) -> HttpResponse:
    found, form = _visible(request, pk), RefusalForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        reason = form.cleaned_data["reason"]
        lifecycle.refuse(found, reason=reason, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates:proposal", pk)
    messages.success(request, _("Refused. Nothing changes about the certificate."))
    return redirect("certificates:record", found.certificate.number)


@require_POST
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    try:
        lifecycle.take_back(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("certificates:record", found.certificate.number)


@require_POST
def decline_name(request: UserRequest, pk: int) -> HttpResponse:
    """A holder asked for another name, and it stays as it is."""
    rows = NameRequest.objects.visible_to(request.user).select_related("certificate__holder")
    asked, form = get_object_or_404(rows, pk=pk), RefusalForm(request.POST)
    try:
        why = form.cleaned_data["reason"] if form.is_valid() else ""
        holding.decline_name(asked, why=why, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Answered. The holder gets a letter."))
    return redirect("certificates:record", asked.certificate.number)


def _kept(request: UserRequest, number: str) -> Certificate:
    kept = Certificate.objects.kept_by(request.user)
    rows = kept.select_related("tier", "holder", "edition", "renews", "replaces")
    return get_object_or_404(rows, number=number)


def _visible(request: UserRequest, pk: int) -> Proposal:
    rows = Proposal.objects.visible_to(request.user)
    related = ("certificate__tier", "certificate__holder", "proposed_by", "decided_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _page(request: UserRequest, found: Proposal, form: RefusalForm | None = None) -> HttpResponse:
    now, hands = timezone.now(), found.acts_as(request.user)
    may_answer = found.is_waiting and Hand.SECOND in hands
    context = {
        "proposal": found,
        "certificate": found.certificate,
        "nested": nested_tier(found.certificate) if found.nested else None,
        "letter": _letter(found) if found.is_waiting else None,
        "may_answer": may_answer,
        "bars": bars(request.user, found.certificate, now) if may_answer else [],
        "may_take_back": found.is_waiting and Hand.FIRST in hands,
        "form": form or RefusalForm(),
        "nav": NAV,
    }
    return render(request, "certificates/proposal.html", context)


def _letter(found: Proposal) -> tuple[str, str]:
    """The letter as the holder would get it: subject and text."""
    kind = f"certificate_{HAPPENS[Deed(found.deed)].value}"
    envelope = compose(
        Message(kind=kind, to=found.certificate.holder, context={"proposal": found.pk})
    )
    subject, _line, text = str(envelope.body).partition("\n\n")
    return subject, text
