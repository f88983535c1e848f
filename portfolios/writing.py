"""Writing: opening a portfolio, what carries over into it, and saving its entries."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applicants.flow import Stage
from applicants.models import Application
from applicants.services import rest
from certificates.dates import body_day, years_after
from certificates.models import Certificate, Facet, Requirement
from frameworks.models import Statement
from notices.models import Message
from portfolios.models import WRITABLE, Entry, EntryState, Portfolio
from portfolios.registry import seeds_of
from portfolios.silence import silent, tired
from trail.flow import Refused
from trail.models import Event

CARRY_YEARS = 5  # the body's rule: older concept work is audited again
LONGEST = 20_000  # characters
FEW, MANY = 80, 200  # words that are usually enough


class NotYours(Refused):
    """Only the applicant writes here."""


class NotNow(Refused):
    """The portfolio is not with the applicant."""


class NotAsked(Refused):
    """This case does not ask for that statement and facet."""


class Settled(Refused):
    """This entry counts already, or was not sent back in this round."""


class Empty(Refused):
    """An entry without words is not ready."""


class TooLong(Refused):
    """Longer than anybody can judge."""


class Conflict(Refused):
    """Somebody, most often the same person in another tab, saved in between."""

    def __init__(self, stored: Entry) -> None:
        super().__init__(
            _("This entry was changed in another window. Both texts are here: keep what you want.")
        )
        self.stored = stored


@transaction.atomic
def open_portfolio(application: Application, *, by: User, at: datetime) -> Portfolio:
    """The portfolio of this case, begun now if there is none yet. Safe to ask twice."""
    cases = Application.objects.select_for_update(of=("self",)).select_related("tier")
    case = cases.get(pk=application.pk)
    if by.pk != case.applicant_id:
        raise NotYours(_("Only the applicant opens this portfolio."))
    found = Portfolio.objects.filter(application=case).first()
    if found is not None:
        return found
    if case.stage != Stage.PORTFOLIO:
        raise NotNow(_("This case does not wait for a portfolio."))
    portfolio = Portfolio.objects.create(application=case, opened_at=at, touched_at=at)
    carried = _carry_over(portfolio, at)
    _sow(portfolio, at)
    Event.objects.record(
        "open_portfolio",
        about=portfolio,
        by=by,
        at=at,
        case=case.trail_case(),
        carried=carried,
    )
    return portfolio


def _sow(portfolio: Portfolio, at: datetime) -> None:
    """What was written before as a draft: the person reads it again and marks it ready."""
    seeds = {(seed.code, seed.facet): seed for seed in seeds_of(portfolio.application)}
    if not seeds:
        return
    asked = portfolio.application.asked().filter(statement__code__in={code for code, _ in seeds})
    Entry.objects.bulk_create(
        Entry(
            portfolio=portfolio,
            statement=requirement.statement,
            facet=requirement.facet,
            text=seed.text,
            language=seed.language,
            saved_at=at,
        )
        for requirement in asked
        if (seed := seeds.get((requirement.statement.code, requirement.facet)))
    )


def _carry_over(portfolio: Portfolio, at: datetime) -> int:
    """Concept work that passed for the certificate within this one is not audited twice."""
    case = portfolio.application
    if case.renews_id or not case.tier.nests:
        return 0
    wanted = {
        requirement.statement.code: requirement.statement
        for requirement in case.asked().filter(facet=Facet.CONCEPT)
    }
    carried: dict[str, Entry] = {}
    for certificate in _nested(case, at):
        passed = Entry.objects.filter(
            portfolio__application__decisions__reference=certificate.decision,
            facet=Facet.CONCEPT,
            state__in=[EntryState.ACCEPTED, EntryState.CARRIED],
            statement__code__in=set(wanted) - set(carried),
        ).select_related("statement")
        for entry in passed:
            carried[entry.statement.code] = Entry(
                portfolio=portfolio,
                statement=wanted[entry.statement.code],
                facet=Facet.CONCEPT,
                text=entry.text,
                language=entry.language,
                state=EntryState.CARRIED,
                carried_from=certificate,
                saved_at=at,
            )
    Entry.objects.bulk_create(carried.values())
    return len(carried)


def _nested(case: Application, at: datetime) -> list[Certificate]:
    """Certificates of the level below that still stand and are young enough, newest first."""
    held = Certificate.objects.filter(
        holder=case.applicant_id,
        tier__level=case.tier.nests,
        awarded_on__gte=years_after(body_day(at), -CARRY_YEARS),
    ).prefetch_related("events")
    return [certificate for certificate in held if certificate.standing(at).good]


def at_work(portfolio: Portfolio, by: User) -> Portfolio:
    """The portfolio as it is now, ours until the end of the transaction. Raises NotYours for
    anybody but the applicant, and NotNow while it is with somebody else."""
    rows = Portfolio.objects.select_for_update(of=("self",)).select_related(
        "application", "application__tier"
    )
    row = rows.get(pk=portfolio.pk)
    if by.pk != row.application.applicant_id:
        raise NotYours(_("Only the applicant changes this portfolio."))
    if row.application.stage != Stage.PORTFOLIO:
        raise NotNow(_("Your portfolio is not with you now, so it cannot change."))
    return row


@transaction.atomic
def save_entry(  # noqa: PLR0913 - an entry is these things
    portfolio: Portfolio,
    requirement: Requirement,
    *,
    text: str,
    language: str,
    ready: bool,
    revision: int,
    by: User,
    at: datetime,
    answer: str | None = None,
) -> Entry:
    """Keep what was written. `revision` is the one that was read; 0 where nothing was there.
    `answer` is what the applicant says to the comment with which the entry came back.

    Raises Conflict, with the stored text, when somebody saved in between.
    """
    row = at_work(portfolio, by)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise TooLong(_("This is longer than 20,000 characters. Keep the part that matters."))
    if ready and not text:
        raise Empty(_("Write something first. Then mark it as ready."))
    entry = entry_for(row, requirement, at=at)
    said = entry.answer if answer is None else answer.replace("\r\n", "\n").strip()
    state = _next_state(row, entry, ready=ready)
    stored = (entry.text, entry.language, entry.state, entry.answer)
    if entry.pk and stored == (text, language, state, said):
        return entry
    # Where nothing is stored, as when only a file was added, there is nothing to lose.
    if entry.pk and entry.revision != revision and entry.text:
        raise Conflict(entry)
    entry.text, entry.language, entry.answer = text, language, said
    entry.state, entry.saved_at = state, at
    entry.revision = entry.revision + 1 if entry.pk else 1
    entry.save()
    touch(row, at)
    return entry


def entry_for(portfolio: Portfolio, requirement: Requirement, *, at: datetime) -> Entry:
    """The entry on this statement and facet, or a new one that is not saved yet. Raises Settled
    where its words cannot change."""
    case = portfolio.application
    entry = Entry.objects.filter(
        portfolio=portfolio, statement=requirement.statement_id, facet=requirement.facet
    ).first()
    if entry is None:
        if not case.asked().filter(pk=requirement.pk).exists():
            raise NotAsked(_("Your certificate does not ask for this."))
        if case.rounds:
            raise Settled(_("In this round, only entries that were sent back can change."))
        return Entry(
            portfolio=portfolio,
            statement=requirement.statement,
            facet=requirement.facet,
            saved_at=at,
        )
    if entry.state not in WRITABLE:
        raise Settled(_("This entry counts already, so it stays as it is."))
    return entry


def _next_state(portfolio: Portfolio, entry: Entry, *, ready: bool) -> EntryState:
    if ready:
        return EntryState.READY
    # What was sent back stays marked as such until it is ready again.
    returned = entry.pk and portfolio.application.rounds
    return EntryState.TO_IMPROVE if returned else EntryState.DRAFT


def touch(portfolio: Portfolio, at: datetime) -> None:
    """Somebody worked here: reminders count from now."""
    Portfolio.objects.filter(pk=portfolio.pk).update(touched_at=at)


def send_back(portfolio: Portfolio, advice: dict[tuple[int, str], str], at: datetime) -> None:
    """Open these entries again, each (statement, facet) with the words that say what is missing.
    Every other entry that was handed in is accepted."""
    changed = []
    for entry in portfolio.entries.filter(state__in=[*WRITABLE, EntryState.ACCEPTED]):
        why = advice.get((entry.statement_id, entry.facet))
        if why is not None:
            entry.state, entry.advice, entry.answer = EntryState.TO_IMPROVE, why, ""
        elif entry.state == EntryState.READY:
            entry.state, entry.advice, entry.answer = EntryState.ACCEPTED, "", ""
        changed.append(entry)
    Entry.objects.bulk_update(changed, ["state", "advice", "answer"])
    touch(portfolio, at)


def reopen(
    application: Application, statements: Sequence[Statement], why: str, at: datetime
) -> None:
    """Later work, such as the verification, asks for more on these statements."""
    portfolio = Portfolio.objects.select_for_update().filter(application=application).first()
    if portfolio is None:
        return
    named = portfolio.entries.filter(statement__in=list(statements))
    shown = named.filter(facet=Facet.PRACTICE)
    (shown if shown.exists() else named).update(
        state=EntryState.TO_IMPROVE, advice=why, answer="", carried_from=None
    )
    touch(portfolio, at)


@transaction.atomic
def remind_idle(at: datetime) -> int:
    """Owe a letter for every 30 days without a change, three at most, and rest the cases that
    stay silent. Safe to run twice, twice at once or late: the key names the silence it is about."""
    owed = {warning.key: warning for warning in silent(at)}
    for key in Message.objects.filter(key__in=owed).values_list("key", flat=True):
        del owed[key]
    Message.objects.bulk_create(owed.values(), ignore_conflicts=True)
    for case in tired(at):
        rest(case, at=at)
    return len(owed)
