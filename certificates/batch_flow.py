"""Work on many certificates at once: what it can be, and its way from order to end. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from trail.flow import Flow, Move


class Kind(models.TextChoices):
    ISSUE = "issue", _("Issue what was decided")
    RENEW = "renew", _("Renew what was decided")
    REDRAW = "redraw", _("Draw papers anew")
    RESEAL = "reseal", _("Sign credentials anew")
    TABLE = "table", _("Export the register")
    PAPERS = "papers", _("Export the papers")


WHAT_IT_DOES = {
    Kind.ISSUE: _("Certificates for granting decisions that stand and have none yet."),
    Kind.RENEW: _("The next certificate for every renewal that was granted and has none yet."),
    Kind.REDRAW: _("After a new key: drawn and signed again. What people hold stays recognised."),
    Kind.RESEAL: _("After a new key: the credential and the papers that carry it."),
    Kind.TABLE: _("One row a certificate, as CSV or as a spreadsheet."),
    Kind.PAPERS: _("Every PDF in one ZIP, with the hash of each."),
}
SLICES = {Kind.TABLE: 500, Kind.PAPERS: 100}  # certificates in one part of an export
EXPORTS = frozenset(SLICES)


class Stage(models.TextChoices):
    ORDERED = "ordered", _("Waiting to begin")
    WORKING = "working", _("Going on")
    DONE = "done", _("Finished")
    CANCELLED = "cancelled", _("Stopped")


OPEN = (Stage.ORDERED, Stage.WORKING)
FLOW = Flow(
    Move("begin", Stage.ORDERED, Stage.WORKING, Role.CLOCK),
    Move("finish", Stage.WORKING, Stage.DONE, Role.CLOCK),
    Move("cancel", Stage.ORDERED, Stage.CANCELLED, Role.ADMINISTRATOR),
    Move("cancel", Stage.WORKING, Stage.CANCELLED, Role.ADMINISTRATOR),
    Move("try_again", Stage.DONE, Stage.WORKING, Role.ADMINISTRATOR),
)
