"""A verdict for every row of a list, with as many questions to the database for 500 as for one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from certificates.dates import body_day
from certificates.models import Certificate
from certificates.numbers import tidy
from certificates.sharing import note_checks
from register.finding import bears, public_certificates
from register.verdict import Verdict, checked_at, verdict

MOST = 500  # rows
LISTS = 60  # an hour, from one address


@dataclass(frozen=True, slots=True)
class Asked:
    """One row: what somebody typed, and what is wrong with it where something is."""

    number: str
    name: str
    on: date | None = None
    fault: str = ""
    typed: str = ""  # the day as it was typed


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say to one row. Without a verdict there is nothing public, or nothing to look for."""

    asked: Asked
    verdict: Verdict | None
    at: datetime

    @property
    def valid(self) -> bool | None:
        """On the day that was asked about, or today; None where we cannot say."""
        return self.verdict.good if self.verdict else None

    @property
    def day(self) -> date:
        """The day of which the answer speaks."""
        asked = self.verdict.on if self.verdict else self.asked.on
        return asked or body_day(self.at)

    @property
    def words(self) -> str:
        if self.verdict:
            return self.verdict.heading
        return self.asked.fault or _("We have no public certificate with this number and name.")


@dataclass(frozen=True)
class Checked:
    """The whole list."""

    answers: Sequence[Answer]
    at: datetime

    @property
    def when(self) -> str:
        return checked_at(self.at)

    @cached_property
    def good(self) -> int:
        return sum(answer.valid is True for answer in self.answers)

    @cached_property
    def other(self) -> int:
        return sum(answer.valid is False for answer in self.answers)

    @cached_property
    def unknown(self) -> int:
        return sum(answer.valid is None for answer in self.answers) - self.faulty

    @cached_property
    def faulty(self) -> int:
        return sum(bool(answer.asked.fault) for answer in self.answers)


def check_list(rows: Sequence[Asked], *, at: datetime) -> Checked:
    """The rules are those of the check page: private and unknown and another name are alike."""
    wanted = {tidy(row.number) for row in rows if not row.fault} - {""}
    found = {one.number: one for one in public_certificates().filter(number__in=wanted)}
    if any(row.on for row in rows):
        _bring_forebears(found.values())
    answers = [Answer(row, _verdict(row, found, at), at) for row in rows]
    note_checks({answer.verdict.certificate for answer in answers if answer.verdict}, at)
    return Checked(answers, at)


def _verdict(row: Asked, found: dict[str, Certificate], at: datetime) -> Verdict | None:
    certificate = None if row.fault else found.get(tidy(row.number))
    if certificate is None or not bears(certificate, row.name):
        return None
    return verdict(certificate, at=at, on=row.on)


def _bring_forebears(certificates: Iterable[Certificate]) -> None:
    """Before a certificate was issued in another's place, that one stood for it, whoever may see
    it: each is brought along, and what it took the place of, whatever the number of rows."""
    newest = list(certificates)
    known = {one.pk: one for one in newest}
    while missing := {one.replaces_id for one in newest if one.replaces_id} - known.keys():
        newest = list(Certificate.objects.filter(pk__in=missing).prefetch_related("events"))
        known |= {one.pk: one for one in newest}
    for one in known.values():
        if one.replaces_id:
            one.replaces = known[one.replaces_id]
