"""A renewal file as its holder reads it: every requirement, how far it is, and what is next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.flow import OWNER, Stage
from applicants.models import Application
from assessments.models import SelfAssessment
from certificates.dates import body_day
from certificates.models import Certificate, Facet, Requirement, RequirementQuerySet, Tier
from certificates.steps import Measure, RenewalAmount, RenewalStep, asked_of
from frameworks.models import Area
from portfolios.log import Totals, totals
from portfolios.models import SENDABLE, Entry, Submission
from renewals.arithmetic import Count, months_before, reached_on
from renewals.models import Note, NoteKind, chain_of
from verification.models import Verification

LEFT = (Stage.WITHDRAWN, Stage.REDIRECTED, Stage.REFERRED, Stage.DECLINED)
WITH_US = (Stage.AUDIT, Stage.VERIFICATION, Stage.DECISION)


# --- The case and what it asks ------------------------------------------------------------------
def renewal_case(certificate: Certificate) -> Application | None:
    """The newest case that renews this certificate and was not left, if there is one."""
    cases = Application.objects.filter(renews__in=chain_of(certificate)).exclude(stage__in=LEFT)
    return cases.select_related("tier", "applicant", "edition").order_by("pk").last()


def asked_in(
    certificate: Certificate, case: Application | None, at: datetime
) -> RequirementQuerySet:
    """What practice entries can be about: what the case asks, or would ask if it began today."""
    if case is not None:
        return case.asked().filter(facet=Facet.PRACTICE)  # type: ignore[return-value]
    tier = certificate.tier
    wanted = Q(tier=tier, statement__edition=tier.framework.edition_at(at))
    if tier.renews_with:
        other = Tier.objects.get(scheme=tier.scheme_id, level=tier.renews_with)
        wanted |= Q(tier=other, statement__edition=other.framework.edition_at(at))
    return Requirement.objects.filter(wanted, facet=Facet.PRACTICE).in_order()


# --- Requirements -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Line:
    """One requirement: how far it is, in words and as a share."""

    step: RenewalStep
    measure: Measure
    label: str
    count: Count
    words: str
    url: str = ""
    action: str = ""
    late: bool = False  # at this pace it comes after the end

    @property
    def done(self) -> bool:
        return self.count.done

    @property
    def told(self) -> str:
        return _("%(label)s: %(words)s") % {"label": self.label, "words": self.words}


@dataclass(frozen=True, slots=True)
class AreaDone:
    """An area of the profile, and the practice entries that there are about it."""

    area: Area
    notes: Sequence[Note]
    written: bool  # in the portfolio of the renewal

    @property
    def done(self) -> bool:
        return bool(self.notes) or self.written


@dataclass(frozen=True, slots=True)
class Facts:
    """What the lines are told from."""

    certificate: Certificate
    case: Application | None
    today: date
    log: Totals
    areas: Sequence[AreaDone]
    rehearsed_on: date | None
    rated: bool
    sent: bool
    talked: bool

    @property
    def ends_on(self) -> date:
        return self.certificate.ends_on or date.max


def facts_of(certificate: Certificate, at: datetime) -> Facts:
    case = renewal_case(certificate)
    notes = list(Note.objects.of(certificate).select_related("statement__area"))
    rehearsals = [note.on for note in notes if note.kind == NoteKind.REHEARSAL]
    return Facts(
        certificate=certificate,
        case=case,
        today=body_day(at),
        log=totals(certificate.holder, certificate.awarded_on),
        areas=_areas(asked_in(certificate, case, at), notes, case),
        rehearsed_on=max(rehearsals, default=None),
        rated=SelfAssessment.objects.filter(application=case, sent_at__isnull=False).exists(),
        sent=Submission.objects.filter(portfolio__application=case).exists(),
        talked=Verification.objects.filter(application=case, signed_at__isnull=False).exists(),
    )


def _areas(
    asked: QuerySet[Requirement], notes: Sequence[Note], case: Application | None
) -> list[AreaDone]:
    """By code: the words of an area may be newer than the entry."""
    practice = [note for note in notes if note.kind == NoteKind.PRACTICE and note.statement]
    entries = Entry.objects.filter(
        portfolio__application=case, facet=Facet.PRACTICE, state__in=SENDABLE
    )
    written = set(entries.values_list("statement__area__code", flat=True)) if case else set()
    areas = {r.statement.area.code: r.statement.area for r in asked}
    return [
        AreaDone(
            area,
            [n for n in practice if n.statement and n.statement.area.code == code],
            code in written,
        )
        for code, area in areas.items()
    ]


def lines_of(facts: Facts) -> list[Line]:
    """Everything that this certificate asks of its holder, in the body's order."""
    rows = RenewalAmount.objects.select_related("step")
    level = facts.certificate.tier.level
    found = []
    for row in rows:
        if level in row.step.levels:
            measure = Measure(row.measure)
            found.append(TELL[measure](facts, row.step, row.amount))
    return found


def _number(told: str) -> str:
    """As the language of the reader writes it: “8.2” or “8,2”."""
    return number_format(told, use_l10n=True)


