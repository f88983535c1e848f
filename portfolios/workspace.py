"""The workspace read in a few queries: where everything stands, and what is next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from applicants.flow import FINAL, Stage
from applicants.models import Application
from certificates.models import Facet, Requirement
from portfolios.evidence import handed_in
from portfolios.frozen import pieces_of, shown_with
from portfolios.gapmap import LABELS, TITLES, Cell, Filter, Map, cells_of, filters_of, maps_of
from portfolios.handing_in import asked_of_log, log_totals, missing
from portfolios.log import Totals
from portfolios.models import SENDABLE, EntryState, Evidence, Portfolio, Submission


@dataclass(frozen=True, slots=True)
class Turn:
    """What is next, whose turn, by when; the button where it is the reader's."""

    heading: str
    text: str
    whose: str
    by_when: str
    state: str = "turn"
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Workspace:
    cells: Sequence[Cell]
    maps: Sequence[Map]
    filters: Sequence[Filter]
    totals: Totals
    hours: int
    turn: Turn
    writable: bool
    evidence: Sequence[Evidence]
    handed_in: frozenset[int]  # evidence that an auditor has seen: it stays
    submissions: Sequence[Submission]

    @property
    def ready(self) -> int:
        return sum(not cell.is_open for cell in self.cells)


def workspace(portfolio: Portfolio) -> Workspace:
    case = portfolio.application
    asked = list(case.asked())
    entries = {(e.statement_id, e.facet): e for e in portfolio.entries.all()}
    cells = cells_of(asked, entries)
    writable = case.stage == Stage.PORTFOLIO
    return Workspace(
        cells=cells,
        maps=maps_of(cells),
        filters=filters_of(cells),
        totals=log_totals(case),
        hours=asked_of_log(case).mentoring // 60,
        turn=_own_turn(portfolio, cells) if writable else _their_turn(case),
        writable=writable,
        evidence=list(portfolio.evidence.prefetch_related("entries__statement", "sessions")),
        handed_in=handed_in(portfolio) if writable else frozenset(),
        submissions=list(portfolio.submissions.only("number", "sent_at", "portfolio")),
    )


def _own_turn(portfolio: Portfolio, cells: Sequence[Cell]) -> Turn:
    case = portfolio.application
    gaps = missing(portfolio)
    back = [cell for cell in cells if cell.state == "back"]
    words = [gap for gap in gaps if gap.group]
    send = reverse("portfolios:send", args=[case.pk])
    when = by_when(case)
    if not gaps:
        return Turn(
            _("Send your portfolio"),
            _("Everything is ready. Read it once more, then hand it in."),
            _("Yours"),
            when,
            url=send,
            label=_("Go to sending"),
        )
    if not words:
        return Turn(
            _("Almost there"),
            _("Every entry is ready. Something else is still missing."),
            _("Yours"),
            when,
            url=send,
            label=_("See what is missing"),
        )
    first = back[0] if back else _first_open(cells, words[0].requirement)
    ready = sum(not cell.is_open for cell in cells)
    counts = {"ready": ready, "all": len(cells), "count": len(words)}
    heading = _("Improve %(code)s") if back else _("Write about %(code)s, or any open statement")
    both = len({cell.facet for cell in cells}) > 1
    name = f"{first.code} {Facet(first.facet).label.lower()}" if both else first.code
    return Turn(
        heading % {"code": name},
        _text(case, len(words), back=bool(back)) % counts,
        _("Yours"),
        when,
        url=reverse("portfolios:entry", args=[case.pk, first.code, first.facet]),
        label=_("Continue with %(code)s") % {"code": name},
    )


def _first_open(cells: Sequence[Cell], wanted: int) -> Cell:
    """A draft is nearer to the end than a blank; otherwise the first that is missing."""
    drafts = [cell for cell in cells if cell.state == "draft"]
    return (drafts or [cell for cell in cells if cell.requirement.pk == wanted])[0]


def _text(case: Application, count: int, *, back: bool) -> str:
    if back:
        return ngettext(
            "%(count)s entry came back, with a comment. The others are accepted.",
            "%(count)s entries came back, each with a comment. The others are accepted.",
            count,
        )
    if case.renews_id:
        return ngettext(
            "Renewal asks for one new practice entry an area. %(count)s area is open.",
            "Renewal asks for one new practice entry an area. %(count)s areas are open.",
            count,
        )
    return _(
        "%(ready)s of %(all)s entries are ready. You can send your portfolio when all are; "
        "nothing is sent before that."
    )


def by_when(case: Application) -> str:
    if case.due_on:
        return date_format(case.due_on, "l j F Y")
    plan = getattr(case, "plan", None)
    if plan is not None and plan.next_check_on:
        day = date_format(plan.next_check_on)
        return _("No deadline. Your plan says %(day)s.") % {"day": day}
    return _("No deadline")


WAITS = {
    Stage.AUDIT: (Role.AUDITOR, "is-waiting"),
    Stage.VERIFICATION: (Role.VERIFIER, "is-waiting"),
    Stage.DECISION: (Role.DECIDER, "is-waiting"),
}


def _their_turn(case: Application) -> Turn:
    if case.stage in FINAL:
        return Turn(
            _("This portfolio is closed"),
            _("You can read it here as you handed it in."),
            _("Nobody’s"),
            _("No deadline"),
            "done",
            reverse("applicants:case", args=[case.pk]),
            _("See how the case ended"),
        )
    if case.stage not in WAITS:
        return Turn(
            _("Your case is resting"),
            _("Nothing is lost. Wake it up when you want to go on."),
            _("Yours"),
            _("No deadline"),
            "turn",
            reverse("applicants:case", args=[case.pk]),
            _("Go to your case"),
        )
    role = Role(WAITS[Stage(case.stage)][0])
    part = case.cast.filter(role=role, ended_at=None).select_related("person").first()
    who = part.person.full_name if part else _("We are naming somebody")
    headings = {
        Role.AUDITOR: _("Your portfolio is with the auditor"),
        Role.VERIFIER: _("Your portfolio has passed the audit"),
        Role.DECIDER: _("Your case waits for the decision"),
    }
    return Turn(
        headings[role],
        _("You can still read it, but not change it. We write to you when something happens."),
        who,
        by_when(case),
        "waiting",
    )


@dataclass(frozen=True, slots=True)
class FrozenPart:
    """The entries of one facet as they were handed in, by area; older ones say that they are."""

    title: str | Promise
    areas: Mapping[str, Sequence[dict[str, Any]]]


def frozen_parts(submission: Submission) -> list[FrozenPart]:
    found, pieces = [], pieces_of(submission)
    for facet, title in TITLES.items():
        areas: dict[str, list[dict[str, Any]]] = {}
        for row in submission.snapshot["entries"]:
            if row["facet"] == facet:
                before = "" if row["state"] == EntryState.READY else LABELS[row["state"]]
                area = row["code"].rpartition(".")[0]
                shown = {"before": before, "pieces": shown_with(row, pieces)}
                areas.setdefault(area, []).append({**row, **shown})
        if areas:
            found.append(FrozenPart(title, areas))
    return found


def neighbours(
    cells: Sequence[Cell], requirement: Requirement
) -> tuple[Cell | None, Cell | None, Cell | None]:
    """The one before, the one after, and the next open one after it (or from the start)."""
    here = next(n for n, cell in enumerate(cells) if cell.requirement.pk == requirement.pk)
    before = cells[here - 1] if here else None
    after = cells[here + 1] if here + 1 < len(cells) else None
    around = [*cells[here + 1 :], *cells[:here]]
    return before, after, next((cell for cell in around if cell.state not in SENDABLE), None)
