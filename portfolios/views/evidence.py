"""Files and links: adding, showing with an entry, taking away, and downloading."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from portfolios import evidence as keeping
from portfolios.forms import LinkForm
from portfolios.models import Evidence
from portfolios.uploads import TYPES, ending_of
from portfolios.views.doors import asked_for, own_portfolio, undeclared
from portfolios.views.entries import keep_files
from trail.flow import Refused


@require_POST
def add_files(request: UserRequest, pk: int) -> HttpResponse:
    portfolio = own_portfolio(request, pk)
    if not request.FILES.getlist("files"):
        messages.error(request, _("Choose a file first."))
    keep_files(request, portfolio)
    return redirect("portfolios:workspace", pk=pk)


@require_POST
def add_link(request: UserRequest, pk: int) -> HttpResponse:
    portfolio = own_portfolio(request, pk)
    form = LinkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a full address that begins with https:// or http://"))
        return redirect("portfolios:workspace", pk=pk)
    try:
        keeping.add_link(portfolio, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The link is kept."))
    return redirect("portfolios:workspace", pk=pk)


@require_GET
def download(request: UserRequest, pk: int) -> HttpResponseBase:
    """Only through the case it belongs to, and never as a page of ours: what a file holds is
    nobody's word but its author's."""
    seen = Evidence.objects.visible_to(request.user).select_related("portfolio__application")
    evidence = get_object_or_404(seen, pk=pk)
    case = evidence.portfolio.application
    if case.applicant_id != request.user.pk and (elsewhere := undeclared(request, case)):
        return elsewhere
    if not evidence.file:
        raise Http404
    response = FileResponse(
        evidence.file.open("rb"),
        as_attachment=True,
        filename=evidence.title,
        content_type=TYPES.get(ending_of(evidence.title), "application/octet-stream"),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def use(request: UserRequest, pk: int, code: str, facet: str) -> HttpResponse:
    """Show a file or link with this entry too, or no longer."""
    portfolio = own_portfolio(request, pk)
    requirement = asked_for(portfolio.application, code, facet)
    evidence = get_object_or_404(portfolio.evidence, pk=request.POST.get("evidence") or 0)
    entry = portfolio.entries.filter(statement=requirement.statement, facet=facet).first()
    now = timezone.now()
    try:
        if request.POST.get("off") and entry is not None:
            keeping.unlink(evidence, entry, by=request.user, at=now)
        else:
            keeping.link(evidence, requirement, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portfolios:entry", pk, code, facet)


@require_POST
def remove(request: UserRequest, pk: int) -> HttpResponse:
    mine = Evidence.objects.visible_to(request.user).filter(
        portfolio__application__applicant=request.user
    )
    evidence = get_object_or_404(mine.select_related("portfolio"), pk=pk)
    try:
        keeping.remove(evidence, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” is removed.") % {"name": evidence.title})
    return redirect("portfolios:workspace", pk=evidence.portfolio.application_id)
