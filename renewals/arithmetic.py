"""How far a renewal has come, and when it gets there. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

FAR = 3650  # days; a pace that takes longer says nothing


@dataclass(frozen=True, slots=True)
class Count:
    """So much of so much since a day. Hours are counted in minutes, and so never round up."""

    have: int
    asked: int
    unit: int = 1  # how many make one of what is told: 60 for hours

    @property
    def done(self) -> bool:
        return self.have >= self.asked

    @property
    def left(self) -> int:
        return max(0, self.asked - self.have)

    @property
    def percent(self) -> int:
        """Full only when it is done."""
        return 100 if self.done else 100 * self.have // self.asked

    @property
    def have_told(self) -> str:
        """“17” or “16.5”, rounded down."""
        return _told(self._tenths(self.have))

    @property
    def asked_told(self) -> str:
        return _told(self._tenths(self.asked))

    @property
    def left_told(self) -> str:
        """It adds up with what there is, as both are told."""
        return _told(max(0, self._tenths(self.asked) - self._tenths(self.have)))

    def _tenths(self, amount: int) -> int:
        return amount * 10 // self.unit


def _told(tenths: int) -> str:
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def reached_on(count: Count, since: date, today: date) -> date | None:
    """The day on which it is reached at the pace until now; None where there is no pace to go by,
    and where it is reached."""
    days = (today - since).days
    if count.done or count.have <= 0 or days <= 0:
        return None
    more = -(-count.left * days // count.have)  # rounded up: never promised too early
    return today + timedelta(days=more) if more <= FAR else None


def months_before(day: date, months: int) -> date:
    """The same day some months ago, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
