"""What can be done to a certificate after its award, and how two people do it together. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.status import Kind, Status
from trail.flow import Flow, Move


class Deed(models.TextChoices):
    SUSPEND = "suspend", _("Suspend")
    REINSTATE = "reinstate", _("Reinstate")
    REDUCE = "reduce", _("Reduce the scope")
    REPLACE = "replace", _("Correct the name")
    WITHDRAW = "withdraw", _("Withdraw")
    SURRENDER = "surrender", _("Give back")


class Stage(models.TextChoices):
    WAITING = "waiting", _("Waiting for a second person")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    TAKEN_BACK = "taken_back", _("Taken back")
    VOID = "void", _("Void: the holder gave the certificate back")


class Hand(models.TextChoices):
    """What somebody is to a proposal about a certificate."""

    FIRST = "first", _("whoever proposed it")
    SECOND = "second", _("a second person who may confirm it")
    HOLDER = "holder", _("the holder of the certificate")


FLOW = Flow(
    Move("confirm", Stage.WAITING, Stage.CONFIRMED, Hand.SECOND),
    Move("refuse", Stage.WAITING, Stage.REFUSED, Hand.SECOND),
    Move("take_back", Stage.WAITING, Stage.TAKEN_BACK, Hand.FIRST),
    Move("make_void", Stage.WAITING, Stage.VOID, Hand.HOLDER),
)

# What the body does, by two people. Giving back is the holder's own.
BY_TWO = (Deed.SUSPEND, Deed.REINSTATE, Deed.REDUCE, Deed.REPLACE, Deed.WITHDRAW)

_HOLDING = frozenset({Status.VALID, Status.NO_END, Status.NOT_YET, Status.ON_HOLD})
_OPEN = _HOLDING | {Status.SUSPENDED, Status.LAPSED}
POSSIBLE: dict[Deed, frozenset[Status]] = {
    Deed.SUSPEND: _HOLDING,
    Deed.REINSTATE: frozenset({Status.SUSPENDED}),
    Deed.REDUCE: _HOLDING | {Status.SUSPENDED},
    Deed.REPLACE: _HOLDING,
    Deed.WITHDRAW: _OPEN,
    Deed.SURRENDER: _OPEN,
}
HAPPENS: dict[Deed, Kind] = {
    Deed.SUSPEND: Kind.SUSPENDED,
    Deed.REINSTATE: Kind.REINSTATED,
    Deed.REDUCE: Kind.REDUCED,
    Deed.REPLACE: Kind.REPLACED,
    Deed.WITHDRAW: Kind.WITHDRAWN,
    Deed.SURRENDER: Kind.SURRENDERED,
}


def possible(status: Status) -> list[Deed]:
    """What two people of the body could do to a certificate at this status."""
    return [deed for deed in BY_TWO if status in POSSIBLE[deed]]
