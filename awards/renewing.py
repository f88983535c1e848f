"""Renewal: another bid, within a window, that goes on from the last day of the award before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from awards.models import Award, AwardScheme, Programme
from certificates.dates import body_day
from certificates.status import FINAL, Status
from trail.flow import Refused

OPENS = timedelta(days=365)  # before the last day: assessing takes the better part of a year
CLOSES = timedelta(days=183)  # after it: whoever comes later begins anew


class TooEarly(Refused):
    """The award holds for longer than the window."""


class OnHold(Refused):
    """The award is suspended: that is settled first."""


@dataclass(frozen=True, slots=True)
class Window:
    """When a renewal may begin: both days count."""

    opens: date
    closes: date

    def contains(self, day: date) -> bool:
        return self.opens <= day <= self.closes


def window(award: Award) -> Window:
    return Window(award.valid_until - OPENS, award.valid_until + CLOSES)


def latest(programme: Programme, scheme_title: str) -> Award | None:
    """The award that a renewal would follow: the last one, unless it was ended for good."""
    held = programme.awards.filter(scheme_title=scheme_title, renewed_by=None)
    return held.exclude(events__kind__in=FINAL).order_by("-valid_until").first()


def to_renew(programme: Programme, scheme: AwardScheme, at: datetime) -> Award | None:
    """The award that a bid beginning now would renew; None where it would be a first one.

    Raises TooEarly before the window opens, and OnHold while the award is suspended.
    """
    award, day = latest(programme, scheme.title), body_day(at)
    if award is None:
        return None
    if award.status(at) == Status.SUSPENDED:
        raise OnHold(_("This award is suspended. Settle that with us before you renew it."))
    when = window(award)
    if day < when.opens:
        raise TooEarly(
            _("Your award holds until %(end)s. Its renewal can begin on %(day)s.")
            % {
                "end": date_format(award.valid_until, "j F Y"),
                "day": date_format(when.opens, "j F Y"),
            }
        )
    return award if when.contains(day) else None
