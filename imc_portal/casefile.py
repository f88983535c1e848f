"""The case file: one person's whole chain, statement by statement, on one page.

Statement, self-rating, evidence, auditor's finding, verifier's outcome. A fixed number of queries
however many statements. What somebody wrote for themselves alone never comes here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role, parts_of_work
from applicants.flow import OWNER, Stage
from applicants.models import Application, CaseRole, Decision, MoreAsked
from applicants.models.case import STAFF_PARTS
from assessments.models import Rating
from certificates.models import Facet, Requirement
from frameworks.models import Statement
from imc_portal.case_letters import SHOWN, Sent, sent
from imc_portal.sentences import Line, lines
from meetings.models import Meeting
from portfolios.frozen import Piece, newest_pieces
from portfolios.models import Audit, Entry, Finding
from trail.models import Event
from verification.models import Addendum, Found, Outcome, Verification

WORDS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the file shows it: its first words, and all of them behind “read all”."""

    facet: str
    state: str
    text: str
    short: str
    words: int
    files: int
    pieces: Sequence[Piece]  # those that were handed in, for who reads entries
    language: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What an auditor or verifier found of a statement."""

    label: str
    words: str
    ok: bool
    comment: str
    who: str


@dataclass(slots=True)
class Chain:
    """Everything about one statement."""

    statement: Statement
    rating: list[tuple[str, int]] = field(default_factory=list)
    entries: list[Shown] = field(default_factory=list)
    findings: list[Judged] = field(default_factory=list)
    outcome: Judged | None = None
    addenda: list[Addendum] = field(default_factory=list)  # to what the verifier found of it


@dataclass(frozen=True, slots=True)
class AreaChains:
    """The chains of one area, folded; `open` where something is not as it should be."""

    code: str
    name: str
    chains: Sequence[Chain]
    met: int
    asked: int

    @property
    def open(self) -> bool:
        judged = [f.ok for chain in self.chains for f in chain.findings]
        judged += [chain.outcome.ok for chain in self.chains if chain.outcome]
        return not all(judged)


@dataclass(frozen=True, slots=True)
class Part:
    """Who holds which part; `ended` says why somebody no longer does."""

    role: str
    person: User | None
    ended: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    chains: Sequence[Chain]
    areas: Sequence[AreaChains]
    parts: Sequence[Part]
    independent: str
    history: Sequence[Line]
    letters: Sequence[Sent]
    met: int
    asked: int
    notes: Sequence[Meeting]  # what was noted of meetings for both who met
    audits: Sequence[Audit]
    records: Sequence[Verification]
    more_asked: Sequence[MoreAsked]
    decision: Decision | None
    reads_entries: bool


def case_file(application: Application, reader: User, events: Iterable[Event]) -> CaseFile:
    """The file as this reader may see it. Administrators keep the case, and read no entries."""
    reads = application.declared(reader)
    asked = list(application.asked())
    findings = _findings(application)
    chains = _chains(application, asked, findings, reads_entries=reads)
    wanted = _wanted(application, asked, chains)
    records = list(
        _records(application)
        .select_related("verifier")
        .prefetch_related("addenda__by", "addenda__statement")
    )
    _add_addenda(chains, records)
    cast = list(application.cast.select_related("person").order_by("since", "pk"))
    return CaseFile(
        chains=chains,
        areas=_areas(chains, wanted),
        parts=_parts(application, cast),
        independent=_sentence(cast),
        history=lines(events, reader),
        letters=sent(application, application.applicant)[:SHOWN],
        met=sum(finding.is_met for finding in findings.values()),
        asked=sum(wanted.values()),
        notes=list(_notes(application)) if reads else [],
        audits=list(_audits(application)),
        records=records,
        more_asked=list(_more_asked(application)),
        decision=application.decisions.filter(set_aside_at=None)
        .select_related("by")
        .prefetch_related("particulars__statement")
        .first(),
        reads_entries=reads,
    )


def _wanted(
    application: Application, asked: Iterable[Requirement], chains: Iterable[Chain]
) -> Mapping[int, int]:
    """How many entries each area asks for: of a renewal those that were written, one at least
    (RC3)."""
    if not application.renews_id:
        return Counter(requirement.statement.area_id for requirement in asked)
    written: dict[int, int] = defaultdict(int)
    for chain in chains:
        written[chain.statement.area_id] += len(chain.entries)
    return {area: max(entries, 1) for area, entries in written.items()}


def _areas(chains: Iterable[Chain], wanted: Mapping[int, int]) -> list[AreaChains]:
    grouped: dict[int, list[Chain]] = defaultdict(list)
    for chain in chains:
        grouped[chain.statement.area_id].append(chain)
    return [
        AreaChains(
            code=found[0].statement.area.code,
            name=found[0].statement.area.said.name,
            chains=found,
            met=sum(finding.ok for chain in found for finding in chain.findings),
            asked=wanted[area],
        )
        for area, found in grouped.items()
    ]


def _notes(application: Application) -> Iterable[Meeting]:
    """The shared notes of meetings that are closed. Private notes are nobody's but their author's,
    and are not even asked for."""
    held = Meeting.objects.filter(about__case=application.trail_case()).exclude(closed_at=None)
    return held.exclude(shared_note="").select_related("host").order_by("starts_at")


def _more_asked(application: Application) -> Iterable[MoreAsked]:
    rows = application.more_asked.select_related("by").prefetch_related("particulars__statement")
    return rows.order_by("pk")


# --- The chain --------------------------------------------------------------------------------
def _audits(application: Application) -> Iterable[Audit]:
    """Rounds that are closed: a finding is the auditor's own until then."""
    rows = Audit.objects.filter(application=application).exclude(closed_at=None)
    rows = rows.select_related("auditor", "submission").defer("submission__snapshot")
    return rows.order_by("submission__number", "seat", "number")


