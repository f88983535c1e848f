"""What anybody may learn about an award, in one place for the page and for machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.models import Award
from certificates.dates import body_day, end_of
from certificates.status import Standing, Status
from certificates.tags import TAGS

SHAPES = {
    Status.VALID: "ok",
    Status.SUSPENDED: "stop",
    Status.WITHDRAWN: "stop",
    Status.RENEWED: "off",
}
HEADINGS: Mapping[Status, str | Promise] = {
    Status.VALID: gettext_lazy("This award is valid"),
    Status.NOT_YET: gettext_lazy("This award is not valid yet"),
    Status.LAPSED: gettext_lazy("This award has ended"),
    Status.SUSPENDED: gettext_lazy("This award is suspended"),
    Status.WITHDRAWN: gettext_lazy("This award was withdrawn"),
    Status.RENEWED: gettext_lazy("This award was renewed"),
}
SENTENCES: Mapping[Status, str | Promise] = {
    Status.NOT_YET: gettext_lazy("It begins on %(day)s."),
    Status.LAPSED: gettext_lazy("It was not renewed by %(day)s."),
    Status.SUSPENDED: gettext_lazy("It was suspended on %(day)s."),
    Status.WITHDRAWN: gettext_lazy("It has not been valid since %(day)s."),
    Status.RENEWED: gettext_lazy("It ended on %(day)s, and a newer award follows it."),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer at the instant `at`; with `on`, also the answer for the end of that day."""

    award: Award
    now: Standing
    at: datetime
    on: date | None
    then: Standing

    @property
    def shape(self) -> str:
        return SHAPES.get(self.then.status, "late")

    @property
    def tag(self) -> tuple[str, str]:
        return TAGS[self.now.status]

    @property
    def level(self) -> str:
        return _(self.award.label)

    @property
    def heading(self) -> str:
        if self.on is None:
            return str(HEADINGS[self.now.status])
        day = {"day": _day(self.on)}
        if self.then.good:
            return _("This award was valid on %(day)s") % day
        return _("This award was not valid on %(day)s") % day

    @property
    def sentence(self) -> str:
        if self.on is not None:
            return _("At the end of that day it stood at: %(status)s.") % {
                "status": self.then.status.label
            }
        if self.now.status not in SENTENCES:
            return _("Checked on %(day)s at %(time)s UTC, in our own records.") % {
                "day": date_format(self.at.date(), "j F Y"),
                "time": date_format(self.at, "TIME_FORMAT"),
            }
        return str(SENTENCES[self.now.status]) % {"day": _day(self._turning_day)}

    @property
    def _turning_day(self) -> date:
        if self.now.status == Status.NOT_YET:
            return self.award.awarded_on
        if self.now.status in {Status.LAPSED, Status.RENEWED} or self.now.since is None:
            return self.award.valid_until
        return body_day(self.now.since)


def verdict(award: Award, *, at: datetime, on: date | None = None) -> Verdict:
    """`on` is a day of the body's up to today; its answer is that of the day's end."""
    now = award.standing(at)
    if on is None or on >= body_day(at):
        return Verdict(award, now, at, None, now)
    return Verdict(award, now, at, on, award.standing(end_of(on) - timedelta(microseconds=1)))


def as_data(answer: Verdict) -> dict[str, object]:
    """The same facts for machines."""
    award, after = answer.award, getattr(answer.award, "renewed_by", None)
    organisation = award.programme.organisation
    said = award.words(award.language)
    facts: dict[str, object] = {
        "number": award.number,
        "status": answer.now.status.value,
        "meaning": str(HEADINGS[answer.now.status]),
        "valid": answer.now.good,
        "since": body_day(answer.now.since) if answer.now.since else None,
        "checked_at": answer.at,
        "programme": said["holder"],
        "organisation": organisation.name,
        "scheme": award.scheme_title,
        "level": award.label,
        "awarded_on": award.awarded_on,
        "valid_until": award.valid_until,
        "renewed_by": after.number if after else None,
        "issuer": said["issuer"],
        "note": _("This is not an ISO certification, and ISO does not endorse it."),
    }
    if answer.on:
        facts |= {
            "on": answer.on,
            "status_on": answer.then.status.value,
            "valid_on": answer.then.good,
        }
    return facts


def _day(day: date) -> str:
    return date_format(day, "j F Y")
