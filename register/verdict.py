"""What anybody may learn about a certificate, in one place for the page and for machines.

The holder's name is shown where the certificate proved or proves something; once it is suspended,
withdrawn or replaced, only the status is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.dates import body_day, end_of
from certificates.models import Certificate, Visibility
from certificates.snapshot import Snapshot
from certificates.status import Standing, Status
from certificates.tags import TAGS

NAMELESS = frozenset(
    {
        Status.SUSPENDED,
        Status.ON_HOLD,
        Status.WITHDRAWN,
        Status.SURRENDERED,
        Status.REPLACED,
        Status.REDUCED,
    }
)
SHAPES = {
    Status.SUSPENDED: "stop",
    Status.ON_HOLD: "stop",
    Status.WITHDRAWN: "stop",
    Status.SURRENDERED: "off",
    Status.REDUCED: "off",
    Status.LAPSED: "late",
    Status.NOT_YET: "late",
    Status.REPLACED: "off",
    Status.RENEWED: "off",
}
HEADINGS: Mapping[Status, str | Promise] = {
    Status.VALID: gettext_lazy("This certificate is valid"),
    Status.NO_END: gettext_lazy("This certificate is valid"),
    Status.NOT_YET: gettext_lazy("This certificate is not valid yet"),
    Status.LAPSED: gettext_lazy("This certificate has lapsed"),
    Status.SUSPENDED: gettext_lazy("This certificate is suspended"),
    Status.ON_HOLD: gettext_lazy("This certificate is on hold"),
    Status.WITHDRAWN: gettext_lazy("This certificate was withdrawn"),
    Status.SURRENDERED: gettext_lazy("This certificate was given back"),
    Status.REPLACED: gettext_lazy("This certificate was replaced"),
    Status.REDUCED: gettext_lazy("This certificate was replaced by one with a smaller scope"),
    Status.RENEWED: gettext_lazy("This certificate was renewed"),
}

SENTENCES: Mapping[Status, str | Promise] = {
    Status.NOT_YET: gettext_lazy("It begins on %(day)s."),
    Status.LAPSED: gettext_lazy("It was not renewed by %(day)s."),
    Status.SUSPENDED: gettext_lazy("It was suspended on %(day)s."),
    Status.ON_HOLD: gettext_lazy(
        "The certificate on which it rests has not been in force since %(day)s."
    ),
    Status.WITHDRAWN: gettext_lazy("It has not been valid since %(day)s."),
    Status.SURRENDERED: gettext_lazy("Its holder gave it back on %(day)s."),
    Status.REPLACED: gettext_lazy("A corrected certificate took its place on %(day)s."),
    Status.REDUCED: gettext_lazy(
        "Since %(day)s another certificate, which covers less, stands in its place."
    ),
    Status.RENEWED: gettext_lazy("It ended on %(day)s, and a newer certificate follows it."),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer at the instant `at`; with `on`, also the answer for the end of that day."""

    certificate: Certificate
    now: Standing
    at: datetime
    on: date | None
    then: Standing

    @property
    def said(self) -> Snapshot:
        snapshot: Snapshot = self.certificate.snapshot
        return snapshot

    @property
    def status(self) -> Status:
        return self.now.status

    @property
    def good(self) -> bool:
        return self.then.good

    @property
    def shape(self) -> str:
        return SHAPES.get(self.then.status, "ok")

    @property
    def tag(self) -> tuple[str, str]:
        return TAGS[self.status]

    @property
    def names_holder(self) -> bool:
        return self.status not in NAMELESS

    @property
    def since(self) -> date | None:
        """The body's day on which an event made the status what it is. A renewed certificate is
        told by its end: it stood until then."""
        if self.now.since is None or self.status == Status.RENEWED:
            return None
        return body_day(self.now.since)

    @property
    def heading(self) -> str:
        if self.on is None:
            return str(HEADINGS[self.status])
        day = {"day": _day(self.on)}
        if self.good:
            return _("This certificate was valid on %(day)s") % day
        return _("This certificate was not valid on %(day)s") % day

    @property
    def sentence(self) -> str:
        if self.on is not None:
            return _("At the end of that day it stood at: %(status)s.") % {
                "status": self.then.status.label
            }
        said = []
        if self.status in SENTENCES:
            said = [str(SENTENCES[self.status]) % {"day": _day(self._turning_day)}]
        if self.renewal:
            said.append(self.renewal)
        return " ".join(said) or checked_at(self.at)

    @property
    def handed_in_on(self) -> date | None:
        """The body's day on which a renewal was handed in that is being decided now."""
        return body_day(self.now.handed_in) if self.now.handed_in else None

    @property
    def renewal(self) -> str:
        if self.handed_in_on is None:
            return ""
        day = {"day": _day(self.handed_in_on)}
        if self.now.good:
            return (
                _("Its renewal was handed in on %(day)s and is being decided; it holds until then.")
                % day
            )
        return _("A renewal was handed in on %(day)s and is being decided.") % day

    @property
    def _turning_day(self) -> date | None:
        """The day on which the status became, or becomes, what its sentence says."""
        if self.status == Status.NOT_YET:
            return self.certificate.awarded_on
        if self.status in {Status.LAPSED, Status.RENEWED}:
            return self.certificate.ends_on
        return self.since

    @property
    def preview(self) -> str:
        """What a link to this page shows elsewhere. The status is not in it: previews grow old."""
        if self.listed:
            return _("%(name)s: %(title)s") % {"name": self.said["holder"], "title": self.title}
        return self.title

    @property
    def title(self) -> str:
        return self.said["title"]

    @property
    def preview_text(self) -> str:
        return _("Number %(number)s. Open the page to see what it is worth today. %(not_iso)s") % {
            "number": self.said["number"],
            "not_iso": self.not_iso,
        }

    @property
    def not_iso(self) -> str:
        return _("This is not an ISO certification, and ISO does not endorse it.")

    @property
    def listed(self) -> bool:
        """May search engines keep this page?"""
        return self.certificate.visibility == Visibility.DIRECTORY and self.now.good

    @property
    def successor(self) -> Certificate | None:
        """The certificate that renewed this one, if its holder lets people see it."""
        return self._shown("renewed_by")

    @property
    def in_its_place(self) -> Certificate | None:
        """The certificate that took its place, under the same rule."""
        return self._shown("replaced_by")

    def _shown(self, name: str) -> Certificate | None:
        after: Certificate | None = getattr(self.certificate, name, None)
        return after if after and after.visibility != Visibility.PRIVATE else None


