"""What the pages of the renewal file are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.flow import OWNER, Stage
from applicants.models import Application, PlanItem
from certificates.dates import body_day
from certificates.models import Certificate
from certificates.renewal import Calendar, calendar_of, grace_ends, may_renew, opens_on
from certificates.services import present
from certificates.status import Kind, Status
from certificates.steps import Measure
from portfolios.handing_in import Missing, missing
from portfolios.models import Portfolio
from renewals.enclosures import goals
from renewals.models import Leave, Note
from renewals.progress import AreaDone, Facts, Line, facts_of, is_with_us, lines_of
from renewals.services import moved_end, why_closed

OPEN = tuple(OWNER)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is next in a renewal. `begins` marks the one step that opens the case."""

    heading: str
    text: str
    whose: str
    by_when: str
    state: str = "turn"
    url: str = ""
    label: str = ""
    begins: bool = False


@dataclass(frozen=True, slots=True)
class File:
    certificate: Certificate
    case: Application | None
    dates: Calendar
    lines: Sequence[Line]
    areas: Sequence[AreaDone]
    notes: Sequence[Note]
    goals: Sequence[PlanItem]
    leaves: Sequence[Leave]
    turn: Turn
    why_closed: str
    handed_in_on: date | None
    along: Certificate | None  # the certificate through which this one is renewed, too

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)


def file_of(certificate: Certificate, at: datetime) -> File:
    facts, dates = facts_of(certificate, at), calendar_of(certificate)
    if dates is None:
        raise LookupError("a certificate that does not end has no renewal file")
    lines = lines_of(facts)
    handed_in = certificate.standing(at).handed_in
    notes = Note.objects.of(certificate).select_related("statement__area")
    return File(
        certificate=certificate,
        case=facts.case,
        dates=dates,
        lines=lines,
        areas=facts.areas,
        notes=list(notes.prefetch_related("sessions")),
        goals=goals(certificate),
        leaves=list(Leave.objects.of(certificate)),
        turn=turn_of(certificate, facts, lines, at),
        why_closed=why_closed(certificate, at),
        handed_in_on=body_day(handed_in) if handed_in else None,
        along=_renewed_through(certificate),
    )


def _renewed_through(certificate: Certificate) -> Certificate | None:
    """Journey Mentor, where its holder has it: renewing it renews this one."""
    rows = Certificate.objects.filter(
        holder=certificate.holder_id,
        tier__renews_with=certificate.tier.level,
        renewed_by=None,
        stopped_at=None,
    )
    return rows.first()


@dataclass(frozen=True, slots=True)
class State:
    """A renewal file in one line, for the home page."""

    done: int
    total: int
    turn: Turn


def state_of(certificate: Certificate, at: datetime) -> State | None:
    """None where there is nothing to keep: it does not end, was renewed, stopped or is too old."""
    renewed = any(event.kind == Kind.RENEWED for event in certificate.events.all())
    if certificate.ends_on is None or renewed or certificate.stopped_at:
        return None
    if not certificate.standing(at).good and may_renew(certificate, at):
        return None
    facts = facts_of(certificate, at)
    lines = lines_of(facts)
    turn = turn_of(certificate, facts, lines, at)
    return State(sum(line.done for line in lines), len(lines), turn)


# --- What is next ---------------------------------------------------------------------------------
def turn_of(certificate: Certificate, facts: Facts, lines: Sequence[Line], at: datetime) -> Turn:
    case = facts.case
    if case is not None and case.stage in OPEN:
        return _under_way(certificate, case)
    why_not = may_renew(certificate, at)
    if not why_not:
        return _open_window(certificate, at)
    ends = certificate.ends_on
    if ends and certificate.status(at) == Status.VALID and facts.today < opens_on(ends):
        return _gathering(lines, ends)
    return Turn(_("Nothing is asked of you here"), why_not, _("Nobody’s"), "", state="done")


def _under_way(certificate: Certificate, case: Application) -> Turn:
    url = f"{reverse('home')}?case={case.pk}"
    handed_in = certificate.handed_in_on
    if is_with_us(case) and handed_in:
        return Turn(
            _("Your renewal is with us"),
            _("Handed in on %(day)s, being decided. Your certificate holds until then.")
            % {"day": date_format(handed_in)},
            _("Ours"),
            date_format(case.due_on) if case.due_on else _("No deadline"),
            state="waiting",
            url=url,
            label=_("See where it stands"),
        )
    ends = certificate.ends_on
    return Turn(
        _("Continue your renewal"),
        _("It is open at: %(stage)s.") % {"stage": Stage(case.stage).label},
        _("Yours") if OWNER[Stage(case.stage)] == "applicant" else _("Ours"),
        date_format(ends) if ends else "",
        url=url,
        label=_("Continue"),
    )


