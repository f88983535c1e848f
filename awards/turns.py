"""What is next with a bid, whose turn it is, and by when: for whoever looks."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from awards.flow import FINAL, Part, Stage
from awards.models import Bid, BidPart, Member


@dataclass(frozen=True, slots=True)
class Turn:
    heading: str
    text: str
    whose: str
    by_when: str
    state: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    state: str
    label: str
    note: str


# For whoever's turn it is: what to do, why, where, and the words of the button.
MINE: dict[Stage, Callable[[], tuple[str, str, str, str]]] = {
    Stage.ELIGIBILITY: lambda: (
        _("Describe your programme"),
        _("Then confirm that it can be assessed. Evidence can be gathered from today on."),
        "awards:send",
        _("See what is missing"),
    ),
    Stage.EVIDENCE: lambda: (
        _("Gather your evidence"),
        _("Answer every criterion, name your evidence, score yourselves, and send it."),
        "awards:send",
        _("See what is missing"),
    ),
    Stage.APPOINTMENT: lambda: (
        _("Appoint the assessors"),
        _("Only people whom nothing binds to the programme are offered."),
        "awards:assessors",
        _("Appoint assessors"),
    ),
    Stage.FIRST_REVIEW: lambda: (
        _("Read the evidence and write the first report"),
        _("Score every criterion and say what is missing. The team reads it and may adjust."),
        "awards:desk",
        _("Open the desk"),
    ),
    Stage.ASSESSMENT: lambda: (
        _("Assess on your own"),
        _("Neither of you sees the other’s scores until both are final."),
        "awards:desk",
        _("Open the desk"),
    ),
    Stage.RECONCILIATION: lambda: (
        _("Settle what you two differ on"),
        _("In writing, criterion by criterion. Then send the report on, or ask for more."),
        "awards:desk",
        _("Open the desk"),
    ),
    Stage.ADJUSTMENT: lambda: (
        _("Make your changes, then send the full submission"),
        _("The report says where points were lost. A low score often means a missing document."),
        "awards:report",
        _("Read the report"),
    ),
    Stage.INTERVIEWS: lambda: (
        _("Hear the people"),
        _("Those who run the programme, and some of those who take part."),
        "awards:interviews",
        _("Record interviews"),
    ),
    Stage.REPORT: lambda: (
        _("Write the report"),
        _("With the full submission and the interviews in mind. A second assessor checks it."),
        "awards:desk",
        _("Open the desk"),
    ),
    Stage.SECOND_CHECK: lambda: (
        _("Check the report with fresh eyes"),
        _("Agree, or send it back with your reasons."),
        "awards:check",
        _("Check the report"),
    ),
    Stage.DECISION: lambda: (
        _("Decide"),
        _("On the checked report, with reasons. The team receives them."),
        "awards:decide",
        _("Decide"),
    ),
}
# For everybody else: what happens meanwhile.
WAIT: dict[Stage, Callable[[], str]] = {
    Stage.ELIGIBILITY: lambda: _("The team describes its programme"),
    Stage.EVIDENCE: lambda: _("The team gathers its evidence"),
    Stage.APPOINTMENT: lambda: _("We appoint your assessors"),
    Stage.FIRST_REVIEW: lambda: _("The First Assessor reads the evidence"),
    Stage.ASSESSMENT: lambda: _("Two assessors read the evidence and hear people"),
    Stage.RECONCILIATION: lambda: _("The two assessors settle what they differ on"),
    Stage.ADJUSTMENT: lambda: _("The team makes its changes"),
    Stage.INTERVIEWS: lambda: _("The First Assessor hears people"),
    Stage.REPORT: lambda: _("The First Assessor writes the report"),
    Stage.SECOND_CHECK: lambda: _("A second assessor checks the report"),
    Stage.DECISION: lambda: _("A Panel Chair decides"),
    Stage.AWARDED: lambda: _("The programme has its award"),
    Stage.NOT_AWARDED: lambda: _("No award this time"),
    Stage.WITHDRAWN: lambda: _("The team has withdrawn"),
}


def turn_of(bid: Bid, user: User, on: date) -> Turn:
    return _turn(bid, mine=bool(bid.acts_as(user) & bid.owners), whose=whose_turn(bid), on=on)


def turns_of(bids: Sequence[Bid], user: User, on: date) -> list[tuple[Bid, Turn]]:
    """The same for a list, in two statements however many bids there are."""
    teams = set(
        Member.objects.filter(person=user, ended_at=None).values_list("organisation", flat=True)
    )
    held: dict[int, list[BidPart]] = {}
    parts = BidPart.objects.filter(bid__in=bids, ended_at=None).select_related("person")
    for row in parts:
        held.setdefault(row.bid_id, []).append(row)
    found = []
    for bid in bids:
        cast = held.get(bid.pk, [])
        names = [row.person.full_name for row in cast if row.part in bid.owners]
        whose = ", ".join(names or _labels(bid))
        found.append((bid, _turn(bid, mine=_is_mine(bid, cast, user, teams), whose=whose, on=on)))
    return found


def _is_mine(bid: Bid, cast: Sequence[BidPart], user: User, teams: Container[int]) -> bool:
    """For a list: a page, and every step, ask the bid itself."""
    if bid.programme.organisation_id in teams:
        return Part.TEAM in bid.owners
    mine = [row.part for row in cast if row.person_id == user.pk]
    if mine:
        return mine[0] in bid.owners
    if Part.CHAIR in bid.owners and Role.PANEL_CHAIR in user.roles:
        return not any(row.part == Part.CHAIR for row in cast)
    return Part.ADMINISTRATOR in bid.owners and Role.ADMINISTRATOR in user.roles


def _turn(bid: Bid, *, mine: bool, whose: str, on: date) -> Turn:
    stage = Stage(bid.stage)
    if stage in FINAL:
        return Turn(WAIT[stage](), "", "", "", "done")
    due = date_format(bid.due_on, "j F Y") if bid.due_on else _("No deadline")
    late = bid.due_on is not None and bid.due_on < on
    if not mine:
        text = _("Nothing is needed from you now.")
        return Turn(WAIT[stage](), text, whose, due, "late" if late else "waiting")
    heading, text, name, label = MINE[stage]()
    url = reverse(name, args=[bid.pk])
    return Turn(heading, text, _("Yours"), due, "late" if late else "turn", url, label)


def _labels(bid: Bid) -> list[str]:
    return [str(Part(part).label) for part in sorted(bid.owners)]


def whose_turn(bid: Bid) -> str:
    """By name where somebody holds the part, otherwise by the part."""
    people = bid.cast.filter(part__in=bid.owners, ended_at=None).select_related("person")
    names = [row.person.full_name for row in people]
    return ", ".join(names or _labels(bid))


def path_of(bid: Bid) -> Sequence[Step]:
    """The way of the bid: done, now, to come. An adjustment that was asked for shows as such."""
    path = list(bid.path)
    if Stage.ADJUSTMENT not in path and bid.stage == Stage.ADJUSTMENT:
        path.insert(path.index(Stage.RECONCILIATION), Stage.ADJUSTMENT)
    here = _left_at(bid) if bid.stage == Stage.WITHDRAWN else bid.stage
    reached = path.index(Stage(here)) if here in path else len(path)
    steps = []
    for place, stage in enumerate(path):
        now = place == reached and bid.is_open
        state = "done" if place < reached else "now" if now else "todo"
        steps.append(Step(state, str(stage.label), whose_turn(bid) if state == "now" else ""))
    return steps


def _left_at(bid: Bid) -> str:
    """Of a withdrawn bid: how far it had come."""
    return bid.history().filter(verb="withdraw").values_list("before", flat=True).first() or ""