def _counted(facts: Facts, step: RenewalStep, measure: Measure, label: str, count: Count) -> Line:
    """Something that grows with every line of the log."""
    told = (count.have_told, count.asked_told, count.left_told)
    words = dict(zip(("have", "asked", "left"), map(_number, told), strict=True))
    url, action = reverse("portfolios:add_session"), _("Add to my log")
    if count.done:
        text = _("%(have)s of %(asked)s: done.") % words
        return Line(step, measure, label, count, text, url, action)
    text = _("%(have)s of %(asked)s, %(left)s to go.") % words
    day = reached_on(count, facts.certificate.awarded_on, facts.today)
    late = day is not None and day > facts.ends_on
    if day is not None:
        month = {"month": date_format(day, "F Y")}
        pace = (
            _("At your pace you would reach it in %(month)s, after the end.")
            if late
            else _("At your pace you reach it in %(month)s.")
        )
        text = f"{text} {pace % month}"
    elif not count.have:
        nothing = _("Nothing is logged since the award.")  # not within the braces: it is looked for
        text = f"{text} {nothing}"
    return Line(step, measure, label, count, text, url, action, late)


def _mentoring(facts: Facts, step: RenewalStep, amount: int) -> Line:
    count = Count(facts.log.mentoring, amount * 60, 60)
    return _counted(facts, step, Measure.MENTORING, _("Hours of mentoring"), count)


def _learning(facts: Facts, step: RenewalStep, amount: int) -> Line:
    count = Count(facts.log.learning, amount * 60, 60)
    return _counted(facts, step, Measure.LEARNING, _("Hours of learning"), count)


def _supervision(facts: Facts, step: RenewalStep, amount: int) -> Line:
    count = Count(facts.log.supervision_sessions, amount)
    return _counted(facts, step, Measure.SUPERVISION, _("Supervision or peer sessions"), count)


def _entries(facts: Facts, step: RenewalStep, amount: int) -> Line:
    have = sum(min(amount, max(len(one.notes), one.written)) for one in facts.areas)
    count = Count(have, amount * len(facts.areas))
    missing = [one.area.code for one in facts.areas if not one.done]
    text = _("%(have)s of %(asked)s areas have a new entry.") % {
        "have": count.have_told,
        "asked": count.asked_told,
    }
    if missing:
        text += " " + _("Still open: %(codes)s.") % {"codes": ", ".join(missing)}
    url = reverse("renewals:add", args=[facts.certificate.number, NoteKind.PRACTICE])
    label = _("New practice entries, one an area")
    return Line(step, Measure.ENTRIES, label, count, text, url, _("Add an entry"))


def _ratings(facts: Facts, step: RenewalStep, amount: int) -> Line:
    text = _("Done: see then and now.") if facts.rated else _("You rate yourself when you renew.")
    url = reverse("renewals:then_and_now", args=[facts.certificate.number])
    count = Count(amount if facts.rated else 0, amount)
    return Line(
        step, Measure.RATINGS, _("Fresh self-assessment"), count, text, url, _("Then and now")
    )


def _ethics(facts: Facts, step: RenewalStep, amount: int) -> Line:
    text = _("Confirmed.") if facts.sent else _("You confirm the code of conduct when you hand in.")
    count = Count(amount if facts.sent else 0, amount)
    return Line(step, Measure.ETHICS, _("Ethics declaration"), count, text)


def _talk(facts: Facts, step: RenewalStep, amount: int) -> Line:
    words = {"minutes": amount}
    text = (
        _("The talk took place.")
        if facts.talked
        else _("%(minutes)d minutes with a verifier, after your file was read.") % words
    )
    return Line(
        step, Measure.TALK, _("Renewal talk"), Count(amount if facts.talked else 0, amount), text
    )


def _rehearsal(facts: Facts, step: RenewalStep, amount: int) -> Line:
    day = facts.rehearsed_on
    fresh = is_fresh(day, facts.today, amount)
    count = Count(1 if fresh or facts.sent else 0, 1)
    if day is None:
        text = _("No rehearsal is written down yet.")
    elif fresh:
        text = _("Rehearsed on %(day)s.") % {"day": date_format(day)}
    else:
        text = ngettext(
            "The last one, on %(day)s, is more than %(count)d month ago. Rehearse again.",
            "The last one, on %(day)s, is more than %(count)d months ago. Rehearse again.",
            amount,
        ) % {"day": date_format(day), "count": amount}
    url = reverse("renewals:add", args=[facts.certificate.number, NoteKind.REHEARSAL])
    label = _("Crisis rehearsal and referral list")
    return Line(step, Measure.REHEARSAL, label, count, text, url, _("Write it down"))


def is_fresh(rehearsed_on: date | None, today: date, months: int) -> bool:
    return rehearsed_on is not None and rehearsed_on >= months_before(today, months)


Teller = Callable[[Facts, RenewalStep, int], Line]
TELL: Mapping[Measure, Teller] = {
    Measure.RATINGS: _ratings,
    Measure.ENTRIES: _entries,
    Measure.MENTORING: _mentoring,
    Measure.LEARNING: _learning,
    Measure.SUPERVISION: _supervision,
    Measure.ETHICS: _ethics,
    Measure.TALK: _talk,
    Measure.REHEARSAL: _rehearsal,
}


def rehearsed(certificate: Certificate, at: datetime) -> bool:
    """Does the file show a rehearsal that is young enough?"""
    months = asked_of(certificate.tier.level).get(Measure.REHEARSAL)
    days = Note.objects.of(certificate).filter(kind=NoteKind.REHEARSAL).values_list("on", flat=True)
    return months is not None and is_fresh(max(days, default=None), body_day(at), months)


def is_with_us(case: Application | None) -> bool:
    return case is not None and case.stage in WITH_US


def is_theirs(case: Application | None) -> bool:
    """Does the case wait for something that the holder does?"""
    return case is not None and case.is_open and OWNER[Stage(case.stage)] == "applicant"
