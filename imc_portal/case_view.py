"""A case as one reader sees it at one moment, and the answers that can be given about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.flow import OWNER, Stage
from applicants.models import Application
from certificates.dates import body_day, end_of
from imc_portal.case_facts import Facts
from imc_portal.templatetags.look import days_left
from meetings.clocks import place_of


@dataclass(frozen=True, slots=True)
class NextStep:
    """`state` is turn (the reader's), late (the reader's, past its day), waiting or done."""

    heading: str
    text: str
    whose: str
    by_when: str
    note: str
    url: str
    label: str
    state: str

    @property
    def mine(self) -> bool:
        return self.state in ("turn", "late")


@dataclass(frozen=True, slots=True)
class View:
    """A case as one reader sees it at one moment."""

    case: Application
    viewer: User
    at: datetime
    facts: Facts

    @property
    def stage(self) -> Stage:
        return Stage(self.case.stage)

    @property
    def is_applicant(self) -> bool:
        return self.viewer.pk == self.case.applicant_id

    @property
    def applicant(self) -> str:
        return self.case.applicant.first_name_to_use

    @property
    def holder(self) -> User | None:
        """The person of the staff whose work the stage awaits."""
        return self.facts.cast.get(OWNER.get(self.stage, Role.CLOCK))

    @property
    def holds(self) -> bool:
        return self.holder is not None and self.holder.pk == self.viewer.pk

    @property
    def who(self) -> str:
        return self.holder.first_name_to_use if self.holder else _("us")

    # --- Answers ---
    def turn(self, heading: str, text: str, url: str, label: str) -> NextStep:
        by_when, note, late = self._due()
        state = "late" if late else "turn"
        return NextStep(heading, text, _("Yours"), by_when, note, url, label, state)

    def waits(self, heading: str, text: str, whose: str) -> NextStep:
        by_when, note, _late = self._due()
        return NextStep(heading, text, whose, by_when, note, "", "", "waiting")

    def meets(self, heading: str, text: str) -> NextStep:
        """A meeting to come: nothing to do until then, and one place to see or move it."""
        meeting = self.facts.meeting
        if meeting is None:
            return self.waits(heading, text, self.who)
        by_when, note = moment_words(meeting.starts_at, self.viewer, self.at)
        url, whose = reverse("meetings:manage", args=[meeting.pk]), _("Both, at that time")
        if self.viewer.pk not in (meeting.host_id, meeting.guest_id):
            return NextStep(heading, text, whose, by_when, note, "", "", "waiting")
        return NextStep(
            heading, text, whose, by_when, note, url, _("See or move the meeting"), "waiting"
        )

    def done(self, heading: str, text: str, url: str = "", label: str = "") -> NextStep:
        return NextStep(heading, text, "", "", "", url, label, "done")

    def _due(self) -> tuple[str, str, bool]:
        due = self.case.due_on
        if due is None:
            return _("No deadline"), "", False
        words, note = moment_words(end_of(due) - timedelta(minutes=1), self.viewer, self.at)
        return words, note, body_day(self.at) > due

    def page(self, name: str) -> str:
        return reverse(name, args=[self.case.pk])


def moment_words(moment: datetime, viewer: User, at: datetime) -> tuple[str, str]:
    """“Monday 2 June 2031, 23:59” on the reader's clock, and “in 21 days, Toronto time”."""
    mine, today = moment.astimezone(viewer.zone), at.astimezone(viewer.zone).date()
    words = _("%(day)s, %(time)s") % {
        "day": date_format(mine.date(), "l j F Y"),
        "time": date_format(mine, "TIME_FORMAT"),
    }
    zone = _("%(place)s time") % {"place": place_of(viewer)}
    return words, _("%(left)s, %(zone)s") % {"left": days_left(mine.date(), today), "zone": zone}


def and_list(words: list[str], most: int = 6) -> str:
    """“M6.6 and M9.2”; a long list is cut short in words."""
    if len(words) > most:
        rest = _("%(count)d more") % {"count": len(words) - most}
        words = [*words[:most], rest]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