def _records(application: Application) -> QuerySet[Verification]:
    return Verification.objects.filter(application=application).exclude(signed_at=None)


def _findings(application: Application) -> dict[tuple[int, str], Finding]:
    """The latest closed finding of each statement and facet."""
    rows = Finding.objects.filter(audit__application=application)
    rows = rows.exclude(audit__closed_at=None).select_related("audit__auditor")
    found = rows.order_by("audit__submission__number", "audit__seat", "audit__number")
    return {(f.statement_id, f.facet): f for f in found if f.is_complete}


def _chains(
    application: Application,
    asked: Sequence[Requirement],
    findings: dict[tuple[int, str], Finding],
    *,
    reads_entries: bool,
) -> list[Chain]:
    chains: dict[int, Chain] = {}
    for requirement in asked:
        chain = chains.setdefault(requirement.statement_id, Chain(requirement.statement))
        if finding := findings.get((requirement.statement_id, requirement.facet)):
            chain.findings.append(_judged(finding))
    _add_ratings(chains, application)
    _add_entries(chains, application, reads_entries=reads_entries)
    _add_outcomes(chains, application)
    return list(chains.values())


def _add_ratings(chains: dict[int, Chain], application: Application) -> None:
    """Numbers only: the note beside a rating was written for the interview."""
    rows = Rating.objects.filter(assessment__application=application)
    for rating in rows.exclude(assessment__sent_at=None):
        if chain := chains.get(rating.statement_id):
            chain.rating = _rated(rating)


def _add_entries(
    chains: dict[int, Chain], application: Application, *, reads_entries: bool
) -> None:
    rows = Entry.objects.filter(portfolio__application=application).select_related("statement")
    pieces = newest_pieces(application) if reads_entries else {}
    for entry in rows.annotate(files=Count("evidence")).order_by("facet"):
        if chain := chains.get(entry.statement_id):
            shown = pieces.get((entry.statement.code, entry.facet), [])
            chain.entries.append(_shown(entry, shown, reads_entries=reads_entries))


