"""What the decision reads here: closed audits only. And who opens entries again."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application
from applicants.registry import Ground, done_already, ground, more_parts, reopener, unready
from certificates.models import Facet, Requirement, Route
from portfolios import calibrating, writing
from portfolios.models import Audit, AuditResult, Entry, EntryState, Finding
from portfolios.pairs import finished_in
from portfolios.panels import SecondAudit
from portfolios.sampling import is_short

Key = tuple[int, str]

reopener(writing.reopen)
done_already(finished_in)
unready(calibrating.not_calibrated)


@more_parts
def readers(application: Application) -> list[Role]:
    """A second auditor where the portfolio is read by two, and a third where they differ."""
    if application.stage != Stage.AUDIT:
        return []
    rows = SecondAudit.objects.filter(submission__portfolio__application=application)
    second = rows.filter(settled_at=None).last()
    if second is None:
        return []
    disputed = [Role.THIRD_AUDITOR] if second.disputed_at else []
    return [Role.SECOND_AUDITOR, *disputed]


@ground
def portfolio_audited(application: Application, at: datetime) -> Ground:  # noqa: ARG001
    """Every statement asked for was found met in a closed audit, or carried over, and the last
    audit passed. A renewal that was not drawn was checked for completeness alone."""
    spoken = application.route == Route.VERBAL_AUDIT
    label = _("Verbal audit") if spoken else _("Portfolio audit")
    last = Audit.objects.closed().filter(application=application).last()
    if last is None:
        return Ground(label, passed=False, why=_("No audit is closed yet."))
    if last.result != AuditResult.PASS:
        return Ground(label, passed=False, why=_("The last audit did not end with a pass."))
    open_ = [] if is_short(last) else _open(application)
    if open_:
        why = _("Not found to be met: %(codes)s") % {"codes": ", ".join(open_[:12])}
        return Ground(label, passed=False, why=why)
    return Ground(label, passed=True, why="")


def _open(application: Application) -> list[str]:
    asked, met = list(application.asked()), _met(application)
    if application.renews_id:
        return _areas_open(asked, met)
    return [
        f"{r.statement.code} {r.get_facet_display().lower()}"
        for r in asked
        if (r.statement_id, r.facet) not in met
    ]


def _areas_open(asked: list[Requirement], met: set[Key]) -> list[str]:
    """Renewal asks for one practice an area."""
    areas: dict[str, bool] = {}
    for r in asked:
        if r.facet == Facet.PRACTICE:
            code = r.statement.area.code
            areas[code] = areas.get(code, False) or (r.statement_id, r.facet) in met
    return [code for code, shown in areas.items() if not shown]


def _met(application: Application) -> set[Key]:
    """What closed audits found met at last, and what was carried over. An entry that was opened
    again later counts by its newest finding."""
    found: dict[Key, bool] = {}
    closed = Audit.objects.closed().filter(application=application)
    for finding in Finding.objects.filter(audit__in=closed).order_by(
        "audit__submission__number", "audit__seat", "audit__number"
    ):
        found[finding.statement_id, finding.facet] = finding.is_met
    carried = Entry.objects.filter(
        portfolio__application=application, state=EntryState.CARRIED
    ).values_list("statement_id", "facet")
    return {key for key, met in found.items() if met} | set(carried)
