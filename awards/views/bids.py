"""The team's pages of a bid: the workspace, one criterion, handing in, the report."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from awards import bidding, handing_in
from awards.flow import WRITABLE, Part, Stage
from awards.forms import EvidenceForm, ResponseForm
from awards.interviewing import heard
from awards.models import Bid, Criterion, EvidenceKind, Response, ScoreLevel, SheetKind
from awards.printouts import printouts_for
from awards.reading import sheets_for
from awards.scoring import of_sheet, verdict
from awards.turns import path_of, turn_of
from awards.views.doors import any_bid, criterion_of, team_bid
from awards.workspace import evidence_of, judged
from awards.workspace import workspace as build
from certificates.dates import body_day
from files.held import FileState
from trail.flow import Refused


@require_GET
def workspace(request: UserRequest, pk: int) -> HttpResponse:
    """The page of a bid. Who judges it sees what was sent at their desk, not here."""
    bid, now = any_bid(request, pk), timezone.now()
    parts = bid.acts_as(request.user)
    context: dict[str, Any] = {
        "bid": bid,
        "mine": bool(parts & bid.owners),
        "turn": turn_of(bid, request.user, body_day(now)),
        "path": path_of(bid),
        "nav": "awards:index",
    }
    if Part.TEAM not in parts and Part.ADMINISTRATOR not in parts:
        # A chair has no desk: what was decided on is read in the report.
        context["at_desk"] = Part.CHAIR not in parts
        context["reports"] = any(sheet.final_at for sheet in sheets_for(bid, request.user))
        return render(request, "awards/overview.html", context)
    context |= {
        "work": build(bid, sheets_for(bid, request.user), now),
        "team": Part.TEAM in parts,
        "heard": heard(bid),
        "writable": bid.stage in WRITABLE,
        "printouts": printouts_for(bid, request.user),
    }
    return render(request, "awards/workspace.html", context)


@require_http_methods(["GET", "POST"])
def criterion(request: UserRequest, pk: int, criterion: str) -> HttpResponse:
    bid, about = team_bid(request, pk), criterion_of(criterion)
    if request.method == "GET":
        return _criterion_page(request, bid, about)
    form, refusal = ResponseForm(request.POST), None
    if form.is_valid():
        try:
            saved = _save(request, bid, about, form)
        except Refused as refused:
            refusal = refused
        else:
            return _saved(request, bid, about, saved)
    if "X-Autosave" in request.headers:
        return _not_saved(refusal)
    return _criterion_page(request, bid, about, form=form, refusal=refusal)


def _save(request: UserRequest, bid: Bid, about: Criterion, form: ResponseForm) -> Response:
    said = form.cleaned_data
    answer = bidding.Answer(
        text=said["text"],
        score=said["score"],
        differs=said["differs"] == "yes",
        differs_why=said["differs_why"],
    )
    return bidding.save_response(
        bid,
        about,
        answer=answer,
        revision=said["revision"],
        by=request.user,
        at=timezone.now(),
    )


def _saved(request: UserRequest, bid: Bid, about: Criterion, saved: Response) -> HttpResponse:
    if "X-Autosave" in request.headers:
        time = date_format(timezone.localtime(saved.saved_at), "TIME_FORMAT")
        words = _("Saved at %(time)s") % {"time": time}
        return JsonResponse({"said": words, "revision": saved.revision})
    after = Criterion.objects.filter(position__gt=about.position).first()
    if request.POST.get("then") == "next" and after is not None:
        return redirect("awards:criterion", bid.pk, after.code)
    messages.success(request, _("Saved."))
    return redirect("awards:criterion", bid.pk, about.code)


def _not_saved(refusal: Refused | None) -> JsonResponse:
    if isinstance(refusal, bidding.Conflict):
        stored = refusal.stored
        values = {
            "text": stored.text,
            "score": "" if stored.score is None else str(stored.score),
            "differs": "yes" if stored.differs else "no",
            "differs_why": stored.differs_why,
        }
        answer = {"refused": str(refusal), "stored": stored.text, "revision": stored.revision}
        return JsonResponse(answer | {"values": values}, status=409)
    words = str(refusal) if refusal else _("Something in this form cannot be read.")
    return JsonResponse({"refused": words}, status=422)


def _criterion_page(
    request: UserRequest,
    bid: Bid,
    about: Criterion,
    *,
    form: ResponseForm | None = None,
    refusal: Refused | None = None,
    evidence_form: EvidenceForm | None = None,
) -> HttpResponse:
    stored = bid.responses.filter(criterion=about).first()
    typed = form.data if form is not None else _typed(stored)
    around = list(Criterion.objects.order_by("position"))
    place = around.index(about)
    context = {
        "bid": bid,
        "criterion": about,
        "stored": stored,
        "typed": typed,
        "refusal": refusal,
        "revision": stored.revision if stored else 0,
        "levels": ScoreLevel.objects.all(),
        "evidence": evidence_of(bid, about),
        "library": bid.programme.files.exclude(state=FileState.REFUSED),
        "evidence_form": evidence_form or EvidenceForm(verbal=bid.rules.verbal),
        "writable": bid.stage in WRITABLE,
        "may_add": bid.stage in (*WRITABLE, Stage.APPOINTMENT),
        "number": place + 1,
        "total": len(around),
        "before": around[place - 1] if place else None,
        "after": around[place + 1] if place + 1 < len(around) else None,
        "nav": "awards:index",
    }
    return render(request, "awards/criterion.html", context)


def _typed(stored: Response | None) -> dict[str, str]:
    if stored is None:
        return {"text": "", "score": "", "differs": "no", "differs_why": ""}
    return {
        "text": stored.text,
        "score": "" if stored.score is None else str(stored.score),
        "differs": "yes" if stored.differs else "no",
        "differs_why": stored.differs_why,
    }


@require_POST
def add_evidence(request: UserRequest, pk: int, criterion: str) -> HttpResponse:
    bid, about = team_bid(request, pk), criterion_of(criterion)
    form = EvidenceForm(request.POST, verbal=bid.rules.verbal)
    if form.is_valid():
        said = form.cleaned_data
        try:
            bidding.add_evidence(
                bid,
                about,
                kind=EvidenceKind(said["kind"]),
                title=said["title"],
                detail=said["detail"],
                url=said["url"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("awards:criterion", pk, criterion)
    return _criterion_page(request, bid, about, evidence_form=form)


@require_POST
def remove_evidence(request: UserRequest, pk: int, piece: int) -> HttpResponse:
    bid = team_bid(request, pk)
    item = get_object_or_404(bid.evidence.select_related("criterion", "bid"), pk=piece)
    code = item.criterion.code
    try:
        bidding.remove_evidence(item, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("awards:criterion", pk, code)


@require_http_methods(["GET", "POST"])
def send(request: UserRequest, pk: int) -> HttpResponse:
    """What is missing, and, when nothing is, the way on."""
    bid, now = team_bid(request, pk), timezone.now()
    if bid.stage not in WRITABLE:
        return redirect("awards:workspace", pk)
    first = bid.stage == Stage.ELIGIBILITY
    if request.method == "POST":
        act = handing_in.confirm if first else handing_in.submit
        try:
            act(bid, by=request.user, at=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("awards:send", pk)
        messages.success(request, _("Confirmed.") if first else _("Sent. A copy is kept as it is."))
        return redirect("awards:workspace", pk)
    lacks = handing_in.missing_for_eligibility(bid, now) if first else handing_in.missing(bid, now)
    context = {"bid": bid, "first": first, "missing": lacks, "nav": "awards:index"}
    return render(request, "awards/send.html", context)


@require_http_methods(["GET", "POST"])
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    bid = team_bid(request, pk)
    if request.method == "POST":
        try:
            bidding.withdraw(bid, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("awards:workspace", pk)
    return render(request, "awards/withdraw.html", {"bid": bid, "nav": "awards:index"})


@require_GET
def report(request: UserRequest, pk: int) -> HttpResponse:
    """The last report that this reader may see, with every comment and the arithmetic."""
    bid = any_bid(request, pk)
    reports = (SheetKind.FIRST, SheetKind.FULL, SheetKind.AGREED)
    found = [s for s in sheets_for(bid, request.user) if s.kind in reports and s.final_at]
    if not found:
        raise Http404
    chosen = next((s for s in found if str(s.pk) == request.GET.get("sheet")), found[-1])
    context = {
        "bid": bid,
        "sheet": chosen,
        "sheets": found,
        "judged": judged(chosen),
        "verdict": verdict(bid, of_sheet(chosen)),
        "decision": getattr(bid, "decision", None),
        "nav": "awards:index",
    }
    return render(request, "awards/report.html", context)