def _add_outcomes(chains: dict[int, Chain], application: Application) -> None:
    rows = Outcome.objects.filter(verification__in=_records(application))
    for outcome in rows.select_related("verification__verifier").order_by("saved_at"):
        if chain := chains.get(outcome.statement_id):
            chain.outcome = _verified(outcome)


def _add_addenda(chains: Iterable[Chain], records: Iterable[Verification]) -> None:
    """What was added to a signed record about one statement stands beside it, too."""
    found = {chain.statement.pk: chain for chain in chains}
    for record in records:
        for addendum in record.addenda.all():
            if chain := found.get(addendum.statement_id or 0):
                chain.addenda.append(addendum)


def _rated(rating: Rating) -> list[tuple[str, int]]:
    both = ((Facet.CONCEPT.label, rating.concept), (Facet.PRACTICE.label, rating.practice))
    return [(str(label), value) for label, value in both if value is not None]


def _shown(entry: Entry, pieces: Sequence[Piece], *, reads_entries: bool) -> Shown:
    words = entry.text.split()
    return Shown(
        facet=entry.get_facet_display(),
        state=entry.get_state_display(),
        text=entry.text if reads_entries else "",
        short=" ".join(words[:WORDS_SHOWN]) + ("…" if len(words) > WORDS_SHOWN else "")
        if reads_entries
        else "",
        words=len(words),
        files=entry.files,  # type: ignore[attr-defined]
        pieces=pieces,
        language=entry.language,
    )


def _judged(finding: Finding) -> Judged:
    return Judged(
        label=finding.get_facet_display(),
        words=finding.in_words,
        ok=finding.is_met,
        comment=finding.advice,
        who=finding.audit.auditor.full_name,
    )


def _verified(outcome: Outcome) -> Judged:
    return Judged(
        label="",
        words=outcome.get_found_display(),
        ok=outcome.found == Found.CONFIRMED,
        comment=outcome.note,
        who=outcome.verification.verifier.full_name,
    )


# --- Independence -----------------------------------------------------------------------------
def _parts(application: Application, cast: Sequence[CaseRole]) -> list[Part]:
    """One line for every part the route asks for, held or not, and for every part that ended."""
    held: dict[str, list[CaseRole]] = defaultdict(list)
    for part in cast:
        held[part.role].append(part)
    found = []
    for stage in application.path:
        for role in parts_of_work(OWNER[stage]):
            if role in STAFF_PARTS and (role == OWNER[stage] or held[role]):
                found += _holders(role, held[role])
    return found


def _holders(role: Role, parts: Sequence[CaseRole]) -> list[Part]:
    """Who holds it, or that nobody does; then everybody who did."""
    now = next((part for part in parts if part.ended_at is None), None)
    label = str(role.label)
    return [
        Part(label, now.person if now else None, ""),
        *(
            Part(label, part.person, str(WHY.get(part.ended_why, part.ended_why)))
            for part in parts
            if part.ended_at is not None
        ),
    ]


WHY = {"recused": gettext_lazy("stepped back"), "replaced": gettext_lazy("replaced")}


def _sentence(cast: Sequence[CaseRole]) -> str:
    """That nobody holds two parts. The database refuses it; the file says it."""
    staff = [part for part in cast if part.role in STAFF_PARTS and part.ended_at is None]
    people = {part.person_id for part in staff}
    if not people:
        return _("Nobody is assigned yet")
    if len(people) == 1:
        return _("One person so far, one part")
    return _("%(count)d people, no shared part") % {"count": len(people)}


def is_locked(application: Application, reader: User) -> bool:
    """Staff declare their interests before the file opens; administrators only keep it."""
    return Role.ADMINISTRATOR not in reader.roles and not application.declared(reader)


def status_sentence(application: Application) -> str:
    """“Waiting for the auditor”, or how the case ended."""
    owner = OWNER.get(Stage(application.stage))
    if owner is None:
        return str(Stage(application.stage).label)
    return _("Waiting for the %(role)s") % {"role": str(owner.label).lower()}
