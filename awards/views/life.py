"""The record of an award: its papers for the team, and its life for the staff."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from awards import granting, life
from awards.forms import ReasonForm
from awards.models import DEEDS, OPEN, Award, AwardPaper, AwardProposal
from awards.renewing import window
from certificates.dates import body_day
from certificates.flow import HAPPENS, Deed, Hand
from certificates.forms import RefusalForm
from certificates.proposals import PROPOSERS, shown
from certificates.tags import TAGS
from notices.models import Message
from notices.services import compose
from trail.flow import Refused

FOUND = 30  # awards on one page; a search finds the others
NAV = "awards:index"
WHAT_IT_DOES = {
    Deed.SUSPEND: gettext_lazy("For a time. It can be reinstated, and its end stays the same."),
    Deed.REINSTATE: gettext_lazy("It holds again from that moment on, until the same end."),
    Deed.WITHDRAW: gettext_lazy("For good. Nothing brings it back; the team may begin anew."),
}


@require_GET
def records(request: UserRequest) -> HttpResponse:
    """What waits for an answer, and awards by number or name. For the staff."""
    if not request.user.roles & PROPOSERS:
        raise Http404
    asked, now = request.GET.get("q", "").strip()[:100], timezone.now()
    awards = Award.objects.visible_to(request.user).named(asked)
    found = awards.select_related("programme__organisation").prefetch_related("events")[:FOUND]
    waiting = AwardProposal.objects.visible_to(request.user).waiting()
    failed = AwardPaper.objects.failed().filter(award__in=[award.pk for award in found])
    context = {
        "rows": [(one, TAGS[one.status(now)], one.status(now)) for one in found],
        "proposals": shown(
            waiting.select_related("award__programme__organisation", "proposed_by"), request.user
        ),
        "failed": set(failed.values_list("award", flat=True)),
        "asked": asked,
        "nav": NAV,
    }
    return render(request, "awards/records.html", context)


@require_GET
def record(request: UserRequest, pk: int) -> HttpResponse:
    found, now = _award(request, pk), timezone.now()
    standing = found.standing(now)
    staff = _is_staff(request, found)
    proposals = found.proposals.select_related("proposed_by", "decided_by") if staff else ()
    renewal = found.bids_after.filter(stage__in=OPEN).first()
    context = _papers(request, found) | {
        "standing": standing,
        "tag": TAGS[standing.status],
        "events": found.events.select_related("by", "proposal__proposed_by").reverse(),
        "staff": staff,
        "waiting": next((one for one in proposals if one.is_waiting), None),
        "answered": [one for one in proposals if one.answer],
        "deeds": [(d, WHAT_IT_DOES[d]) for d in life.deeds_for(request.user, found, now)],
        "window": window(found),
        "renewable": window(found).contains(body_day(now)) and not found.is_renewed,
        "renewal": renewal,
        "readable": renewal in found.bids_after.visible_to(request.user),
        "after": Award.objects.filter(renews=found).first(),
        "nav": NAV,
    }
    return render(request, "awards/record.html", context)


@require_GET
def files(request: UserRequest, pk: int) -> HttpResponse:
    """The papers alone: asked again every two seconds while they are being drawn."""
    return render(request, "awards/_files.html", _papers(request, _award(request, pk)))


@require_GET
def download(request: UserRequest, pk: int, piece: int) -> HttpResponseBase:
    """For the team while the award holds, and for the staff."""
    found = _award(request, pk)
    if found.stopped_at and not _is_staff(request, found):
        raise Http404
    paper = get_object_or_404(found.papers.filter(drawn_at__isnull=False), pk=piece)
    title = slugify(found.words(paper.language)["title"])
    return FileResponse(
        paper.file.open("rb"),
        as_attachment=True,
        filename=f"{found.number}-{title}-{paper.paper}.pdf",
        content_type="application/pdf",
        headers={"Cache-Control": "private, no-store"},
    )


@require_POST
def draw_again(request: UserRequest, pk: int, piece: int) -> HttpResponse:
    found = _award(request, pk)
    if not _is_staff(request, found):
        raise Http404
    granting.draw_again(get_object_or_404(found.papers, pk=piece))
    messages.success(request, _("It is drawn once more."))
    return redirect("awards:record", pk)


@require_http_methods(["GET", "POST"])
def propose(request: UserRequest, pk: int, deed: str) -> HttpResponse:
    found = _award(request, pk)
    if deed not in DEEDS or not _is_staff(request, found):
        raise Http404
    wanted, form = Deed(deed), ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            made = life.propose(found, wanted, reason=reason, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is proposed. Somebody else answers it."))
            return redirect("awards:proposal", made.pk)
    context = {"award": found, "deed": wanted, "form": form, "what": WHAT_IT_DOES[wanted]}
    return render(request, "awards/propose.html", context | {"nav": NAV})


@require_GET
def proposal(request: UserRequest, pk: int) -> HttpResponse:
    return _proposal_page(request, _proposal(request, pk))


@require_POST
def confirm(request: UserRequest, pk: int) -> HttpResponse:
    found = _proposal(request, pk)
    try:
        life.confirm(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("awards:proposal", pk)
    words = _("Done. It holds from this moment on, and the letter is on its way.")
    messages.success(request, words)
    return redirect("awards:record", found.award_id)


@require_POST
def refuse(request: UserRequest, pk: int) -> HttpResponse:
    found, form = _proposal(request, pk), RefusalForm(request.POST)
    if not form.is_valid():
        return _proposal_page(request, found, form)
    try:
        reason = form.cleaned_data["reason"]
        life.refuse(found, reason=reason, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("awards:proposal", pk)
    messages.success(request, _("Refused. Nothing changes about the award."))
    return redirect("awards:record", found.award_id)


@require_POST
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    found = _proposal(request, pk)
    try:
        life.take_back(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("awards:record", found.award_id)


def _award(request: UserRequest, pk: int) -> Award:
    rows = Award.objects.visible_to(request.user)
    related = ("programme__organisation", "decision__bid__scheme", "credential", "renews")
    return get_object_or_404(rows.select_related(*related).prefetch_related("events"), pk=pk)


def _is_staff(request: UserRequest, found: Award) -> bool:
    """The staff of the body, but nobody about their own programme."""
    own = found.programme.organisation.members.filter(person=request.user).exists()
    return bool(request.user.roles & PROPOSERS) and not own


def _papers(request: UserRequest, found: Award) -> dict[str, Any]:
    papers = list(found.papers.all())
    return {
        "award": found,
        "papers": papers,
        "stopped": found.stopped_at is not None,
        "failed": any(paper.gave_up for paper in papers),
        "drawing_now": any(not paper.drawn_at and not paper.gave_up for paper in papers),
        "may_draw": _is_staff(request, found),
    }


def _proposal(request: UserRequest, pk: int) -> AwardProposal:
    rows = AwardProposal.objects.visible_to(request.user)
    related = ("award__programme__organisation", "award__decision__bid", "proposed_by")
    return get_object_or_404(rows.select_related(*related, "decided_by"), pk=pk)


def _proposal_page(
    request: UserRequest, found: AwardProposal, form: RefusalForm | None = None
) -> HttpResponse:
    hands = found.acts_as(request.user)
    may_answer = found.is_waiting and Hand.SECOND in hands
    context = {
        "proposal": found,
        "award": found.award,
        "letter": _letter(found) if found.is_waiting else None,
        "may_answer": may_answer,
        "bars": found.award.bars(request.user, timezone.now()) if may_answer else [],
        "may_take_back": found.is_waiting and Hand.FIRST in hands,
        "form": form or RefusalForm(),
        "nav": NAV,
    }
    return render(request, "awards/proposal.html", context)


def _letter(found: AwardProposal) -> tuple[str, str] | None:
    """The letter as somebody of the team would get it: subject and text."""
    kind = f"programme_{HAPPENS[Deed(found.deed)].value}"
    team = found.award.programme.organisation.members.filter(ended_at=None)
    first = team.select_related("person").first()
    if first is None:
        return None
    message = Message(kind=kind, to=first.person, context={"proposal": found.pk})
    subject, _line, text = str(compose(message).body).partition("\n\n")
    return subject, text
