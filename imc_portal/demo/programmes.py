"""The two programmes of the demo, told day by day from programmes.csv and programme_scores.csv."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
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
from awards.flow import SEATS, Process
from awards.models import AwardScheme, Bid, Criterion, EvidenceKind, Group, HelperKind, Talk
from imc_portal.demo import programme_voices
from imc_portal.demo.calendar import Story
from imc_portal.demo.cases import Chapter, World
from imc_portal.demo.people import Row, contact_of, table

SAID = {
    "harbourlight": (
        "Keep nurses in their first two years by giving each a mentor from another ward.",
        "Nurses in their first two years, on all wards",
    ),
    "semilla": (
        "Young people of the cooperative find a trade and a purpose with somebody who has both.",
        "Young people from 16 to 21 and members of the cooperative",
    ),
}
VOICES = (
    (Group.TEAM, "Coordinator", "Keeps the calendar, matches by hand, and knows every pair."),
    (Group.MENTOR, "Mentor 1", "Meets every three weeks. The briefing was clear from the start."),
    (Group.MENTEE, "Mentee 1", "Could say no to the first proposal, and was glad of it."),
    (Group.MENTEE, "Mentee 2", "Would have liked more choice of times."),
)


def programmes(world: World) -> Iterator[Story]:
    rows = {row["key"]: row for row in table("programmes")}
    yield harbourlight(Course(world, rows["harbourlight"]))
    yield semilla(Course(world, rows["semilla"]))


@dataclass
class Course:
    """One programme on its way."""

    world: World
    row: Row
    bid: Bid = field(init=False)

    @property
    def team(self) -> User:
        return self.world[contact_of(self.row)]

    @property
    def judges(self) -> tuple[User, User]:
        return self.world[self.row["first_assessor"]], self.world[self.row["second_assessor"]]

    def scores(self, column: str) -> Mapping[str, tuple[int, str]]:
        rows = table("programme_scores")
        mine = [row for row in rows if row["programme"] == self.row["key"]]
        return {row["criterion_code"]: (int(row[column]), row["note"]) for row in mine}

    def begin(self, day: int, *, started: int, cycle_ended: int | None) -> Chapter:
        yield (at := self.world.at(day, 9))
        purpose, audience = SAID[self.row["key"]]
        calendar = self.world.calendar
        programme = organising.found(
            name=self.row["organisation"],
            city=self.row["city"],
            country=self.row["country"],
            programme=self.row["name"],
            by=self.team,
            at=at,
        )
        profile = organising.Profile(
            name=self.row["name"],
            purpose=purpose,
            audience=audience,
            pairs=int(self.row["pairs"]),
            started_on=calendar.day(started),
            cycle_ended_on=calendar.day(cycle_ended) if cycle_ended else None,
            listed=True,
        )
        organising.describe(programme, profile, by=self.team, at=at)
        organising.name_helper(
            programme,
            name="Oona Byrne",
            email=f"oona.{self.row['key']}@advice.example",
            kind=HelperKind.CONSULTANT,
            by=self.team,
            at=at,
        )
        scheme = AwardScheme.objects.get(key=self.row["scheme_key"])
        self.bid = bidding.open_bid(programme, scheme, by=self.team, at=at)
        handing_in.confirm(self.bid, by=self.team, at=at)

    def gather(self, day: int) -> Chapter:
        yield (at := self.world.at(day, 11))
        said = self.scores("self_score")
        for criterion in Criterion.objects.all():
            points, _note = said[criterion.code]
            self._answer(criterion, points, at)
            if not self.bid.evidence.filter(criterion=criterion).exists():
                self._show(criterion, at)

    def _answer(self, criterion: Criterion, points: int, at: datetime) -> None:
        text = (
            f"{criterion.action}: we have done so since the first cycle, and look at it again "
            f"every spring. The documents below show how."
        )
        answer = bidding.Answer(text=text, score=points, differs=False, differs_why="")
        had = self.bid.responses.filter(criterion=criterion).first()
        revision = had.revision if had else 0
        bidding.save_response(
            self.bid, criterion, answer=answer, revision=revision, by=self.team, at=at
        )

    def _show(self, criterion: Criterion, at: datetime) -> None:
        pieces = [(EvidenceKind.DOCUMENT, title) for title in criterion.evidence[:2]]
        if self.bid.rules.verbal:
            asked = " and ".join(criterion.interviewees[:2])
            pieces.append((EvidenceKind.VERBAL, f"Can speak to it: {asked}"))
        for kind, title in pieces:
            document = kind == EvidenceKind.DOCUMENT
            site = f"https://{self.row['key']}.example/evidence/{criterion.code}"
            bidding.add_evidence(
                self.bid,
                criterion,
                kind=kind,
                title=title,
                detail="",
                url=site if document else "",
                by=self.team,
                at=at,
            )

    def library(self, day: int) -> Chapter:
        yield (at := self.world.at(day, 13))
        programme_voices.fill_library(self.bid, by=self.team, at=at)

    def survey(self, day: int, answered: dict[Group, int]) -> Chapter:
        yield (at := self.world.at(day, 10))
        asked = programme_voices.ask_around(self.bid, days=14, by=self.team, at=at)
        yield (at := self.world.at(day + 2, 10))
        programme_voices.answers(asked, at, answered)

    def submit(self, day: int) -> Chapter:
        yield (at := self.world.at(day, 15))
        handing_in.submit(self.bid, by=self.team, at=at)

    def appoint(self, day: int) -> Chapter:
        yield (at := self.world.at(day, 9))
        parts = SEATS[Process(self.bid.process)]
        for part, judge in zip(parts, self.judges, strict=True):
            appointing.appoint(self.bid, part, person=judge, by=self.world["noor"], at=at)
            appointing.declare(self.bid, clear=True, by=judge, at=at)
        self.bid.refresh_from_db()

    def score(self, column: str, judge: User, at: datetime) -> None:
        sheet = assessing.open_sheet(self.bid, by=judge, at=at)
        for criterion in Criterion.objects.all():
            points, note = self.scores(column)[criterion.code]
            mark = assessing.Mark(points, note, None)
            assessing.save_score(sheet, criterion, mark=mark, by=judge, at=at)

    def hear(self, judge: User, at: datetime, talk: Talk | None = None) -> None:
        for group, alias, notes in VOICES:
            interviewing.record_interview(
                self.bid,
                group=group,
                alias=alias,
                held_on=at.date(),
                notes=notes,
                by=judge,
                at=at,
                talk=talk if alias == "Mentee 1" else None,
            )

    # --- One after the other ---------------------------------------------------------------------
    def first_report(self, day: int, summary: str) -> Chapter:
        yield (at := self.world.at(day, 14))
        first, _second = self.judges
        self.score("first_score", first, at)
        assessing.report(self.bid, summary=summary, by=first, at=at)

    def interviews(self, day: int) -> Chapter:
        yield (at := self.world.at(day, 16))
        first, _second = self.judges
        asked = programme_voices.invite(self.bid, by=first, at=at)
        yield (at := self.world.at(day + 4, 16))
        self.hear(first, at, talk=asked)
        interviewing.close_interviews(self.bid, by=first, at=at)

    def report(self, day: int, summary: str, time: int = 2) -> Chapter:
        yield (at := self.world.at(day, 12))
        first, _second = self.judges
        self.score("first_score" if time == 1 else "final_score", first, at)
        assessing.send_for_check(self.bid, summary=summary, by=first, at=at)

    def award(self, day: int) -> Chapter:
        """The second pair of eyes agrees, and the chair decides."""
        yield (at := self.world.at(day, 10))
        _first, second = self.judges
        checking.check(self.bid, agreed=True, reasons="", by=second, at=at)
        yield (at := self.world.at(day + 6, 15))
        self.bid.refresh_from_db()
        chair = self.world["aki"]
        appointing.take_chair(self.bid, by=chair, at=at)
        reasons = "The checked report carries it, and what is open is named in it."
        deciding.decide(self.bid, award=True, reasons=reasons, by=chair, at=at)

    def begin_again(self, day: int) -> Chapter:
        """Within the window of renewal: the words of the last bid are there to start from."""
        yield (at := self.world.at(day, 9))
        self.bid = bidding.open_bid(self.bid.programme, self.bid.scheme, by=self.team, at=at)
        handing_in.confirm(self.bid, by=self.team, at=at)

    # --- Two in parallel -------------------------------------------------------------------------
    def assess(self, day: int, summary: str) -> Chapter:
        for later, judge in enumerate(self.judges):
            yield (at := self.world.at(day + later, 13))
            self.hear(judge, at)
            self.score("first_score", judge, at)
            assessing.finish_alone(self.bid, summary=summary, by=judge, at=at)
            self.bid.refresh_from_db()

    def ask_more(self, day: int, summary: str) -> Chapter:
        yield (at := self.world.at(day, 10))
        first, _second = self.judges
        assessing.open_sheet(self.bid, by=first, at=at)
        assessing.ask_more(self.bid, summary=summary, by=first, at=at)


def harbourlight(way: Course) -> Story:
    """Three years ago it was Bronze; that award ends soon, and the bid of today renews it."""
    yield from way.begin(-1092, started=-2000, cycle_ended=-1500)
    yield from way.gather(-1088)
    yield from way.submit(-1084)
    yield from way.appoint(-1082)
    yield from way.first_report(-1070, "A good beginning. Costs and endings need writing down.")
    yield from way.submit(-1062)
    yield from way.interviews(-1056)
    yield from way.report(-1050, "What was asked for is there. Reasons for matches stay thin.", 1)
    yield from way.award(-1044)
    yield from way.begin_again(-300)
    yield from way.gather(-140)
    yield from way.library(-130)
    yield from way.submit(-120)
    yield from way.appoint(-115)
    yield from way.first_report(-85, "A strong programme. Costs and reasons for matches are thin.")
    yield from way.submit(-50)
    yield from way.survey(-48, {Group.MENTOR: 13, Group.MENTEE: 15, Group.STAKEHOLDER: 3})
    yield from way.interviews(-20)
    yield from way.report(-6, "The changes hold. What is open is small and well understood.")


def semilla(way: Course) -> Story:
    yield from way.begin(-200, started=-700, cycle_ended=-330)
    yield from way.gather(-90)
    yield from way.submit(-80)
    yield from way.appoint(-76)
    yield from way.assess(-45, "Warm and alive. Endings, costs and supervision need writing down.")
    yield from way.ask_more(-30, "Much is in place. Endings, costs and supervision come first.")
    yield from way.survey(-5, {Group.MENTEE: 9})
