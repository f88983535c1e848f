"""The doors: how a page reaches what it shows. Who may not come in gets 404."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect

from accounts.http import UserRequest
from accounts.roles import Role
from applicants.models import Application
from certificates.models import Requirement
from portfolios.models import Audit, Portfolio


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


def audit_case(request: UserRequest, pk: int) -> Application:
    """The case, for its auditor; whoever else it is visible to reads the case file."""
    seen = Application.objects.visible_to(request.user)
    case = get_object_or_404(seen.select_related("tier__scheme", "edition", "applicant"), pk=pk)
    if Role.AUDITOR not in case.acts_as(request.user):
        raise Http404
    return case


def undeclared(request: UserRequest, application: Application) -> HttpResponseRedirect | None:
    """Interests are declared before anything of the file is shown."""
    if application.declared(request.user):
        return None
    return redirect("applicants:declare", pk=application.pk)


def open_audit_of(request: UserRequest, application: Application) -> Audit | None:
    """The audit that this auditor has begun and not closed."""
    audit = (
        application.audits.open().filter(auditor=request.user).select_related("submission").first()
    )
    if audit is not None:
        audit.application = application
    return audit
