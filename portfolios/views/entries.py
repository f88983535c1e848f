"""One entry: writing, saving by itself, and the evidence beside it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import UserRequest
from applicants.flow import Stage
from applicants.plan_view import panel
from certificates.dates import body_day
from certificates.models import Requirement
from files.uploads import ACCEPT
from portfolios import evidence as keeping
from portfolios import writing
from portfolios.forms import EntryForm
from portfolios.gapmap import cells_of
from portfolios.models import WRITABLE, Entry, EntryState, Portfolio
from portfolios.views.doors import asked_for, own_portfolio
from portfolios.workspace import neighbours
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def entry(request: UserRequest, pk: int, code: str, facet: str) -> HttpResponse:
    portfolio = own_portfolio(request, pk)
    requirement = asked_for(portfolio.application, code, facet)
    if request.method == "GET":
        return _page(request, portfolio, requirement)
    form, refusal = EntryForm(request.POST), None
    if form.is_valid():
        try:
            saved = _save(request, portfolio, requirement, form)
        except Refused as refused:
            refusal = refused
        else:
            return _saved(request, portfolio, requirement, saved)
    if "X-Autosave" in request.headers:
        return _not_saved(form, refusal)
    return _page(request, portfolio, requirement, form=form, refusal=refusal)


def _save(
    request: UserRequest, portfolio: Portfolio, requirement: Requirement, form: EntryForm
) -> Entry:
    """Saving alone leaves an entry as ready as it was; two buttons say otherwise."""
    then, text = request.POST.get("then", ""), form.cleaned_data["text"]
    was = _stored(portfolio, requirement)
    ready = was is not None and was.state == EntryState.READY and bool(text.strip())
    return writing.save_entry(
        portfolio,
        requirement,
        text=text,
        language=form.cleaned_data["language"],
        ready=then == "ready" or (ready and then != "draft"),
        revision=form.cleaned_data["revision"],
        answer=form.cleaned_data["answer"] if "answer" in request.POST else None,
        by=request.user,
        at=timezone.now(),
    )


def _saved(
    request: UserRequest, portfolio: Portfolio, requirement: Requirement, saved: Entry
) -> HttpResponse:
    if "X-Autosave" in request.headers:
        time = date_format(timezone.localtime(saved.saved_at), "TIME_FORMAT")
        words = _("Saved at %(time)s") % {"time": time}
        return JsonResponse({"said": words, "revision": saved.revision})
    if request.POST.get("then") == "attach":
        return _attach(request, portfolio, requirement)
    here = (portfolio.application_id, requirement.statement.code, requirement.facet)
    if request.POST.get("then") != "ready":
        messages.success(request, _("Saved."))
        return redirect("portfolios:entry", *here)
    _before, _after, goal = neighbours(_cells(portfolio), requirement)
    if goal is None:
        messages.success(request, _("Every entry is ready."))
        return redirect("portfolios:workspace", portfolio.application_id)
    return redirect("portfolios:entry", here[0], goal.code, goal.facet)


def _attach(request: UserRequest, portfolio: Portfolio, requirement: Requirement) -> HttpResponse:
    """The text is safe by now. Each file is kept or refused by itself."""
    keep_files(request, portfolio, requirement)
    _keep_link(request.POST, request, portfolio, requirement)
    return redirect(
        "portfolios:entry",
        portfolio.application_id,
        requirement.statement.code,
        requirement.facet,
    )


def keep_files(
    request: UserRequest, portfolio: Portfolio, requirement: Requirement | None = None
) -> None:
    for upload in request.FILES.getlist("files"):
        try:
            kept, new = keeping.add_file(
                portfolio,
                upload=upload,
                requirement=requirement,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, keeping.welcome(kept, new=new))


def _keep_link(
    data: QueryDict, request: UserRequest, portfolio: Portfolio, requirement: Requirement
) -> None:
    url = data.get("url", "").strip()
    if not url:
        return
    try:
        keeping.add_link(
            portfolio, url=url, requirement=requirement, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))


def _not_saved(form: EntryForm, refusal: Refused | None) -> JsonResponse:
    if isinstance(refusal, writing.Conflict):
        stored = refusal.stored
        answer = {"refused": str(refusal), "stored": stored.text, "revision": stored.revision}
        return JsonResponse(answer, status=409)
    words = str(refusal) if refusal else " ".join(str(e) for es in form.errors.values() for e in es)
    return JsonResponse({"refused": words}, status=422)


def _stored(portfolio: Portfolio, requirement: Requirement) -> Entry | None:
    rows = portfolio.entries.filter(statement=requirement.statement_id, facet=requirement.facet)
    return rows.select_related("carried_from__tier").first()


def _cells(portfolio: Portfolio) -> list[Any]:
    entries = {(e.statement_id, e.facet): e for e in portfolio.entries.all()}
    return cells_of(list(portfolio.application.asked()), entries)


def _initial(request: UserRequest, stored: Entry | None) -> dict[str, Any]:
    if stored is None:
        return {"text": "", "language": request.user.language.partition("-")[0], "revision": 0}
    names = ("text", "language", "revision", "answer")
    return {name: getattr(stored, name) for name in names}


def _page(
    request: UserRequest,
    portfolio: Portfolio,
    requirement: Requirement,
    *,
    form: EntryForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    case, stored = portfolio.application, _stored(portfolio, requirement)
    if form is None:
        form = EntryForm(initial=_initial(request, stored))
    before, after, _goal = neighbours(_cells(portfolio), requirement)
    conflict = refusal.stored if isinstance(refusal, writing.Conflict) else None
    pieces = list(portfolio.evidence.prefetch_related("entries__statement", "sessions"))
    shown = [e for e in pieces if stored and stored in e.entries.all()]
    open_ = stored.state in WRITABLE if stored else not case.rounds
    context = {
        "case": case,
        "requirement": requirement,
        "statement": requirement.statement,
        "stored": stored,
        "form": form,
        "refusal": refusal,
        "conflict": conflict,
        "asked": stored.advice if stored else "",
        "revision": conflict.revision if conflict else form["revision"].value(),
        "writable": case.stage == Stage.PORTFOLIO and open_,
        "before": before,
        "after": after,
        "evidence": shown,
        "others": [e for e in pieces if e not in shown],
        "accept": ACCEPT,
        "steps": panel(case, request.user, body_day(timezone.now())).about(requirement.statement),
    }
    return render(request, "portfolios/entry.html", context)
