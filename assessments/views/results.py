"""The baseline: as a page, as a part of the interview, as a paper, as a table of one's answers."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from assessments import services
from assessments.exporting import answers_csv
from assessments.models import Report, SelfAssessment
from assessments.profile import told_of
from assessments.result import result_of
from assessments.views.doors import opened, own_case

PRIVATE = {"Cache-Control": "private, no-store"}


@require_GET
def result(request: UserRequest, pk: int) -> HttpResponse:
    """The baseline, for the applicant and for whoever takes a part in the case and has declared."""
    assessment = opened(request, pk)
    case = assessment.application
    own = case.applicant_id == request.user.pk
    if not own and not case.declared(request.user):
        return redirect("applicants:declare", pk)
    if assessment.sent_at is None:
        if own:
            return redirect("assessments:start", pk)
        raise Http404
    told = result_of(assessment, request.user.language, assessment.sent_at)
    context = {"case": case, "own": own, "report": told, "nav": "home" if own else "worklist"}
    context |= {"sent_at": assessment.sent_at, "paper": _paper(assessment, request)}
    return render(request, "assessments/result.html", context)


@require_GET
def summary(request: UserRequest, pk: int) -> HttpResponse:
    """The baseline as a part of the page on which the interview is held."""
    assessment = opened(request, pk)
    if assessment.sent_at is None or not assessment.application.declared(request.user):
        raise Http404
    told = result_of(assessment, request.user.language)
    return render(request, "assessments/_summary.html", {"report": told})


def _finished(request: UserRequest, pk: int) -> SelfAssessment:
    """What was sent, for the applicant and for whoever may read the result."""
    assessment = opened(request, pk)
    case = assessment.application
    own = case.applicant_id == request.user.pk
    if assessment.sent_at is None or not (own or case.declared(request.user)):
        raise Http404
    return assessment


def _paper(assessment: SelfAssessment, request: UserRequest) -> Report | None:
    return assessment.reports.filter(language=request.user.language).first()


@require_POST
def report(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for the report as a PDF, in one's own language."""
    assessment = _finished(request, pk)
    paper = services.ask_report(
        assessment, language=request.user.language, by=request.user, at=timezone.now()
    )
    if request.htmx:
        context = {"case": assessment.application, "paper": paper}
        return render(request, "assessments/_report_file.html", context)
    return redirect("assessments:result", pk)


@require_GET
def report_state(request: UserRequest, pk: int) -> HttpResponse:
    """The part alone: asked again every two seconds while the report is drawn."""
    assessment = _finished(request, pk)
    context = {"case": assessment.application, "paper": _paper(assessment, request)}
    return render(request, "assessments/_report_file.html", context)


@require_GET
def report_pdf(request: UserRequest, pk: int) -> FileResponse:
    assessment = _finished(request, pk)
    drawn = assessment.reports.filter(drawn_at__isnull=False)
    paper = get_object_or_404(drawn, language=request.user.language)
    name = slugify(f"{_('Baseline')} {assessment.application.applicant.full_name}") or "baseline"
    return FileResponse(
        paper.file.open("rb"),
        as_attachment=True,
        filename=f"{name}.pdf",
        content_type="application/pdf",
        headers=PRIVATE,
    )


@require_GET
def answers(request: UserRequest, pk: int) -> HttpResponse:
    """One's own answers as a table, sent or not: they are the applicant's."""
    assessment = getattr(own_case(request, pk), "self_assessment", None)
    if assessment is None:
        raise Http404
    content = answers_csv(told_of(assessment, request.user.language))
    disposition = 'attachment; filename="answers.csv"'
    headers = PRIVATE | {"Content-Disposition": disposition}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
