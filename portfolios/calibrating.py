"""Calibration: the sample that every auditor rates before a first case, and how near they came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role, work_of
from portfolios.models import Mark
from portfolios.panels import Calibration, SampleEntry, SampleMark
from trail.flow import Refused
from trail.models import Event

CRITERIA = ("relevance", "authorship", "mastery")


class NotAnAuditor(Refused):
    """The sample is for auditors."""


class Rated(Refused):
    """The sample is rated once."""


class NotRated(Refused):
    """Entries are open."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What an auditor found of an entry of the sample; a draft may be half-filled."""

    relevance: int | None
    authorship: int | None
    mastery: int | None
    comment: str = ""


def not_calibrated(role: Role, people: Iterable[int]) -> dict[int, str]:
    """Who of these people has not rated the sample yet, where the part is an auditor's."""
    if work_of(role) != Role.AUDITOR or not SampleEntry.objects.exists():
        return {}
    rows = Calibration.objects.exclude(finished_at=None).filter(auditor__in=list(people))
    done = set(rows.values_list("auditor_id", flat=True))
    return {pk: _("Has not rated the sample portfolio yet.") for pk in people if pk not in done}


def _open(by: User, at: datetime) -> Calibration:
    if Role.AUDITOR not in by.roles:
        raise NotAnAuditor(_("The sample is for auditors."))
    Calibration.objects.get_or_create(auditor=by, defaults={"begun_at": at})
    found = Calibration.objects.select_for_update().get(auditor=by)
    if found.finished_at:
        raise Rated(_("You have rated the sample. Your marks stay as they are."))
    return found


@transaction.atomic
def rate(marks: Mapping[SampleEntry, Marks], *, by: User, at: datetime) -> Calibration:
    """Keep what this auditor found of some entries of the sample."""
    calibration = _open(by, at)
    SampleMark.objects.bulk_create(
        [
            SampleMark(
                calibration=calibration,
                entry=entry,
                **{name: getattr(said, name) for name in CRITERIA},
                comment=said.comment.replace("\r\n", "\n").strip(),
                saved_at=at,
            )
            for entry, said in marks.items()
        ],
        update_conflicts=True,
        unique_fields=["calibration", "entry"],
        update_fields=[*CRITERIA, "comment", "saved_at"],
    )
    return calibration


@transaction.atomic
def finish(*, by: User, at: datetime) -> Calibration:
    """The marks are final, and the auditor reads what the body found. From now on they may be
    given cases."""
    calibration = _open(by, at)
    rated = sum(mark.is_complete for mark in calibration.marks.all())
    left = SampleEntry.objects.count() - rated
    if left:
        raise NotRated(_("Entries that still wait for your marks: %(count)d.") % {"count": left})
    calibration.finished_at = at
    calibration.save(update_fields=["finished_at"])
    Event.objects.record("calibrate", about=calibration, by=by, at=at)
    return calibration


@dataclass(frozen=True, slots=True)
class Nearness:
    """How a reading of the sample compares with the marks of the body."""

    marks: int
    same: int
    entries: int
    same_verdict: int

    @property
    def percent(self) -> int:
        return round(100 * self.same / self.marks) if self.marks else 0


def nearness(rows: Sequence[SampleMark]) -> Nearness:
    pairs = [(row.marks, row.entry.marks) for row in rows if row.is_complete]
    passed = (Mark.MET, Mark.MET, Mark.MET)
    return Nearness(
        marks=3 * len(pairs),
        same=sum(mine == theirs for row in pairs for mine, theirs in zip(*row, strict=True)),
        entries=len(pairs),
        same_verdict=sum((mine == passed) == (theirs == passed) for mine, theirs in pairs),
    )
