"""What can be done with an application as a whole. Work inside a stage belongs to its own app."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.flow import DAYS, RESTS_AT, ROUTES, Stage
from applicants.models import Application, CaseRole
from certificates.dates import body_day
from certificates.models import Certificate, Level, Route, Tier
from certificates.renewal import may_renew
from meetings.models import Meeting, State
from meetings.services import cancel
from notices.services import post
from trail.flow import Refused
from trail.models import Event


class PrerequisiteMissing(Refused):
    """The tier asks for a certificate that is in force."""


class AlreadyOpen(Refused):
    """One open application per person and certificate."""


class NoEdition(Refused):
    """Nothing is published that a case could be started under."""


def prerequisite_met(tier: Tier, person: User, at: datetime) -> bool:
    """Does this person hold what the tier asks for, under either scheme's name?"""
    if not tier.requires:
        return True
    held = Certificate.objects.in_force(body_day(at))
    return held.filter(holder=person, tier__level=tier.requires).exists()


@transaction.atomic
def apply(tier: Tier, *, by: User, at: datetime, renews: Certificate | None = None) -> Application:
    """Open a case at the first stage of its route, under the edition in force today."""
    edition = tier.framework.edition_at(at)
    if edition is None:
        raise NoEdition(_("This certificate has no published profile yet. Try again later."))
    if renews is None:
        _check_new(tier, by, at)
    else:
        _check_renewal(renews, tier, by, at)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                applicant=by,
                tier=tier,
                edition=edition,
                renews=renews,
                opened_at=at,
                stage=ROUTES[Route(tier.route)][0],
                stage_since=at,
            )
    except IntegrityError:
        raise AlreadyOpen(_("You have an open application for this certificate.")) from None
    CaseRole.sign(application, by, Role.APPLICANT, at)
    if not Application.objects.filter(applicant=by).exclude(pk=application.pk).exists():
        post("welcome", to=by, key=f"welcome:{by.pk}", application=application.pk)
    Event.objects.record(
        "apply",
        about=application,
        by=by,
        at=at,
        after=application.stage,
        case=application.trail_case(),
        tier=tier.slug,
        edition=edition.pk,
    )
    return application


def _level(level: str) -> str:
    return str(Level(level).label)


def _check_new(tier: Tier, by: User, at: datetime) -> None:
    if not tier.offered:
        raise Refused(_("This certificate is not open to new applicants."))
    if not prerequisite_met(tier, by, at):
        raise PrerequisiteMissing(
            _("%(tier)s asks for a valid %(level)s certificate first.")
            % {"tier": tier.name, "level": _level(tier.requires)}
        )


def _check_renewal(renews: Certificate, tier: Tier, by: User, at: datetime) -> None:
    if renews.holder_id != by.pk or renews.tier_id != tier.pk:
        raise Refused(_("This is not a certificate of yours."))
    if reason := may_renew(renews, at):
        raise Refused(reason)


@transaction.atomic
def cancel_meetings(application: Application, *, reason: str, by: User, at: datetime) -> None:
    """Meetings of this case in which the person takes part and that have not begun."""
    booked = Meeting.objects.of(by).filter(
        state=State.BOOKED, starts_at__gt=at, about__case=application.trail_case()
    )
    for meeting in booked:
        cancel(meeting, reason=reason, by=by, at=at, with_its_case=True)


@transaction.atomic
def withdraw(application: Application, *, by: User, at: datetime) -> None:
    """The applicant leaves, wherever the case is. What was written is kept for 90 days, and what
    is booked will not take place."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if by.pk == locked.applicant_id and locked.is_open:
        cancel_meetings(locked, reason=_("The application was withdrawn."), by=by, at=at)
    application.move("withdraw", by=by, at=at)


@transaction.atomic
def give_time_back(application: Application, *, at: datetime) -> None:
    """A meeting failed through no fault of the applicant's: the stage has its full time again, so
    that no reminder speaks of lateness that is ours."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    days = DAYS.get(Stage(locked.stage))
    if days is None:
        return
    due = body_day(at) + timedelta(days=days)
    if locked.due_on is None or locked.due_on < due:
        Application.objects.filter(pk=locked.pk).update(due_on=due)


@transaction.atomic
def rest(application: Application, *, at: datetime) -> None:
    """After three warnings and no answer a case rests; nothing is lost."""
    if application.stage not in RESTS_AT:
        raise Refused(_("This case does not wait for its applicant."))
    application.move("rest", by=None, at=at, also={"dormant_from": application.stage})


@transaction.atomic
def resume(application: Application, *, by: User, at: datetime) -> None:
    """Wake a resting case up to where it was."""
    if application.stage != Stage.DORMANT:
        raise Refused(_("This case is not resting."))
    application.move(f"resume_{application.dormant_from}", by=by, at=at)


@transaction.atomic
def pause_reminders(application: Application, *, paused: bool, by: User) -> None:
    """The applicant's own choice; it is a preference and leaves no mark in the trail."""
    if by.pk != application.applicant_id:
        raise Refused(_("Only the applicant pauses reminders."))
    Application.objects.filter(pk=application.pk).update(reminders_paused=paused)
    application.reminders_paused = paused
