"""Things for tests, made by walking the real services: no factory can invent an impossible state.

The cast: ada applies, ina takes in, aud audits, vera verifies, dee decides, noor administers, pan
chairs the appeal panel, eve is a stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from accounts.models import Language, User
from accounts.roles import Role, work_of
from accounts.services import grant
from applicants import assigning, deciding, intake, planning, qualifying, services
from applicants.declaring import declare_year
from applicants.flow import Stage
from applicants.models import Application, Declaration, IntakeOutcome, Outcome, Qualification
from applicants.models.qualification import QUALIFIED
from assessments import services as rating
from certificates import guards, lifecycle
from certificates.dates import body_day
from certificates.flow import HAPPENS
from certificates.models import Certificate, Facet, Requirement, Route, Tier
from certificates.services import happen
from certificates.status import Kind
from meetings.models import How, WeeklyHours
from portfolios import auditing, calibrating, handing_in, log, verbal, writing
from portfolios.models import AuditResult
from portfolios.panels import SampleEntry
from verification import services as verifying
from verification.models import Verification

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
WORDS = (
    "I met a mentee who had lost heart. I asked what had changed, listened, and summed up what I "
    "had heard in two sentences. The mentee chose one small step and came back with it done. I "
    "learned to wait longer before I speak, because the answer was already in the room."
)


def in_few_words(wanted: Requirement) -> str:
    return f"{wanted.statement.code} {wanted.facet}. {WORDS}"


@dataclass(frozen=True, slots=True)
class Cast:
    ada: User
    ina: User
    aud: User
    vera: User
    dee: User
    noor: User
    pan: User
    eve: User


def person(name: str, *roles: Role, at: datetime = NOON, **fields) -> User:
    """Somebody with these roles; whoever has a role has a second factor."""
    user = User.objects.create_user(
        f"{name}@example.org",
        full_name=fields.pop("full_name", f"{name.title()} Example"),
        called=name.title(),
        **{"time_zone": "America/Toronto", **fields},
    )
    for role in roles:
        grant(role, to=user, by=None, at=at, starts_on=date(2020, 1, 1), ends_on=None)
    if Role.AUDITOR in roles:
        calibrate(user, at=at)
    for role in sorted(set(roles) & set(QUALIFIED)):
        qualify(user, role, at=at)
    if set(roles) & set(QUALIFIED):
        declare_year(note="", by=user, at=at)
    if roles:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return user


def calibrate(auditor: User, *, at: datetime = NOON) -> None:
    """The sample is rated as the body rates it."""
    marks = {entry: calibrating.Marks(*entry.marks) for entry in SampleEntry.objects.all()}
    calibrating.rate(marks, by=auditor, at=at)
    calibrating.finish(by=auditor, at=at)


def qualify(who: User, role: Role, *, at: datetime = NOON, **other) -> Qualification:
    """For every certificate in both languages, unless told otherwise."""
    terms = {
        "tiers": Tier.objects.all(),
        "languages": Language.values,
        "starts_on": date(2020, 1, 1),
        "ends_on": date(2040, 12, 31),
        "basis": "",
        "by": None,
    }
    return qualifying.qualify(who, role, **{**terms, **other}, at=at)


def declare_yearly(role: Role, *, at: datetime) -> None:
    """Whoever does this work has said within the year what binds them."""
    people = User.objects.with_role(work_of(role), body_day(at))
    said = Declaration.objects.yearly_on(body_day(at)).values("person")
    for who in people.exclude(pk__in=said):
        declare_year(note="", by=who, at=at)


def small_catalogue(*kept: str) -> None:
    """Certificates ask for these statements alone, so that a whole walk takes a moment.

    The database refuses to change what a published edition asks for, so its guard looks away
    meanwhile, and stands again afterwards.
    """
    with connection.cursor() as cursor:
        hands = SimpleNamespace(connection=connection, execute=cursor.execute)
        guards.remove(None, hands)
        Requirement.objects.exclude(statement__code__in=kept).delete()
        guards.install(None, hands)


def hours(host: User, *kinds: str) -> None:
    """Every day from six to six, for every kind of meeting the host's roles hold."""
    WeeklyHours.objects.bulk_create(
        WeeklyHours(host=host, weekday=day, starts=time(6), ends=time(18), kinds=list(kinds))
        for day in range(7)
    )


def cast() -> Cast:
    people = Cast(
        ada=person("ada"),
        ina=person("ina", Role.INTAKE_MANAGER),
        aud=person("aud", Role.AUDITOR),
        vera=person("vera", Role.VERIFIER),
        dee=person("dee", Role.DECIDER),
        noor=person("noor", Role.ADMINISTRATOR),
        pan=person("pan", Role.PANEL_CHAIR),
        eve=person("eve"),
    )
    hours(people.ina, "intake")
    hours(people.aud, "verbal_audit")
    hours(people.vera, "verification", "renewal")
    return people


def tier(slug: str = "current-practice") -> Tier:
    return Tier.objects.get(slug=slug)


