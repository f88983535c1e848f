"""The flow as a whole: how many wait where, since when, and for whom. For the Director and the
administrators; numbers and people of ours only, no applicant is named."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from appeals.desk import listed
from applicants.flow import OWNER, Stage
from applicants.models import Application
from certificates.dates import body_day
from certificates.proposals import Proposal
from imc_portal.charts import bars_chart
from imc_portal.worklist import with_turn

NAMES = 4  # of those who wait longest, by load; more would be a list, not a picture


@dataclass(slots=True)
class Place:
    """One stage: who waits in it, in numbers. `for_us` are in time, `late` are not."""

    number: int
    name: str
    for_applicants: int = 0
    for_us: int = 0
    late: int = 0
    days: int = 0  # the longest that anybody has been here
    unfilled: int = 0
    holders: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.for_applicants + self.for_us + self.late

    @property
    def whom(self) -> list[tuple[str, int]]:
        most = sorted(self.holders.items(), key=lambda pair: (-pair[1], pair[0]))
        return most[:NAMES]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    places: Sequence[Place]
    picture: SafeString
    total: int
    late: int


def whereabouts(user: User, at: datetime) -> Whereabouts:
    """One statement over all open cases, one for each kind of matter."""
    places = [*_cases(at), _matters(user, at, len(OWNER) + 1)]
    places.append(_proposals(user, at, len(places) + 1))
    bars = [(p.number, (p.for_applicants, p.for_us, p.late)) for p in places]
    return Whereabouts(
        places=places,
        picture=bars_chart(bars, ("c-third", "c-concept", "c-late")),
        total=sum(place.total for place in places),
        late=sum(place.late for place in places),
    )


def _cases(at: datetime) -> list[Place]:
    today = body_day(at)
    open_cases: Any = with_turn(Application.objects.open())
    rows = (
        open_cases.order_by()
        .values("stage", "turn", "holder")
        .annotate(
            n=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)), since=Min("stage_since")
        )
    )
    places = {stage: Place(number, str(stage.label)) for number, stage in enumerate(OWNER, start=1)}
    held: dict[int, list[tuple[Place, int]]] = defaultdict(list)
    for row in rows:
        place = places[Stage(row["stage"])]
        place.days = max(place.days, (today - body_day(row["since"])).days)
        if row["turn"] == "applicant":
            place.for_applicants += row["n"]
            continue
        place.late += row["overdue"]
        place.for_us += row["n"] - row["overdue"]
        if row["turn"] == "unfilled":
            place.unfilled += row["n"]
        elif row["holder"]:
            held[row["holder"]].append((place, row["n"]))
    for person in User.objects.filter(pk__in=held):
        for place, count in held[person.pk]:
            place.holders[person.full_name] = place.holders.get(person.full_name, 0) + count
    return list(places.values())


def _matters(user: User, at: datetime, number: int) -> Place:
    """Appeals and complaints, without those that might be about the reader."""
    place = Place(number, _("Appeals and complaints"))
    for row in listed(user, at, everything=True):
        if not row.matter.is_open:
            continue
        place.late += row.late
        place.for_us += not row.late
        place.days = max(place.days, row.days)
        for seat in row.matter.seats.all():
            if seat.ended_at is None and not seat.vote:
                name = seat.person.full_name
                place.holders[name] = place.holders.get(name, 0) + 1
    return place


def _proposals(user: User, at: datetime, number: int) -> Place:
    """What one person proposed about a certificate, and a second has not answered."""
    place = Place(number, _("Proposals about certificates"))
    for proposed in Proposal.objects.visible_to(user).waiting().values_list("proposed_at"):
        place.for_us += 1
        place.days = max(place.days, (body_day(at) - body_day(proposed[0])).days)
    return place
