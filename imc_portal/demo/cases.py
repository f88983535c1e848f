"""One case on its way, step by step through the services that the pages use.

Each chapter yields when its next step takes place, and takes it when it is told to go on. The clock
stands still in between: `at` is always the moment that the chapter has just yielded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from applicants import assigning, deciding, intake, planning, services
from applicants.models import Application, Decision, IntakeInterview, IntakeOutcome, Outcome
from assessments import services as rating
from certificates.dates import body_day
from certificates.models import Certificate, Requirement, Tier
from imc_portal.demo.calendar import Calendar
from imc_portal.demo.entries import Written, finding_of, is_told, written
from imc_portal.demo.people import table
from imc_portal.demo.plans import PLAN, next_check
from imc_portal.demo.ratings import answers
from meetings.finding import Slot
from meetings.models import How
from portfolios import auditing, handing_in, log, seconds, verbal, writing
from portfolios.logbook import LogSession
from portfolios.models import AuditResult, Portfolio
from verification import services as verifying
from verification.models import Found, Recommendation, Verification

Chapter = Iterator[datetime]
HOUR = timedelta(hours=1)


@dataclass
class World:
    """The calendar and everybody in it."""

    calendar: Calendar
    people: Mapping[str, User]

    def at(self, day: int, hour: int = 10, minute: int = 0) -> datetime:
        return self.calendar.at(day, hour, minute)

    def __getitem__(self, key: str) -> User:
        return self.people[key]


@dataclass
class Way:
    """A case of the demo. The lists of days are counted from the day of loading."""

    world: World
    key: str
    tier: str
    renews: Certificate | None = None
    earlier: bool = False  # a first round, whose ratings are not those in the tables
    case: Application = field(init=False)
    decision: Decision = field(init=False)

    @property
    def who(self) -> User:
        return self.world[self.key]

    def _at(self, day: int, hour: int = 10, minute: int = 0) -> datetime:
        return self.world.at(day, hour, minute)

    # --- Before the portfolio -------------------------------------------------------------------
    def apply(self, day: int) -> Chapter:
        yield (at := self._at(day, 9, 30))
        tier = Tier.objects.get(slug=self.tier)
        self.case = services.apply(tier, by=self.who, at=at, renews=self.renews)

    def rate(self, day: int, *, only: int | None = None) -> Chapter:
        """Rate the statements (the first `only`), without sending."""
        yield (at := self._at(day))
        assessment = rating.start(self.case, by=self.who, at=at)
        said = answers(self.key, self.case, earlier=self.earlier)
        some = dict(list(said.items())[:only])
        rating.save(assessment, some, by=self.who, at=at)

    def send_ratings(self, day: int) -> Chapter:
        yield (at := self._at(day, 11))
        assessment = rating.start(self.case, by=self.who, at=at)
        rating.send(assessment, by=self.who, at=at)
        self.case.refresh_from_db()

    def book_interview(self, host: str, booked: int, day: int, hour: int = 11) -> Chapter:
        yield (at := self._at(booked, 12))
        slots = intake.interview_slots(self.case, at=at, days=60)
        slot = self._nearest(slots, self.world[host], day, hour)
        self.interview: IntakeInterview = intake.book_interview(
            self.case,
            host=slot.host,
            starts_at=slot.starts_at,
            how=How.VIDEO,
            support_needs=self.who.support_needs,
            by=self.who,
            at=at,
        )

    def _nearest(self, slots: Sequence[Slot], host: User, day: int, hour: int = 11) -> Slot:
        wanted = self._at(day, hour)
        return min((s for s in slots if s.host == host), key=lambda s: abs(s.starts_at - wanted))

    def hold_interview(self, summary: str) -> Chapter:
        """The interview takes place, and both sign the plan on the same day."""
        yield (at := self.interview.meeting.ends_at)
        host = self.interview.meeting.host
        assigning.declare(self.case, clear=True, note="", by=host, at=at)
        day = next_check(body_day(at), body_day(self.world.calendar.now))
        intake.record_interview(
            self.interview,
            outcome=IntakeOutcome.PROCEED,
            summary=summary,
            private_note="",
            lines=[replace(line, due_on=day) for line in PLAN],
            next_check_on=day,
            by=host,
            at=at,
        )
        self.case.refresh_from_db()
        yield (at := at + HOUR)
        planning.sign_plan(self.case.plan, by=self.who, at=at)
        planning.tick(self.case.plan.items.all()[0], done=True, by=self.who, at=at)

    def miss_interview(self) -> Chapter:
        yield (at := self.interview.meeting.ends_at)
        host = self.interview.meeting.host
        assigning.declare(self.case, clear=True, note="", by=host, at=at)
        intake.missed(self.interview, by=host, at=at)

    def begin(self, days: tuple[int, int, int], host: str, summary: str, *, opened: int) -> Chapter:
        """From applying to the signed plan: `days` of rating, sending and the interview."""
        yield from self.apply(opened)
        yield from self.rate(days[0])
        yield from self.send_ratings(days[1])
        yield from self.book_interview(host, days[1] + 1, days[2])
        yield from self.hold_interview(summary)

    # --- Portfolio ------------------------------------------------------------------------------
    def write(
        self, first: int, last: int, *, only: int | None = None, order: Sequence[str] = ()
    ) -> Chapter:
        """Area after area between these days: every statement, or `only` so many of them, the
        areas of `order` before the others."""
        yield (at := self._at(first, 8))
        portfolio = writing.open_portfolio(self.case, by=self.who, at=at)
        chosen = self._chosen(portfolio, only, order)
        areas = list(dict.fromkeys(r.statement.area.code for r in chosen))
        for number, area in enumerate(areas, start=1):
            day = first + (last - first) * number // len(areas)
            yield (at := self._at(day, 9))
            for requirement in chosen:
                if requirement.statement.area.code == area:
                    text = written(self.key, requirement)
                    self._save(portfolio, requirement, text, ready=True, at=at)

    def _chosen(
        self, portfolio: Portfolio, only: int | None, order: Sequence[str]
    ) -> list[Requirement]:
        """Statements whose words are told in the tables are always among the `only` so many."""
        wanted = handing_in.wanted(portfolio)
        codes = list(dict.fromkeys(r.statement.code for r in wanted))
        places = {area: place for place, area in enumerate(order)}
        codes.sort(key=lambda code: places.get(code.partition(".")[0], len(places)))
        codes.sort(key=lambda code: not is_told(self.key, code))
        kept = set(codes[:only])
        found = [r for r in wanted if r.statement.code in kept]
        return sorted(found, key=lambda r: places.get(r.statement.area.code, len(places)))

    def _save(
        self,
        portfolio: Portfolio,
        requirement: Requirement,
        text: Written,
        *,
        ready: bool,
        at: datetime,
    ) -> None:
        writing.save_entry(
            portfolio,
            requirement,
            text=text.words,
            language=text.language,
            ready=ready,
            revision=0,
            by=self.who,
            at=at,
        )

    def draft(self, day: int, count: int) -> Chapter:
        """The next entries after those that are ready are begun and left."""
        yield (at := self._at(day, 10))
        portfolio = self.case.portfolio
        for requirement in handing_in.wanted(portfolio)[:count]:
            text = written(self.key, requirement).begun()
            self._save(portfolio, requirement, text, ready=False, at=at)

    def keep_log(self, first: int, last: int, *, whole: bool = False) -> None:
        """The sessions of the tables; where they fall short of the hours that are asked, weekly
        ones between these days. `whole` adds learning and supervision."""
        told = [row for row in table("mentoring_log") if row["persona"] == self.key]
        for row in told:
            if first <= -int(row["days_ago"]) <= last:
                self._log("mentoring", -int(row["days_ago"]), row)
        wanted = handing_in.asked_of_log(self.case).mentoring
        week = last
        while wanted and handing_in.log_totals(self.case).mentoring < wanted:
            week -= 7
            self._log("mentoring", max(week, first + 1), MEETING)
        for number in range(6 if whole else 0):
            self._log("learning", last - 20 * number - 3, LEARNING)
        for number in range(4 if whole else 0):
            self._log("supervision", last - 30 * number - 5, SUPERVISION)

    def _log(self, sort: str, day: int, row: Mapping[str, str]) -> None:
        log.add(
            sort=sort,
            on=self.world.calendar.day(day),
            minutes=int(row["minutes"]),
            mode=LogSession.Mode(row["mode"]),
            mentee_alias=row["mentee_alias"],
            focus=row["focus"],
            reflection="",
            next_step=row["next_step"],
            by=self.who,
        )

    def hand_in(self, day: int, *, tools: str = "") -> Chapter:
        yield (at := self._at(day, 13))
        handing_in.hand_in(
            self.case.portfolio,
            declaration=handing_in.Declaration(
                own_words=True,
                conduct=True,
                sources="The profile and my own notes",
                helpers="",
                tools=tools,
            ),
            by=self.who,
            at=at,
        )
        self.case.refresh_from_db()

    # --- Those who judge ------------------------------------------------------------------------
    def assign(self, role: Role, person: str, day: int) -> Chapter:
        """An administrator assigns; the person declares on the next day."""
        yield (at := self._at(day, 12))
        who = self.world[person]
        assigning.assign(self.case, role, person=who, by=self.world["noor"], at=at)
        yield (at := self._at(day + 1, 9))
        assigning.declare(self.case, clear=True, note="", by=who, at=at)

    def read_by_two(self, person: str, day: int) -> Chapter:
        """The administrator has somebody else read it too."""
        yield (at := self._at(day, 11))
        seconds.ask(self.case, by=self.world["noor"], at=at)
        yield from self.assign(Role.SECOND_AUDITOR, person, day)

    def find(
        self, auditor: str, day: int, *, only: int | None = None, sterner: Sequence[str] = ()
    ) -> Chapter:
        """Findings on every entry (the first `only`), as the tables say, else met; a level lower
        in mastery on the codes on which this auditor is `sterner`."""
        yield (at := self._at(day, 9))
        by = self.world[auditor]
        self.audit = auditing.open_audit(self.case, by=by, at=at)
        for requirement in auditing.to_find(self.audit)[:only]:
            stern = requirement.statement.code in sterner
            self._find(requirement, by, at, lower=int(stern))

    def _find(self, requirement: Requirement, by: User, at: datetime, *, lower: int = 0) -> None:
        found = finding_of(self.key, requirement)
        auditing.save_finding(
            self.audit,
            requirement,
            relevance=found.relevance,
            authorship=found.authorship,
            mastery=found.mastery - (lower if found.comment else 0),
            comment=found.comment,
            by=by,
            at=at,
        )

    def close_audit(self, day: int, result: AuditResult, comment: str) -> Chapter:
        yield (at := self._at(day, 14))
        by = self.audit.auditor
        auditing.close(self.audit, result=result, comment=comment, by=by, at=at)
        self.case.refresh_from_db()

    def book_verbal(self, booked: int, day: int, how: str = How.VIDEO) -> Chapter:
        yield (at := self._at(booked, 12))
        slots = verbal.verbal_slots(self.case, at=at, days=60)
        host = verbal.auditor_of(self.case)
        assert host is not None  # noqa: S101  assigned in the chapter before
        self.verbal = verbal.book_verbal(
            self.case,
            starts_at=self._nearest(slots, host, day).starts_at,
            how=how,
            support_needs=self.who.support_needs,
            phone="+92 300 5550142" if how == How.PHONE else "",
            by=self.who,
            at=at,
        )

    def hold_verbal(self, comment: str) -> Chapter:
        yield (at := self.verbal.meeting.starts_at)
        by = self.verbal.meeting.host
        self.audit = auditing.open_audit(self.case, by=by, at=at)
        for requirement in auditing.to_find(self.audit):
            self._find(requirement, by, at)
        yield (at := self.verbal.meeting.ends_at)
        verbal.close_verbal(self.audit, result=AuditResult.PASS, comment=comment, by=by, at=at)
        self.case.refresh_from_db()

    def book_verification(self, booked: int, day: int) -> Chapter:
        yield (at := self._at(booked, 12))
        verifier = verifying.verifier_of(self.case)
        assert verifier is not None  # noqa: S101  assigned in the chapter before
        slot = self._nearest(verifying.slots(self.case, at=at, days=60), verifier, day)
        self.slot = slot
        verifying.book(
            self.case,
            starts_at=slot.starts_at,
            how=How.VIDEO,
            support_needs=self.who.support_needs,
            by=self.who,
            at=at,
        )

    def verify(self, record: "Record") -> Chapter:
        """The meeting takes place, and its record is signed when it ends."""
        yield (at := self.slot.ends_at)
        by = self.slot.host
        kept = verifying.open_verification(self.case, by=by, at=at)
        self._outcomes(kept, record, at)
        verifying.save_record(
            kept,
            identity_checked="Held to the camera, face and photo compared",
            identity_document="passport",
            mode="video",
            persons_present=record.present,
            adjustments_made=record.adjustments,
            summary=record.summary,
            by=by,
            at=at,
        )
        verifying.sign(kept, recommendation=record.recommendation, by=by, at=at)
        self.case.refresh_from_db()

    def _outcomes(self, kept: Verification, record: "Record", at: datetime) -> None:
        """Three statements of each area are explored, and those that are not confirmed."""
        by = self.slot.host
        statements = {r.statement.code: r.statement for r in self.case.asked()}
        for code, statement in statements.items():
            note = record.refused.get(code, "")
            if note or code.partition(".")[2] in ("1", "4", "5"):
                found = Found.NOT_CONFIRMED if note else Found.CONFIRMED
                verifying.save_outcome(kept, statement, found=found, note=note, by=by, at=at)

    def decide(self, day: int, outcome: Outcome, reasons: str, by: str = "desmond") -> Chapter:
        yield (at := self._at(day - 1, 15))
        decider = self.world[by]
        assigning.take(self.case, by=decider, at=at)
        assigning.declare(self.case, clear=True, note="", by=decider, at=at)
        yield (at := self._at(day, 12))
        self.decision = deciding.decide(
            self.case, outcome=outcome, reasons=reasons, by=decider, at=at
        )
        self.case.refresh_from_db()


@dataclass(frozen=True, slots=True)
class Record:
    """What a verifier writes down. `refused` holds the notes on what was not confirmed."""

    summary: str
    recommendation: Recommendation = Recommendation.AWARD
    refused: Mapping[str, str] = field(default_factory=dict)
    present: str = "Applicant and verifier"
    adjustments: str = ""


MEETING = {
    "minutes": "60",
    "mode": "in person",
    "mentee_alias": "A.",
    "focus": "What changed since we last met",
    "next_step": "One step, with a day",
}
LEARNING = {
    "minutes": "210",
    "mode": "group",
    "mentee_alias": "",
    "focus": "Course on questions and listening",
    "next_step": "",
}
PEERS = {"minutes": "60", "mode": "video", "focus": "Peer circle: a case each"}
SUPERVISION = {**LEARNING, **PEERS}
