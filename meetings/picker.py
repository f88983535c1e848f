"""A page of free times: a few days as a list, or one week. Real links lead on, and keep the view,
the person and the day that were chosen."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.http import UserRequest
from accounts.models import User
from meetings.finding import Slot
from meetings.slots_view import Day, day_words, days, week

A_PAGE = 3  # days of a list: a row of them on a wide screen, and not too far to scroll on a phone
WEEK = timedelta(days=7)
SOON, EVER = 14, 366  # days to look ahead, first and then; a host's own horizon ends it sooner
VIEW = "slots_view"  # the session keeps the view, so that the next booking opens in it

# The free times of these hosts, from a moment on, for so many days.
Find = Callable[[Sequence[User], datetime, int], list[Slot]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that narrows or turns the page."""

    words: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some days, and where to go from them."""

    days: list[Day]
    title: str = ""
    earlier: date | None = None
    later: date | None = None
    next_free: date | None = None


@dataclass(frozen=True, slots=True)
class Picker:
    viewer: User
    host: User | None  # who is met, where it can be one person only
    page: Page
    at: datetime  # for the distance of the viewer's zone from UTC
    is_week: bool
    views: list[Choice]
    hosts: list[Choice]
    earlier: str
    later: str
    next_free: Choice | None

    @property
    def has_times(self) -> bool:
        return any(day.times for day in self.page.days)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Turns pages for one viewer: days are the viewer's, whatever the clocks of the hosts."""

    viewer: User
    hosts: Sequence[User]
    find: Find
    today: date

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), tzinfo=self.viewer.zone)

    def slots(self, day: date, count: int) -> list[Slot]:
        return self.find(self.hosts, self.midnight(day), count)

    def free(self, day: date, enough: int) -> list[Day]:
        """Days with free times from this one on: at least `enough`, if there are so many."""
        found = days(self.slots(day, SOON), self.viewer)
        if len(found) >= enough:
            return found
        return days(self.slots(day, EVER), self.viewer)

    def list_from(self, first: date) -> Page:
        found = self.free(first, A_PAGE + 1)
        before: list[Day] = []
        if first > self.today:
            since_today = days(self.slots(self.today, (first - self.today).days), self.viewer)
            before = [day for day in since_today if day.date < first]
        return Page(
            found[:A_PAGE],
            earlier=before[-A_PAGE:][0].date if before else None,
            later=found[A_PAGE].date if len(found) > A_PAGE else None,
        )

    def week_from(self, first: date) -> Page:
        """Seven days from this one: a week that begins today has no days that are over."""
        after = first + WEEK
        shown = week(self.slots(first, 8), first, self.viewer)
        to_come = next(iter(self.free(after, 1)), None)
        words = {"first": date_format(first, "j F"), "last": date_format(shown[-1].date, "j F")}
        return Page(
            shown,
            title=_("%(first)s to %(last)s") % words,
            earlier=max(first - WEEK, self.today) if first > self.today else None,
            later=after if to_come else None,
            next_free=to_come.date if to_come else None,
        )


def picker(request: UserRequest, hosts: Sequence[User], find: Find, *, at: datetime) -> Picker:
    """What the address asks for. Whatever it says, the page has a sensible answer."""
    viewer, query = request.user, request.GET
    named, is_week = named_host(request, hosts), _view(request) == "week"
    calendar = _Calendar(
        viewer, [named] if named else hosts, find, at.astimezone(viewer.zone).date()
    )
    first = _day_in(query) or (_first_free(calendar) if is_week else calendar.today)
    page = (calendar.week_from if is_week else calendar.list_from)(max(first, calendar.today))
    return Picker(
        viewer=viewer,
        host=named or (hosts[0] if len(hosts) == 1 else None),
        page=page,
        at=calendar.midnight(page.days[0].date if page.days else calendar.today),
        is_week=is_week,
        views=[
            Choice(_("List"), _address(query, view="list"), not is_week),
            Choice(_("Week"), _address(query, view="week"), is_week),
        ],
        hosts=_hosts(query, hosts, named),
        earlier=_on(query, page.earlier),
        later=_on(query, page.later),
        next_free=Choice(day_words(page.next_free), _on(query, page.next_free))
        if page.next_free
        else None,
    )


def named_host(request: UserRequest, hosts: Sequence[User]) -> User | None:
    """Whom the person wants to meet, out of those who may."""
    wanted = request.GET.get("host", "")
    return next((host for host in hosts if str(host.pk) == wanted), None)


def _view(request: UserRequest) -> str:
    view = request.GET.get("view", "")
    if view not in {"list", "week"}:
        return str(request.session.get(VIEW, "list"))
    if request.session.get(VIEW) != view:
        request.session[VIEW] = view
    return view


def _day_in(query: QueryDict) -> date | None:
    with suppress(ValueError):
        day = date.fromisoformat(query.get("from", ""))
        return day if 2000 < day.year < 2200 else None  # far from where dates end
    return None


def _first_free(calendar: _Calendar) -> date:
    """The first day with a free time: an empty week is no good beginning."""
    return next((day.date for day in calendar.free(calendar.today, 1)), calendar.today)


def _hosts(query: QueryDict, hosts: Sequence[User], named: User | None) -> list[Choice]:
    """Anybody, or one of them by name. Where there is one only, there is nothing to choose."""
    if len(hosts) < 2:
        return []
    people = sorted(hosts, key=lambda host: host.full_name)
    return [
        Choice(_("Anybody"), _address(query, host=""), named is None),
        *(Choice(str(p), _address(query, host=str(p.pk)), p == named) for p in people),
    ]


def _on(query: QueryDict, day: date | None) -> str:
    return _address(query, **{"from": day.isoformat()}) if day else ""


def _address(query: QueryDict, **changes: str) -> str:
    """This page, with something else chosen."""
    known = {name: query.get(name, "") for name in ("view", "host", "from")}
    changed = QueryDict(mutable=True)
    changed.update({name: value for name, value in {**known, **changes}.items() if value})
    return f"?{changed.urlencode()}"
