"""The audit desk: evidence left, findings right, the result at the end."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application
from certificates.models import Requirement, Route
from portfolios import auditing, sampling, seconds, verbal
from portfolios.beside import beside
from portfolios.desk import Item, arithmetic, choices, items
from portfolios.forms import CloseForm, FindingForm
from portfolios.frozen import pieces_of, shown_with
from portfolios.gapmap import TITLES
from portfolios.languages import name_of
from portfolios.likeness.reading import overlaps
from portfolios.models import Audit, AuditResult, Finding, Seat, Submission
from portfolios.rulebook import AuditRule, Criterion
from portfolios.views.doors import (
    asked_for,
    audit_case,
    open_audit_of,
    second_case,
    undeclared,
)
from trail.flow import Refused
from trail.seen import PORTFOLIO, note_sight


@require_GET
def desk(request: UserRequest, pk: int) -> HttpResponse:
    case = audit_case(request, pk)
    if elsewhere := undeclared(request, case):
        return elsewhere
    if case.route == Route.VERBAL_AUDIT:
        return redirect("portfolios:verbal", pk=pk)
    audit = open_audit_of(request, case)
    if audit is None:
        return no_audit(request, case)
    note_sight(PORTFOLIO, case=case.trail_case(), by=request.user, at=timezone.now())
    every = items(audit)
    context = {
        "case": case,
        "audit": audit,
        "items": every,
        "groups": by_area(every),
        "next": next((item for item in every if item.is_open), None),
        "done": sum(not item.is_open for item in every),
        "second": seconds.wanted(audit.submission) if audit.submission else None,
        "may_ask": audit.seat == Seat.FIRST,
        "short": sampling.is_short(audit),
        "overlaps": overlaps(audit.submission) if audit.submission else [],
        "pieces": list(pieces_of(audit.submission).values()) if audit.submission else [],
    }
    return render(request, "portfolios/desk.html", context)


@require_POST
def read_in_full(request: UserRequest, pk: int) -> HttpResponse:
    """Its auditor looks at all of a renewal, whatever the lot says."""
    case = audit_case(request, pk)
    audit = open_audit_of(request, case)
    if audit is None:
        raise Http404
    try:
        sampling.read_in_full(audit, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Every entry waits for your findings now."))
    return redirect("portfolios:desk", pk=pk)


@require_POST
def ask_second(request: UserRequest, pk: int) -> HttpResponse:
    """The auditor, an administrator or the Director has the portfolio read by two."""
    case = second_case(request, pk)
    try:
        seconds.ask(case, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("A second auditor is asked for, who reads without your findings.")
        )
    director = {Role.ADMINISTRATOR, Role.DECIDER} & request.user.roles
    return redirect("portfolios:audits") if director else redirect("portfolios:desk", pk=pk)


def no_audit(request: UserRequest, case: Application) -> HttpResponse:
    """Nothing is begun, or everything is closed: what there is, and the one thing to do."""
    submission = Submission.objects.filter(portfolio__application=case).last()
    context = {
        "case": case,
        "submission": submission,
        "waits": case.stage == Stage.AUDIT,
        "closed": case.audits.closed().filter(auditor=request.user).last(),
        "finished": case.audits.open()
        .filter(auditor=request.user, finished_at__isnull=False)
        .first(),
        "spoken": case.route == Route.VERBAL_AUDIT,
    }
    return render(request, "portfolios/desk_begin.html", context)


@require_POST
def begin(request: UserRequest, pk: int) -> HttpResponse:
    case = audit_case(request, pk)
    if elsewhere := undeclared(request, case):
        return elsewhere
    try:
        auditing.open_audit(case, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portfolios:desk", pk=pk)


@require_http_methods(["GET", "POST"])
def finding(request: UserRequest, pk: int, code: str, facet: str) -> HttpResponse:
    case = audit_case(request, pk)
    if elsewhere := undeclared(request, case):
        return elsewhere
    audit = open_audit_of(request, case)
    if audit is None:
        return redirect("portfolios:desk", pk=pk)
    requirement = asked_for(case, code, facet)
    if request.method == "GET":
        return _page(request, audit, requirement)
    return _posted(request, audit, requirement)


def _posted(request: UserRequest, audit: Audit, requirement: Requirement) -> HttpResponse:
    form, refusal = FindingForm(request.POST), ""
    auto = "X-Autosave" in request.headers
    if form.is_valid():
        try:
            kept = _record(request, audit, requirement, form, draft=auto or not audit.submission_id)
        except auditing.Conflict as conflict:
            return _two_windows(request, audit, requirement, form, conflict)
        except Refused as refused:
            refusal = str(refused)
        else:
            return _recorded(request, audit, requirement, kept)
    if auto:
        return JsonResponse({"refused": refusal or _("Choose one of the levels.")}, status=422)
    return _page(request, audit, requirement, form=form, refusal=refusal)


def _record(
    request: UserRequest,
    audit: Audit,
    requirement: Requirement,
    form: FindingForm,
    *,
    draft: bool,
) -> Finding:
    return auditing.save_finding(
        audit,
        requirement,
        **form.cleaned_data,
        by=request.user,
        at=timezone.now(),
        draft=draft,
    )


def _two_windows(
    request: UserRequest,
    audit: Audit,
    requirement: Requirement,
    form: FindingForm,
    conflict: auditing.Conflict,
) -> HttpResponse:
    """Nothing was overwritten: what is stored is told, and what was typed stays in the form."""
    stored = conflict.stored
    if "X-Autosave" not in request.headers:
        return _page(request, audit, requirement, form=form, refusal=str(conflict), stored=stored)
    fields = ("relevance", "authorship", "mastery", "comment", "not_assessed")
    values = {name: getattr(stored, name) for name in fields}
    answer = {
        "refused": str(conflict),
        "stored": f"{stored.in_words}. {stored.advice}",
        "values": {k: "" if v is None else str(v) for k, v in values.items()},
        "revision": stored.revision,
    }
    return JsonResponse(answer, status=409)


def _recorded(
    request: UserRequest, audit: Audit, requirement: Requirement, kept: Finding
) -> HttpResponse:
    if "X-Autosave" in request.headers:
        time = date_format(timezone.localtime(kept.saved_at), "TIME_FORMAT")
        words = _("Saved at %(time)s, seen by you only") % {"time": time}
        return JsonResponse({"said": words, "revision": kept.revision})
    pk = audit.application_id
    if audit.submission is None:
        return redirect(verbal_address(pk, requirement))
    goal = next_open(items(audit), requirement)
    if goal is None:
        return redirect("portfolios:close", pk)
    return redirect("portfolios:finding", pk, goal.code, goal.facet)


def verbal_address(pk: int, requirement: Requirement) -> str:
    statement = requirement.statement
    page = redirect("portfolios:verbal", pk=pk).url
    return f"{page}#{statement.code}-{requirement.facet}"


def next_open(every: Sequence[Item], here: Requirement) -> Item | None:
    """The next open one after this, or from the start."""
    at = next((n for n, item in enumerate(every) if item.requirement.pk == here.pk), 0)
    return next((i for i in [*every[at + 1 :], *every[:at]] if i.is_open), None)


def by_area(every: Sequence[Item]) -> list[dict[str, Any]]:
    """The rows of the navigator, a table for each facet."""
    found = []
    for facet, title in TITLES.items():
        rows: dict[int, dict[str, Any]] = {}
        for item in every:
            if item.facet == facet:
                area = item.requirement.statement.area
                rows.setdefault(area.pk, {"area": area, "items": []})["items"].append(item)
        if rows:
            found.append({"facet": facet, "title": title, "rows": list(rows.values())})
    return found


def self_ratings(case: Application) -> dict[str, dict[str, Any]]:
    """What the applicant said of themselves in the baseline, by code."""
    assessment = getattr(case, "self_assessment", None)
    baseline = assessment.baseline if assessment is not None else None
    return {row["code"]: row for row in (baseline or {}).get("answers", [])}


def _page(
    request: UserRequest,
    audit: Audit,
    requirement: Requirement,
    *,
    form: FindingForm | None = None,
    refusal: str = "",
    stored: Finding | None = None,
) -> HttpResponse:
    every = items(audit)
    item = next((i for i in every if i.requirement.pk == requirement.pk), None)
    if item is None or item.row is None or audit.submission is None:
        raise Http404
    typed = _typed(form, stored) if form is not None else item.finding
    goal = next_open(every, requirement)
    context = {
        "case": audit.application,
        "audit": audit,
        "item": item,
        "statement": requirement.statement,
        "rated": self_ratings(audit.application).get(item.code),
        "written_in": name_of(item.row["language"]),
        "choices": choices(list(Criterion.objects.all()), typed),
        "typed": typed,
        "stored": stored,
        **_log(audit),
        "pieces": shown_with(item.row, pieces_of(audit.submission)),
        "both": _both(item),
        "earlier": _earlier(audit, requirement),
        "beside": beside(audit, item.row),
        "groups": by_area(every),
        "done": sum(not i.is_open for i in every),
        "total": len(every),
        "next": goal,
        "refusal": refusal,
    }
    return render(request, "portfolios/finding.html", context)


def _typed(form: FindingForm, stored: Finding | None) -> Finding:
    """What stands in the form, based on what is stored now if that was told."""
    said = dict(form.cleaned_data)
    revision = stored.revision if stored else said.pop("revision", None)
    return Finding(**{**said, "revision": revision or 0})


def _log(audit: Audit) -> dict[str, Any]:
    """What the log came to when the portfolio was handed in."""
    log = audit.submission.snapshot.get("log", {}) if audit.submission else {}
    return {"log": log, "log_hours": round(log.get("mentoring", 0) / 60, 1)}


def _both(item: Item) -> list[tuple[str, Finding]]:
    """For the third auditor: what the two found, by their seats and without their names."""
    seats = (Seat.FIRST.label, Seat.SECOND.label)
    return [(str(s), f) for s, f in zip(seats, item.both, strict=True) if f is not None]


def _earlier(audit: Audit, requirement: Requirement) -> list[Finding]:
    """What was found of this entry in the rounds before, newest first."""
    rows = Finding.objects.filter(
        audit__in=audit.application.audits.closed(),
        audit__submission__number__lt=audit.submission.number if audit.submission else 0,
        statement=requirement.statement,
        facet=requirement.facet,
    )
    rows = rows.select_related("audit__submission").defer("audit__submission__snapshot")
    return list(rows.order_by("-audit__number"))


@require_http_methods(["GET", "POST"])
def close(request: UserRequest, pk: int) -> HttpResponse:
    case = audit_case(request, pk)
    if elsewhere := undeclared(request, case):
        return elsewhere
    audit = open_audit_of(request, case)
    if audit is None:
        return redirect("portfolios:desk", pk=pk)
    sums = arithmetic(audit)
    form = CloseForm(request.POST or None, initial={"result": sums.result})
    if form.is_valid():
        ending = verbal.close_verbal if audit.submission is None else auditing.close
        result, comment = AuditResult(form.cleaned_data["result"]), form.cleaned_data["comment"]
        try:
            ending(audit, result=result, comment=comment, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _closed_words(audit))
            return redirect("worklist")
    rule = AuditRule.objects.filter(key=sums.result or "").first()
    context = {"case": case, "audit": audit, "sums": sums, "form": form, "rule": rule}
    return render(request, "portfolios/close.html", context)


def _closed_words(audit: Audit) -> str:
    audit.refresh_from_db()
    if audit.closed_at is None:
        return _("Your findings are final. They open when the other auditor is final too.")
    return _("The audit is closed. The applicant hears from us.")