def verdict(certificate: Certificate, *, at: datetime, on: date | None = None) -> Verdict:
    """`on` is a day of the body's up to today; its answer is that of the day's end."""
    now = certificate.standing(at)
    if on is None or on >= body_day(at):
        return Verdict(certificate, now, at, None, now)
    then = certificate.standing(end_of(on) - timedelta(microseconds=1))
    return Verdict(certificate, now, at, on, then)


def as_data(answer: Verdict) -> dict[str, object]:
    """The same facts for machines."""
    said = answer.said
    after, place = answer.successor, answer.in_its_place
    facts: dict[str, object] = {
        "number": said["number"],
        "status": answer.status.value,
        "meaning": answer.heading if answer.on is None else str(HEADINGS[answer.status]),
        "valid": answer.now.good,
        "since": answer.since,
        "checked_at": answer.at,
        "title": said["title"],
        "issuer": said["issuer"],
        "sample": said["sample"],
        "renewal_handed_in_on": answer.handed_in_on,
        "renewal": "being decided" if answer.handed_in_on else None,
        "renewed_by": after.number if after else None,
        "replaced_by": place.number if place else None,
        "note": answer.not_iso,
    }
    if answer.on:
        facts |= {"on": answer.on, "status_on": answer.then.status.value, "valid_on": answer.good}
    if answer.names_holder:
        facts |= {
            "holder": said["holder"],
            "also": said["also"],
            "scope": said["scope_detail"],
            "without": list(said.get("without", ())),
            "awarded_on": said["awarded_on"],
            "valid_until": answer.certificate.ends_on,
            "administrator": said["administrator"],
        }
    return facts


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def checked_at(at: datetime) -> str:
    return _("Checked on %(day)s at %(time)s UTC, in our own records.") % {
        "day": date_format(at.date(), "j F Y"),
        "time": date_format(at, "TIME_FORMAT"),
    }
