"""The words of a meeting: what for, how, what became of it, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class Kind(models.TextChoices):
    INTAKE = "intake", _("Intake interview")
    VERBAL_AUDIT = "verbal_audit", _("Verbal audit")
    VERIFICATION = "verification", _("Verification meeting")
    RENEWAL = "renewal", _("Renewal talk")
    PROGRAMME = "programme", _("Programme interview")


MINUTES = {
    Kind.INTAKE: 15,
    Kind.VERBAL_AUDIT: 60,
    Kind.VERIFICATION: 75,
    Kind.RENEWAL: 30,
    Kind.PROGRAMME: 30,
}

# What the holder of a role can be met for.
KINDS_OF_ROLE = {
    Role.INTAKE_MANAGER: [Kind.INTAKE, Kind.RENEWAL],
    Role.AUDITOR: [Kind.VERBAL_AUDIT],
    Role.VERIFIER: [Kind.VERIFICATION, Kind.RENEWAL],
    Role.ASSESSOR: [Kind.PROGRAMME],
}
ROLES_OF_KIND = {
    kind: frozenset(role for role, kinds in KINDS_OF_ROLE.items() if kind in kinds) for kind in Kind
}


class How(models.TextChoices):
    VIDEO = "video", _("Video")
    PHONE = "phone", _("Phone: we call you")
    PLACE = "place", _("In person")


class Support(models.TextChoices):
    """What people ask for most, so that nobody has to find words for it."""

    CAPTIONS = "captions", _("Live captions")
    INTERPRETER = "interpreter", _("An interpreter")
    BREAKS = "breaks", _("Breaks")
    COMPANION = "companion", _("A support person who comes along")
    PHONE = "phone", _("The phone instead of video")


class State(models.TextChoices):
    """Moved and handed over are no states: such a meeting is still booked (see Change)."""

    BOOKED = "booked", _("Booked")
    DONE = "done", _("Took place")
    GUEST_ABSENT = "guest_absent", _("Guest did not come")
    HOST_ABSENT = "host_absent", _("Host did not come")
    INTERRUPTED = "interrupted", _("Interrupted")
    CANCELLED = "cancelled", _("Cancelled")


class MeetingOutcome(models.TextChoices):
    """What came of a meeting that took place."""

    PROCEED = "proceed", _("Go on with this certificate")
    ANOTHER = "another", _("Another certificate suits better")
    PREPARE = "prepare", _("Prepare first, then talk again")
    REFER = "refer", _("Somebody else can help better")
    COMPLETE = "complete", _("Everything was talked about")
    PARTLY = "partly", _("A part is left for another time")


_WHOLE = (MeetingOutcome.COMPLETE, MeetingOutcome.PARTLY)
OUTCOMES = {
    Kind.INTAKE: (
        MeetingOutcome.PROCEED,
        MeetingOutcome.ANOTHER,
        MeetingOutcome.PREPARE,
        MeetingOutcome.REFER,
    ),
    Kind.VERBAL_AUDIT: _WHOLE,
    Kind.VERIFICATION: _WHOLE,
    Kind.RENEWAL: _WHOLE,
    Kind.PROGRAMME: _WHOLE,
}
