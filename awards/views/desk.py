"""The assessors' pages: the desk, one criterion, interviews, finishing, the second check."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from awards import appointing, assessing, checking, interviewing
from awards.flow import Part, Stage
from awards.forms import CheckForm, ScoreForm, SummaryForm
from awards.models import Bid, CriterionScore, ScoreLevel, Sheet
from awards.reading import interviews_for, sheets_for
from awards.scoring import of_sheet, verdict
from awards.turns import turn_of
from awards.views.doors import administrator, any_bid, criterion_of, has_seat, judge_bid
from awards.voicing import said_of
from awards.workspace import as_sent, judged
from certificates.dates import body_day
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def assessors(request: UserRequest, pk: int) -> HttpResponse:
    """Who assesses: only people who may act are offered, and why not the others."""
    me, now = administrator(request), timezone.now()
    bid = any_bid(request, pk)
    if Part.ADMINISTRATOR not in bid.acts_as(me):
        raise Http404
    seats = [(part, appointing.candidates(bid, part, now)) for part in appointing.seats(bid)]
    if request.method == "POST":
        _appoint(request, bid, seats)
        return redirect("awards:assessors", pk)
    held = {row.part: row for row in bid.cast.filter(ended_at=None).select_related("person")}
    begun = set(bid.sheets.values_list("person", flat=True))
    context = {
        "bid": bid,
        "seats": [(part, held.get(part), found) for part, found in seats],
        "begun": begun,
        "open": bid.is_open and bid.stage not in (Stage.ELIGIBILITY, Stage.EVIDENCE),
        "nav": "awards:index",
    }
    return render(request, "awards/assessors.html", context)


def _appoint(
    request: UserRequest,
    bid: Bid,
    seats: Sequence[tuple[Part, Sequence[appointing.Candidate]]],
) -> None:
    """The one person and part that the button named."""
    wanted = (request.POST.get("part"), request.POST.get("person"))
    pairs = [(part, candidate.person) for part, found in seats for candidate in found]
    for part, person in pairs:
        if (part.value, str(person.pk)) == wanted:
            try:
                appointing.appoint(bid, part, person=person, by=request.user, at=timezone.now())
            except Refused as refusal:
                messages.error(request, str(refusal))


@require_http_methods(["GET", "POST"])
def declare(request: UserRequest, pk: int) -> HttpResponse:
    bid = judge_bid(request, pk)
    if request.method == "POST":
        clear = request.POST.get("stand") == "clear"
        if not clear and request.POST.get("stand") != "interest":
            return redirect("awards:declare", pk)
        try:
            appointing.declare(bid, clear=clear, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        if clear:
            return redirect("awards:workspace", pk)
        messages.success(request, _("You have stepped back. Somebody else takes this part."))
        return redirect("awards:index")
    context = {"bid": bid, "said": bid.declared(request.user), "nav": "awards:index"}
    return render(request, "awards/declare.html", context)


@require_GET
def desk(request: UserRequest, pk: int) -> HttpResponse:
    bid = judge_bid(request, pk)
    if Part.CHAIR in bid.acts_as(request.user):
        return redirect("awards:decide", pk)
    if not bid.declared(request.user):
        return redirect("awards:declare", pk)
    return render(request, "awards/desk.html", _desk(request, bid))


def _desk(request: UserRequest, bid: Bid) -> dict[str, Any]:
    sheet = assessing.own_open(bid, request.user)
    context: dict[str, Any] = {
        "bid": bid,
        "sheet": sheet,
        "turn": turn_of(bid, request.user, body_day(timezone.now())),
        "may_begin": sheet is None
        and assessing.kind_for(bid, request.user) is not None
        and not _is_done(bid, request),
        "hears": bid.stage in interviewing.INTERVIEW_STAGES and has_seat(bid, request.user),
        "interviews": interviews_for(bid, request.user),
        "sheets": [s for s in sheets_for(bid, request.user) if s.final_at and not s.void],
        "nav": "awards:index",
    }
    if sheet is not None:
        open_codes = assessing.unfinished(sheet)
        context["judged"] = judged(
            sheet, disputed=assessing.differences(bid), still_open=open_codes
        )
        context["open_codes"] = open_codes
        context["verdict"] = verdict(bid, of_sheet(sheet))
    return context


def _is_done(bid: Bid, request: UserRequest) -> bool:
    """One of two in parallel who has finished and waits for the other."""
    last = bid.submissions.order_by("number").last()
    mine = bid.sheets.filter(submission=last, person=request.user, final_at__isnull=False)
    return bid.stage == Stage.ASSESSMENT and mine.filter(void=False).exists()


@require_POST
def begin(request: UserRequest, pk: int) -> HttpResponse:
    bid = judge_bid(request, pk)
    try:
        assessing.open_sheet(bid, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("awards:desk", pk)


@require_http_methods(["GET", "POST"])
def score(request: UserRequest, pk: int, criterion: str) -> HttpResponse:
    bid, about = judge_bid(request, pk), criterion_of(criterion)
    sheet = assessing.own_open(bid, request.user)
    row = (
        next((r for r in sheet.submission.content if r["code"] == criterion), None)
        if sheet
        else None
    )
    if sheet is None or row is None or not bid.declared(request.user):
        return redirect("awards:desk", pk)
    form = ScoreForm(request.POST or None)
    if form.is_valid():
        mark = assessing.Mark(**form.cleaned_data)
        try:
            assessing.save_score(sheet, about, mark=mark, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(*_onward(sheet, criterion))
    context = _beside(bid, sheet, criterion) | {
        "bid": bid, "sheet": sheet, "row": as_sent(row), "criterion": about, "form": form,
        "typed": form.data if form.is_bound else _given(sheet, criterion),
        "levels": ScoreLevel.objects.all(), "nav": "awards:index",
    }  # fmt: skip
    return render(request, "awards/score.html", context)


def _given(sheet: Sheet, code: str) -> Mapping[str, Any]:
    given = sheet.scores.filter(criterion__code=code).first()
    if given is None:
        return {}
    accepts = {True: "yes", False: "no", None: ""}[given.accepts]
    return {"points": str(given.points), "comment": given.comment, "accepts": accepts}


def _onward(sheet: Sheet, code: str) -> tuple[Any, ...]:
    """The next criterion in order, and the desk after the last one."""
    codes = [row["code"] for row in sheet.submission.content]
    after = codes[codes.index(code) + 1 :]
    return ("awards:score", sheet.bid_id, after[0]) if after else ("awards:desk", sheet.bid_id)


def _beside(bid: Bid, sheet: Sheet, code: str) -> dict[str, Any]:
    """What the two said, where a difference is being settled; and earlier words."""
    two = assessing.two_sheets(bid) if bid.stage == Stage.RECONCILIATION else None
    codes = [row["code"] for row in sheet.submission.content]
    place = codes.index(code)
    return {
        "said": said_of(bid, code, timezone.now()),
        "two": [(s, _score(s, code)) for s in two] if two else [],
        "number": place + 1,
        "total": len(codes),
        "before": codes[place - 1] if place else "",
        "after": codes[place + 1] if place + 1 < len(codes) else "",
    }


def _score(sheet: Sheet, code: str) -> CriterionScore | None:
    return sheet.scores.filter(criterion__code=code).first()


Act = Callable[..., Sheet]
ENDS: dict[str, tuple[tuple[str, Act], ...]] = {
    Stage.FIRST_REVIEW: (("report", assessing.report),),
    Stage.ASSESSMENT: (("finish", assessing.finish_alone),),
    Stage.RECONCILIATION: (
        ("send", assessing.send_for_check),
        ("more", assessing.ask_more),
    ),
    Stage.REPORT: (("send", assessing.send_for_check),),
}


@require_http_methods(["GET", "POST"])
def finish(request: UserRequest, pk: int) -> HttpResponse:
    """The summary, and the way on from the desk."""
    bid = judge_bid(request, pk)
    sheet = assessing.own_open(bid, request.user)
    if sheet is None or bid.stage not in ENDS:
        return redirect("awards:desk", pk)
    form = SummaryForm(request.POST or None, initial={"summary": sheet.summary})
    acts = dict(ENDS[bid.stage])
    if form.is_valid():
        act = acts.get(request.POST.get("then", ""), ENDS[bid.stage][0][1])
        try:
            act(bid, summary=form.cleaned_data["summary"], by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done. These scores are final."))
            return redirect("awards:workspace", pk)
    context = {
        "bid": bid, "sheet": sheet, "form": form, "acts": list(acts),
        "open_codes": assessing.unfinished(sheet), "verdict": verdict(bid, of_sheet(sheet)),
        "nav": "awards:index",
    }  # fmt: skip
    return render(request, "awards/finish.html", context)


@require_POST
def close_interviews(request: UserRequest, pk: int) -> HttpResponse:
    bid = judge_bid(request, pk)
    try:
        interviewing.close_interviews(bid, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("awards:interviews", pk)
    return redirect("awards:desk", pk)


@require_http_methods(["GET", "POST"])
def check(request: UserRequest, pk: int) -> HttpResponse:
    """The second pair of eyes: agree, or send back with reasons."""
    bid = judge_bid(request, pk)
    sheet = checking.sheet_to_check(bid)
    mine = bid.stage == Stage.SECOND_CHECK and bid.acts_as(request.user) & bid.owners
    if not mine or sheet is None:
        return redirect("awards:workspace", pk)
    if not bid.declared(request.user):
        return redirect("awards:declare", pk)
    form, now = CheckForm(request.POST or None), timezone.now()
    if form.is_valid():
        agreed, reasons = form.cleaned_data["agreed"] == "yes", form.cleaned_data["reasons"]
        try:
            checking.check(bid, agreed=agreed, reasons=reasons, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Recorded."))
            return redirect("awards:workspace", pk)
    context = {"bid": bid, "sheet": sheet, "form": form, "judged": judged(sheet)}
    context |= {"verdict": verdict(bid, of_sheet(sheet)), "nav": "awards:index"}
    return render(
        request, "awards/check.html", context | {"notes": interviews_for(bid, request.user)}
    )
