"""The doors: how a page reaches what it shows. Who may not come in gets 404."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render

from accounts.http import UserRequest
from accounts.roles import Role
from applicants.models import Application
from certificates.models import Requirement
from portfolios.evidence import handed_in
from portfolios.models import Audit, Evidence, Portfolio
from portfolios.seconds import may_ask


def own_case(request: UserRequest, pk: int) -> Application:
    """What is in the making is the applicant's alone."""
    mine = Application.objects.visible_to(request.user).filter(applicant=request.user)
    related = ("tier__scheme", "edition", "renews", "applicant", "plan")
    return get_object_or_404(mine.select_related(*related), pk=pk)


def own_portfolio(request: UserRequest, pk: int) -> Portfolio:
    case = own_case(request, pk)
    portfolio = Portfolio.objects.filter(application=case).first()
    if portfolio is None:
        raise Http404
    portfolio.application = case
    return portfolio


def asked_for(application: Application, code: str, facet: str) -> Requirement:
    return get_object_or_404(application.asked(), statement__code=code, facet=facet)


def named_entry(request: UserRequest, portfolio: Portfolio) -> Requirement | None:
    """The entry that a list or a piece of evidence belongs to, where the page names one."""
    given = request.POST if request.method == "POST" else request.GET
    if not given.get("code"):
        return None
    return asked_for(portfolio.application, given["code"], given.get("facet", ""))


def audit_case(request: UserRequest, pk: int) -> Application:
    """The case, for its auditor; whoever else it is visible to reads the case file."""
    seen = Application.objects.visible_to(request.user)
    case = get_object_or_404(seen.select_related("tier__scheme", "edition", "applicant"), pk=pk)
    if Role.AUDITOR not in case.acts_as(request.user):
        raise Http404
    return case


class Elsewhere(Exception):
    """Something else is shown instead."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


def seen_evidence(request: UserRequest, pk: int) -> Evidence:
    """A piece of evidence, for its owner, and for others on the case once it was handed in and is
    known to be harmless. Raises Elsewhere with the page that comes first."""
    seen = Evidence.objects.visible_to(request.user).select_related("portfolio__application__tier")
    evidence = get_object_or_404(seen, pk=pk)
    case = evidence.portfolio.application
    if case.applicant_id == request.user.pk:
        return evidence
    if declare := undeclared(request, case):
        raise Elsewhere(declare)
    if evidence.pk not in handed_in(evidence.portfolio):
        raise Http404
    if not evidence.open_to_others:
        context = {"piece": evidence, "case": case}
        raise Elsewhere(render(request, "portfolios/held.html", context, status=403))
    return evidence


def second_case(request: UserRequest, pk: int) -> Application:
    """A case for which this person may ask for a second audit. The Director reads nothing in it."""
    case = get_object_or_404(Application.objects.select_related("tier"), pk=pk)
    if not may_ask(case, request.user):
        raise Http404
    return case


def director(request: UserRequest) -> None:
    """Figures over all audits are for the Director and the administrators."""
    if not {Role.DECIDER, Role.ADMINISTRATOR} & request.user.roles:
        raise Http404


def auditor(request: UserRequest) -> None:
    if Role.AUDITOR not in request.user.roles:
        raise Http404


def undeclared(request: UserRequest, application: Application) -> HttpResponseRedirect | None:
    """Interests are declared before anything of the file is shown."""
    if application.declared(request.user):
        return None
    return redirect("applicants:declare", pk=application.pk)


def open_audit_of(request: UserRequest, application: Application) -> Audit | None:
    """The audit that this auditor has begun and not closed."""
    audit = (
        application.audits.open()
        .filter(auditor=request.user, finished_at=None)
        .select_related("submission")
        .first()
    )
    if audit is not None:
        audit.application = application
    return audit
