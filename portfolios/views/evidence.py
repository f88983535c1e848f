"""Evidence: adding files and links; showing any with an entry, looking at it, taking it away."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from files.uploads import TYPES, ending_of
from portfolios import evidence as keeping
from portfolios.forms import LinkForm
from portfolios.frozen import as_handed_in, as_it_is
from portfolios.models import Evidence
from portfolios.views.doors import Elsewhere, asked_for, named_entry, own_portfolio, seen_evidence
from portfolios.views.entries import keep_files
from trail.flow import Refused


@require_GET
def files(request: UserRequest, pk: int) -> HttpResponse:
    """The list alone, as it stands now: the page asks for it while files are being checked."""
    portfolio = own_portfolio(request, pk)
    requirement = named_entry(request, portfolio)
    pieces = portfolio.evidence.prefetch_related("entries__statement", "sessions")
    context = {"case": portfolio.application, "writable": portfolio.writable}
    if requirement is None:
        context |= {"evidence": pieces, "fixed": keeping.handed_in(portfolio)}
        return render(request, "portfolios/_file_list.html", context)
    here = pieces.filter(entries__statement=requirement.statement, entries__facet=requirement.facet)
    context |= {"requirement": requirement, "statement": requirement.statement, "evidence": here}
    return render(request, "portfolios/_entry_file_list.html", context)


@require_POST
def add_files(request: UserRequest, pk: int) -> HttpResponse:
    portfolio = own_portfolio(request, pk)
    requirement = named_entry(request, portfolio)
    if request.accepts("text/html"):
        if not request.FILES.getlist("files"):
            messages.error(request, _("Choose a file first."))
        keep_files(request, portfolio, requirement)
        return redirect("portfolios:workspace", pk=pk)
    upload = request.FILES.get("files")
    if upload is None:
        return JsonResponse({"refused": _("Choose a file first.")}, status=422)
    try:
        kept, new = keeping.add_file(
            portfolio, upload=upload, requirement=requirement, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=422)
    return JsonResponse({"said": keeping.welcome(kept, new=new)})


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
def look(request: UserRequest, pk: int) -> HttpResponse:
    """A text or sessions in their words; of a file, the pages as pictures that we drew: nothing of
    the file itself reaches the reader."""
    try:
        evidence = seen_evidence(request, pk)
    except Elsewhere as elsewhere:
        return elsewhere.answer
    case = evidence.portfolio.application
    mine = case.applicant_id == request.user.pk
    if evidence.is_written:
        shown = as_it_is(evidence) if mine else as_handed_in(evidence)
        words = {"piece": shown, "case": case, "mine": mine}
        return render(request, "portfolios/piece.html", words)
    sheets = [
        {"number": number, "width": width, "height": height}
        for number, (width, height) in enumerate(evidence.pages, start=1)
    ]
    context = {
        "piece": evidence,
        "case": case,
        "sheets": sheets,
        "mine": mine,
    }
    return render(request, "portfolios/look.html", context)


@require_GET
def page(request: UserRequest, pk: int, page: int) -> HttpResponseBase:
    try:
        evidence = seen_evidence(request, pk)
    except Elsewhere as elsewhere:
        return elsewhere.answer
    if not 1 <= page <= len(evidence.pages):
        raise Http404
    picture = default_storage.open(evidence.page_name(page))
    return _boxed(FileResponse(picture, content_type="image/webp"))


@require_GET
def download(request: UserRequest, pk: int) -> HttpResponseBase:
    """Only through the case it belongs to, and never as a page of ours: what a file holds is
    nobody's word but its author's."""
    try:
        evidence = seen_evidence(request, pk)
    except Elsewhere as elsewhere:
        return elsewhere.answer
    if not evidence.file:
        raise Http404
    response = FileResponse(
        evidence.file.open("rb"),
        as_attachment=True,
        filename=evidence.title,
        content_type=TYPES.get(ending_of(evidence.title), "application/octet-stream"),
    )
    return _boxed(response)


def _boxed(response: FileResponse) -> FileResponse:
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