def _open_window(certificate: Certificate, at: datetime) -> Turn:
    ends = certificate.ends_on or body_day(at)
    lapsed = body_day(at) > ends
    last = grace_ends(ends) if lapsed else ends
    text = (
        _("Your certificate has lapsed. You can still renew without starting again.")
        if lapsed
        else _("Early handing in costs nothing: the new period begins where the old one ends.")
    )
    return Turn(
        _("Begin the renewal"),
        text,
        _("Yours"),
        date_format(last),
        state="late" if lapsed else "turn",
        begins=True,
    )


def _gathering(lines: Sequence[Line], ends: date) -> Turn:
    """Long before the end: what is furthest behind of that which can be done now."""
    now = {Measure.MENTORING, Measure.LEARNING, Measure.SUPERVISION, Measure.ENTRIES}
    open_ = [line for line in lines if not line.done and line.measure in now]
    if not open_:
        return Turn(
            _("You have gathered what renewal asks for"),
            _("You can hand it in from %(day)s.") % {"day": date_format(opens_on(ends))},
            _("Nobody’s"),
            date_format(opens_on(ends)),
            state="done",
        )
    first = min(open_, key=lambda line: line.count.percent)
    return Turn(
        _("Add what you do, as it happens"),
        first.told,
        _("Yours"),
        date_format(ends),
        url=first.url,
        label=first.action,
    )


# --- Handing in -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Checklist:
    """What stands between this file and handing it in."""

    done: Sequence[str]
    open: Sequence[Missing]
    ready: bool  # everything is there, and it can be handed in now
    send_url: str = ""


def checklist_of(file: File) -> Checklist:
    """Of the case where there is one; before, of what can be gathered."""
    case, lines = file.case, file.lines
    later = {Measure.ETHICS, Measure.TALK}  # said when it is handed in, and after
    done = [line.told for line in lines if line.done]
    portfolio = Portfolio.objects.filter(application=case).first() if case else None
    if portfolio is None or case is None or case.stage != Stage.PORTFOLIO:
        here = reverse("renewals:file", args=[file.certificate.number])
        open_ = [
            Missing(line.told, line.url or here)
            for line in lines
            if not line.done and line.measure not in later
        ]
        return Checklist(done, open_, ready=False)
    portfolio.application = case
    gaps = missing(portfolio)
    return Checklist(
        done, gaps, ready=not gaps, send_url=reverse("portfolios:send", args=[case.pk])
    )


# --- For administrators ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LeaveSums:
    """A leave, and the dates that follow from it."""

    leave: Leave
    before: date | None
    after: date | None


def sums_of(leave: Leave) -> LeaveSums:
    if leave.moved_to:
        return LeaveSums(leave, leave.moved_from, leave.moved_to)
    certificate = present(leave.certificate)
    return LeaveSums(leave, certificate.ends_on, moved_end(certificate, leave.days))


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A renewal that is open. `look` says how it is looked at, once it was handed in."""

    case: Application
    stage: str
    ends_on: date | None
    handed_in_on: date | None
    look: str


def underway() -> list[UnderWay]:
    cases = Application.objects.open().filter(renews__isnull=False)
    rows = cases.select_related("applicant", "tier", "renews", "portfolio").prefetch_related(
        "portfolio__submissions__renewal_look"
    )
    return [_under_way_row(case) for case in rows.order_by("renews__expires_on", "pk")]


def _under_way_row(case: Application) -> UnderWay:
    certificate = present(case.renews) if case.renews else None
    portfolio = getattr(case, "portfolio", None)
    looks = (
        [getattr(s, "renewal_look", None) for s in portfolio.submissions.all()] if portfolio else []
    )
    look = looks[-1] if looks else None
    words = "" if look is None else _("In full") if look.full else _("For completeness")
    return UnderWay(
        case,
        str(Stage(case.stage).label),
        certificate.ends_on if certificate else None,
        certificate.handed_in_on if certificate else None,
        words,
    )