def session_for(user: User) -> str:
    """The key of a session in which this person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@dataclass
class Walk:
    """One case on its way; `at` is the walker's clock, which moves on a day with each step."""

    case: Application
    cast: Cast
    at: datetime

    def tomorrow(self) -> datetime:
        self.at += timedelta(days=1)
        return self.at

    def rate(self, level: int = 3) -> None:
        assessment = rating.start(self.case, by=self.case.applicant, at=self.at)
        answers = {}
        for asked in self.case.asked():
            had = answers.get(asked.statement_id, rating.Answer(None, None, "", 0))
            concept = level if asked.facet == Facet.CONCEPT else had.concept
            practice = level if asked.facet == Facet.PRACTICE else had.practice
            answers[asked.statement_id] = rating.Answer(concept, practice, "", 0)
        rating.save(assessment, answers, by=self.case.applicant, at=self.at)

    def self_assessment(self) -> None:
        self.rate()
        assessment = rating.start(self.case, by=self.case.applicant, at=self.at)
        rating.send(assessment, by=self.case.applicant, at=self.tomorrow())
        self.case.refresh_from_db()

    def book(self) -> None:
        declare_yearly(Role.INTAKE_MANAGER, at=self.at)
        slot = intake.interview_slots(self.case, at=self.at)[0]
        self.interview = intake.book_interview(
            self.case,
            host=slot.host,
            starts_at=slot.starts_at,
            how=How.VIDEO,
            support_needs="",
            by=self.case.applicant,
            at=self.at,
        )
        self.at = slot.ends_at

    def intake(self) -> None:
        self.book()
        host = self.interview.meeting.host
        assigning.declare(self.case, clear=True, note="", by=host, at=self.at)
        intake.record_interview(
            self.interview,
            outcome=IntakeOutcome.PROCEED,
            summary="Go on with this certificate.",
            private_note="",
            lines=[planning.PlanLine("Draft an agreement with my next mentee")],
            next_check_on=None,
            by=host,
            at=self.at,
        )
        self.case.refresh_from_db()
        planning.sign_plan(self.case.plan, by=self.case.applicant, at=self.tomorrow())

    def write(self, say: Callable[[Requirement], str] = in_few_words) -> None:
        """Every entry that is still open, and the log that the tier asks for."""
        portfolio = writing.open_portfolio(self.case, by=self.case.applicant, at=self.at)
        seen = {(e.statement_id, e.facet): e.revision for e in portfolio.entries.all()}
        for wanted in handing_in.wanted(portfolio):
            writing.save_entry(
                portfolio,
                wanted,
                text=say(wanted),
                language="en",
                ready=True,
                revision=seen.get((wanted.statement_id, wanted.facet), 0),
                by=self.case.applicant,
                at=self.at,
            )
        self.fill_log()

    def fill_log(self, hours: int = 30) -> None:
        for sort in ("mentoring", "learning", "supervision"):
            for n in range(max(4, hours // 6)):
                log.add(
                    sort=sort,
                    on=self.at.date() - timedelta(days=n + 1),
                    minutes=360,
                    mode="video",
                    mentee_alias="A.",
                    focus="Listening",
                    reflection="",
                    next_step="",
                    by=self.case.applicant,
                )

    def hand_in(self) -> None:
        handing_in.hand_in(
            self.case.portfolio,
            declaration=handing_in.Declaration(
                own_words=True,
                sources="",
                helpers="",
                tools="",
                conduct=True,
                crisis_readiness="Rehearsed in June; the referral list was checked in July.",
            ),
            by=self.case.applicant,
            at=self.tomorrow(),
        )
        self.case.refresh_from_db()

    def portfolio(self) -> None:
        self.write()
        self.hand_in()

    def assign(self, role: Role, person: User) -> None:
        declare_yearly(role, at=self.at)
        if not self.case.cast.filter(role=role, ended_at=None).exists():
            assigning.assign(self.case, role, person=person, by=self.cast.noor, at=self.at)
        if not self.case.declared(person):
            assigning.declare(self.case, clear=True, note="", by=person, at=self.at)

    def find(self, mark: int = 2, *, only: str = "") -> None:
        """The auditor's findings: `mark` everywhere, or on the one statement `only`."""
        audit = auditing.open_audit(self.case, by=self.cast.aud, at=self.at)
        for wanted in auditing.to_find(audit):
            here = mark if not only or wanted.statement.code == only else 2
            auditing.save_finding(
                audit,
                wanted,
                relevance=2,
                authorship=2,
                mastery=here,
                comment="" if here == 2 else "Say what came of it.",
                by=self.cast.aud,
                at=self.at,
            )

    def close_audit(self, result: AuditResult = AuditResult.PASS) -> None:
        audit = auditing.open_audit(self.case, by=self.cast.aud, at=self.at)
        auditing.close(
            audit, result=result, comment="Clear and honest.", by=self.cast.aud, at=self.tomorrow()
        )
        self.case.refresh_from_db()

    def audit(self) -> None:
        self.assign(Role.AUDITOR, self.cast.aud)
        if self.case.route == Route.VERBAL_AUDIT:
            self.verbal_audit()
            return
        self.find()
        self.close_audit()

    def verbal_audit(self, result: AuditResult = AuditResult.PASS) -> None:
        """The hour with the auditor, from the booking to its end."""
        slot = verbal.verbal_slots(self.case, at=self.at)[0]
        verbal.book_verbal(
            self.case,
            starts_at=slot.starts_at,
            how=How.VIDEO,
            support_needs="",
            by=self.case.applicant,
            at=self.at,
        )
        self.at = slot.ends_at
        self.find()
        audit = auditing.open_audit(self.case, by=self.cast.aud, at=self.at)
        verbal.close_verbal(
            audit, result=result, comment="Clear and honest.", by=self.cast.aud, at=self.at
        )
        self.case.refresh_from_db()

    def meet_verifier(self) -> Verification:
        """The meeting, from the booking to its end, and its open record."""
        self.assign(Role.VERIFIER, self.cast.vera)
        slot = verifying.slots(self.case, at=self.at)[0]
        verifying.book(
            self.case,
            starts_at=slot.starts_at,
            how=How.VIDEO,
            support_needs="",
            by=self.case.applicant,
            at=self.at,
        )
        self.at = slot.ends_at
        return verifying.open_verification(self.case, by=self.cast.vera, at=self.at)

    def verification(self) -> None:
        record = self.meet_verifier()
        self.verify(record)
        verifying.sign(record, recommendation="award", by=self.cast.vera, at=self.at)
        self.case.refresh_from_db()

    def sent_back_by_verifier(self, *codes: str) -> None:
        """The meeting ends with these statements going back to the applicant."""
        record = self.meet_verifier()
        statements = {a.statement for a in self.case.asked() if a.statement.code in codes}
        verifying.send_back(
            record,
            statements=sorted(statements, key=lambda statement: statement.position),
            why="Say how you know that it helped.",
            by=self.cast.vera,
            at=self.at,
        )
        self.case.refresh_from_db()

    def verify(self, record) -> None:
        for statement in {wanted.statement for wanted in self.case.asked()}:
            verifying.save_outcome(
                record, statement, found="confirmed", note="", by=self.cast.vera, at=self.at
            )
        verifying.save_record(
            record,
            identity_checked="Held to the camera, face and photo compared",
            identity_document="passport",
            mode="video",
            persons_present="Applicant and verifier",
            adjustments_made="",
            summary="Consistent throughout.",
            by=self.cast.vera,
            at=self.at,
        )

    def decision(self, outcome: Outcome = Outcome.GRANT) -> None:
        self.assign(Role.DECIDER, self.cast.dee)
        self.decided = deciding.decide(
            self.case,
            outcome=outcome,
            reasons="The record carries it.",
            by=self.cast.dee,
            at=self.tomorrow(),
        )
        self.case.refresh_from_db()

    @property
    def certificate(self) -> Certificate:
        return Certificate.objects.get(decision=self.decided.reference, tier=self.case.tier)


STEPS = {
    Stage.SELF_ASSESSMENT: Walk.self_assessment,
    Stage.INTAKE: Walk.intake,
    Stage.PORTFOLIO: Walk.portfolio,
    Stage.AUDIT: Walk.audit,
    Stage.VERIFICATION: Walk.verification,
    Stage.DECISION: Walk.decision,
}


def walk(
    people: Cast,
    *,
    to: Stage,
    slug: str = "current-practice",
    by: User | None = None,
    at: datetime = NOON,
    renews: Certificate | None = None,
) -> Walk:
    """A case of Ada's (or `by`) that has come to the stage `to`, through the real services."""
    case = services.apply(tier(slug), by=by or people.ada, at=at, renews=renews)
    on = Walk(case, people, at)
    for stage in case.path:
        if stage == to:
            break
        STEPS[stage](on)
    return on


def application(
    people: Cast, *, at_stage: Stage = Stage.SELF_ASSESSMENT, slug: str = "current-practice"
) -> Application:
    return walk(people, to=at_stage, slug=slug).case


def certified(people: Cast, slug: str = "current-practice", **options) -> Walk:
    """A case that ended with a certificate."""
    return walk(people, to=Stage.CERTIFIED, slug=slug, **options)


def happened(certificate: Certificate, kind: Kind, *, at: datetime, reason: str = "Why.") -> None:
    """What happens to certificates: by two people of the body, by the holder, or by itself."""
    deeds = {what: deed for deed, what in HAPPENS.items()}
    if kind == Kind.SURRENDERED:
        lifecycle.surrender(certificate, reason=reason, by=certificate.holder, at=at)
    elif kind not in deeds:
        longer = certificate.expires_on + timedelta(days=30) if kind == Kind.EXTENDED else None
        happen(certificate, kind, by=None, at=at, reason=reason, ends_on=longer)
    else:
        fay, sol = (
            User.objects.filter(email=f"{name}@example.org").first() or person(name, role)
            for name, role in (("fay", Role.ADMINISTRATOR), ("sol", Role.DECIDER))
        )
        change = lifecycle.Change(lifecycle.Scope(nested=True), name="Right Name")
        proposal = lifecycle.propose(
            certificate, deeds[kind], reason=reason, by=fay, at=at, change=change
        )
        lifecycle.confirm(proposal, by=sol, at=at)
        certificate.refresh_from_db()
