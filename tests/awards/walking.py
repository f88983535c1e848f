"""A programme on its way, through the real services.

The cast: cora founds the organisation, fin assesses first, sam second, pan chairs, noor
administers. In the parallel way fin is the Assessor and sam the Verifier.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from awards import (
    appointing,
    assessing,
    bidding,
    checking,
    deciding,
    handing_in,
    interviewing,
    organising,
)
from awards.flow import SEATS, Process, Stage
from awards.models import (
    AwardDecision,
    AwardScheme,
    Bid,
    Criterion,
    EvidenceKind,
    Group,
    Sheet,
)
from tests.make import NOON, person

CODES = [
    "S1.1", "S1.2", "S1.3", "S2.1", "S2.2", "S2.3", "S2.4", "S3.1", "S3.2", "S3.3", "S3.4",
    "S4.1", "S4.2", "S4.3", "S4.4", "S5.1", "S5.2", "S5.3", "S6.1", "S6.2", "S6.3", "S6.4",
]  # fmt: skip
SUMMARY = "Well run, with a few points to improve."


@dataclass(frozen=True, slots=True)
class People:
    cora: User
    fin: User
    sam: User
    pan: User
    noor: User

    @property
    def director(self) -> User:
        """Des, who has no part in any bid."""
        found = User.objects.filter(email="des@example.org").first()
        return found or person("des", Role.DECIDER)


def people(noor: User | None = None, pan: User | None = None) -> People:
    return People(
        cora=person("cora"),
        fin=person("fin", Role.ASSESSOR),
        sam=person("sam", Role.ASSESSOR),
        pan=pan or person("pan", Role.PANEL_CHAIR),
        noor=noor or person("noor", Role.ADMINISTRATOR),
    )


def lose(*codes: str, points: int = 3) -> dict[str, int]:
    """Points by criterion: full ones, but fewer for these."""
    return dict.fromkeys(codes, points)


@dataclass
class Way:
    who: People
    bid: Bid
    at: datetime = NOON
    sheets: list[Sheet] = field(default_factory=list)

    def tomorrow(self) -> datetime:
        self.at += timedelta(days=1)
        return self.at

    @property
    def seats(self):
        return SEATS[Process(self.bid.process)]

    def describe(self, *, cycle: bool = True) -> None:
        organising.describe(
            self.bid.programme,
            organising.Profile(
                name="Nurse to Nurse",
                purpose="Keep nurses in their first two years.",
                audience="Nurses of all wards",
                pairs=64,
                started_on=date(2024, 1, 8),
                cycle_ended_on=date(2025, 1, 8) if cycle else None,
                listed=True,
            ),
            by=self.who.cora,
            at=self.at,
        )
        self.bid.refresh_from_db()

    def answer(self, code: str, *, differs: bool = False, score: int = 4) -> None:
        criterion = Criterion.objects.get(code=code)
        had = self.bid.responses.filter(criterion=criterion).first()
        bidding.save_response(
            self.bid,
            criterion,
            answer=bidding.Answer(
                text=f"How we meet {code}.",
                score=score,
                differs=differs,
                differs_why="Our wards work in shifts." if differs else "",
            ),
            revision=had.revision if had else 0,
            by=self.who.cora,
            at=self.at,
        )

    def show(self, code: str, kind: EvidenceKind = EvidenceKind.DOCUMENT) -> None:
        bidding.add_evidence(
            self.bid,
            Criterion.objects.get(code=code),
            kind=kind,
            title=f"{kind.label} for {code}",
            detail="",
            url="https://files.example.org/1" if kind == EvidenceKind.DOCUMENT else "",
            by=self.who.cora,
            at=self.at,
        )

    def gather(self, *, differs: tuple[str, ...] = ()) -> None:
        kinds = EvidenceKind if self.bid.rules.verbal else [EvidenceKind.DOCUMENT]
        for code in CODES:
            self.answer(code, differs=code in differs)
            for kind in kinds:
                self.show(code, kind)

    def eligible(self) -> None:
        self.describe()
        handing_in.confirm(self.bid, by=self.who.cora, at=self.tomorrow())

    def submit(self) -> None:
        handing_in.submit(self.bid, by=self.who.cora, at=self.tomorrow())

    def appoint(self) -> None:
        for part, judge in zip(self.seats, (self.who.fin, self.who.sam), strict=True):
            appointing.appoint(self.bid, part, person=judge, by=self.who.noor, at=self.at)
            appointing.declare(self.bid, clear=True, by=judge, at=self.at)
        self.bid.refresh_from_db()

    def score(self, by: User, points: dict[str, int] | None = None, accepts: bool = True) -> None:
        """Full points but for those named, with a comment where points are missing."""
        sheet = assessing.open_sheet(self.bid, by=by, at=self.at)
        given = points or {}
        for code in CODES:
            mark = assessing.Mark(given.get(code, 4), f"About {code}.", accepts)
            criterion = Criterion.objects.get(code=code)
            assessing.save_score(sheet, criterion, mark=mark, by=by, at=self.at)

    def interview(self, by: User, *groups: Group) -> None:
        for n, group in enumerate(groups or (Group.TEAM, Group.MENTOR, Group.MENTEE)):
            interviewing.record_interview(
                self.bid,
                group=group,
                alias=f"{group.label} {n}",
                held_on=self.at.date(),
                notes="SECRET: the pairs meet, and the aims are known.",
                by=by,
                at=self.at,
            )

    def first_review(self, points: dict[str, int] | None = None) -> None:
        self.score(self.who.fin, points)
        assessing.report(self.bid, summary=SUMMARY, by=self.who.fin, at=self.tomorrow())

    def interviews(self) -> None:
        self.interview(self.who.fin)
        interviewing.close_interviews(self.bid, by=self.who.fin, at=self.tomorrow())

    def report(self, points: dict[str, int] | None = None) -> None:
        self.score(self.who.fin, points)
        assessing.send_for_check(self.bid, summary=SUMMARY, by=self.who.fin, at=self.tomorrow())

    def assess_alone(self, by: User, points: dict[str, int] | None = None) -> None:
        self.interview(by)
        self.score(by, points)
        assessing.finish_alone(self.bid, summary=SUMMARY, by=by, at=self.tomorrow())
        self.bid.refresh_from_db()

    def check(self, *, agreed: bool = True, reasons: str = "") -> None:
        checking.check(
            self.bid, agreed=agreed, reasons=reasons, by=self.who.sam, at=self.tomorrow()
        )

    def decide(self, *, award: bool = True) -> AwardDecision:
        appointing.take_chair(self.bid, by=self.who.pan, at=self.at)
        return deciding.decide(
            self.bid,
            award=award,
            reasons="The checked report carries it.",
            by=self.who.pan,
            at=self.tomorrow(),
        )


def begin(who: People, scheme: str = "ismpe", at: datetime = NOON) -> Way:
    programme = organising.found(
        name="Harbourlight Hospitals Trust",
        city="Belfast",
        country="United Kingdom",
        programme="Nurse to Nurse",
        by=who.cora,
        at=at,
    )
    bid = bidding.open_bid(programme, AwardScheme.objects.get(key=scheme), by=who.cora, at=at)
    return Way(who, bid, at)


def walk(
    who: People,
    *,
    to: Stage,
    scheme: str = "ismpe",
    points: dict[str, int] | None = None,
    at: datetime = NOON,
) -> Way:
    """A bid that has come to the stage `to`; `points` are those of the report."""
    way = begin(who, scheme, at)
    steps = {
        Stage.ELIGIBILITY: way.eligible,
        Stage.EVIDENCE: lambda: (way.gather(), way.submit()),
        Stage.APPOINTMENT: way.appoint,
        Stage.FIRST_REVIEW: way.first_review,
        Stage.ADJUSTMENT: way.submit,
        Stage.INTERVIEWS: way.interviews,
        Stage.REPORT: lambda: way.report(points),
        Stage.ASSESSMENT: lambda: [way.assess_alone(by, points) for by in (who.fin, who.sam)],
        Stage.RECONCILIATION: lambda: way.report(points),
        Stage.SECOND_CHECK: way.check,
        Stage.DECISION: way.decide,
    }
    for stage in way.bid.path:
        if stage == to:
            break
        steps[stage]()
        way.bid.refresh_from_db()
    return way
