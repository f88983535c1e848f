"""The action plan: agreed in the interview, changed by either of the two, signed again by both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.models import ActionPlan, Application, Owner, PlanItem, PlanVersion
from applicants.models.case import NotDeclared
from certificates.dates import body_day
from frameworks.models import Statement
from notices.services import post
from trail.flow import Refused
from trail.models import Event

MOST_STEPS = 12


class PlanChanged(Refused):
    """Somebody changed the plan since it was read."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One agreed step: what, about which statement, until when, and who takes it. `item` is the
    step that it was before."""

    text: str
    statement: Statement | None = None
    due_on: date | None = None
    owner: str = Owner.APPLICANT
    owner_name: str = ""
    item: int | None = None


def manager_of(plan: ActionPlan) -> User:
    """Who signs for the body: whoever holds that part now."""
    part = plan.application.cast.filter(role=Role.INTAKE_MANAGER, ended_at=None)
    held = part.select_related("person").first()
    return held.person if held else plan.manager


def side_of(plan: ActionPlan, person: User) -> str | None:
    """Which of the two signatures is this person's."""
    if person.pk == plan.application.applicant_id:
        return Owner.APPLICANT
    return Owner.MANAGER if person == manager_of(plan) else None


def _own_side(plan: ActionPlan, by: User) -> str:
    side = side_of(plan, by)
    if side is None:
        raise Refused(_("The plan is between the applicant and their Intake Manager."))
    if side == Owner.MANAGER and not plan.application.declared(by):
        raise NotDeclared(_("Declare your interests in this case first."))
    return side


def _locked(plan: ActionPlan) -> ActionPlan:
    """The plan as it is now; its case is locked first, as everywhere."""
    Application.objects.select_for_update().get(pk=plan.application_id)
    rows = ActionPlan.objects.select_for_update(of=("self",))
    return rows.select_related("application", "manager").get(pk=plan.pk)


# --- What it says -----------------------------------------------------------------------------
@transaction.atomic
def agree(
    application: Application,
    lines: Sequence[PlanLine],
    *,
    next_check_on: date | None,
    by: User,
    at: datetime,
) -> ActionPlan:
    """The plan of an interview, signed by its host. One that was agreed before is changed by it."""
    check_lines(lines)
    plan = ActionPlan.objects.filter(application=application).first()
    if plan is None:
        plan = ActionPlan(application=application)
    else:
        _archive(plan, by, at)
    _write(plan, lines, next_check_on, signer=Owner.MANAGER, by=by, at=at)
    return plan


@transaction.atomic
def amend(
    plan: ActionPlan,
    lines: Sequence[PlanLine],
    *,
    next_check_on: date | None,
    by: User,
    at: datetime,
) -> ActionPlan:
    """Either of the two changes the plan, and signs by that; the other is asked to sign again."""
    seen, plan = plan.version, _locked(plan)
    side = _own_side(plan, by)
    if not plan.application.is_open:
        raise Refused(_("This case is closed. The plan stays as it is."))
    if plan.version != seen:
        raise PlanChanged(_("The plan was changed a moment ago. Read it, then change it again."))
    check_lines(lines)
    if not lines:
        raise Refused(_("Keep at least one step."))
    _archive(plan, by, at)
    _write(plan, lines, next_check_on, signer=side, by=by, at=at)
    case = plan.application
    post(
        "action_plan_changed",
        to=manager_of(plan) if side == Owner.APPLICANT else case.applicant,
        key=f"plan:{plan.pk}:version:{plan.version}",
        application=case.pk,
        version=plan.version,
        by=by.pk,
    )
    Event.objects.record(
        "amend_plan", about=plan, by=by, at=at, case=case.trail_case(), version=plan.version
    )
    return plan


def check_lines(lines: Sequence[PlanLine]) -> None:
    if len(lines) > MOST_STEPS:
        raise Refused(
            _("A plan has room for %(most)d steps. Choose what matters most.")
            % {"most": MOST_STEPS}
        )
    if any(line.owner == Owner.OTHER and not line.owner_name.strip() for line in lines):
        raise Refused(_("Name whoever takes the step."))


def _archive(plan: ActionPlan, by: User, at: datetime) -> None:
    """Keep what it said until now."""
    items = plan.items.select_related("statement")
    PlanVersion.objects.create(
        plan=plan,
        number=plan.version,
        steps=[_frozen(item) for item in items],
        next_check_on=plan.next_check_on,
        manager=plan.manager,
        signed_by_manager_at=plan.signed_by_manager_at,
        signed_by_applicant_at=plan.signed_by_applicant_at,
        replaced_by=by,
        replaced_at=at,
    )
    plan.version += 1


def _frozen(item: PlanItem) -> dict[str, str]:
    return {
        "text": item.text,
        "statement": item.statement.code if item.statement else "",
        "owner": item.owner,
        "owner_name": item.owner_name,
        "due_on": item.due_on.isoformat() if item.due_on else "",
        "done_at": item.done_at.isoformat() if item.done_at else "",
    }


def _write(
    plan: ActionPlan,
    lines: Sequence[PlanLine],
    next_check_on: date | None,
    *,
    signer: str,
    by: User,
    at: datetime,
) -> None:
    """Store the steps; those that stay keep whether they are done."""
    plan.next_check_on = next_check_on
    plan.signed_by_manager_at = at if signer == Owner.MANAGER else None
    plan.signed_by_applicant_at = at if signer == Owner.APPLICANT else None
    plan.manager = by if signer == Owner.MANAGER else plan.manager
    plan.save()
    had = {item.pk: item for item in plan.items.all()}
    kept = {line.item for line in lines}
    plan.items.exclude(pk__in=[pk for pk in had if pk in kept]).delete()
    for line in lines:
        item = had.get(line.item or 0) or PlanItem(plan=plan)
        item.text, item.statement, item.due_on = line.text, line.statement, line.due_on
        item.owner = line.owner
        item.owner_name = line.owner_name.strip() if line.owner == Owner.OTHER else ""
        item.save()


# --- Signing, doing, looking again ------------------------------------------------------------
@transaction.atomic
def sign_plan(plan: ActionPlan, *, by: User, at: datetime) -> None:
    """One of the two signatures, under the version that was read."""
    seen, plan.version = plan.version, _locked(plan).version
    if plan.version != seen:
        raise PlanChanged(_("The plan was changed a moment ago. Read it, then sign it."))
    side = _own_side(plan, by)
    column = f"signed_by_{side}_at"
    signed = {column: at} | ({"manager": by} if side == Owner.MANAGER else {})
    if not ActionPlan.objects.filter(pk=plan.pk, **{column: None}).update(**signed):
        raise Refused(_("You have signed this plan."))
    plan.refresh_from_db()
    case = plan.application.trail_case()
    Event.objects.record("sign_plan", about=plan, by=by, at=at, case=case, version=plan.version)


@transaction.atomic
def tick(item: PlanItem, *, done: bool, by: User, at: datetime) -> None:
    """A step is done, or not yet: said by the applicant, or by the manager whose step it is."""
    own = item.plan.application.applicant_id == by.pk
    if not own and (item.owner != Owner.MANAGER or side_of(item.plan, by) is None):
        raise Refused(_("Only whose step it is, or the applicant, ticks it off."))
    item.done_at, item.done_by = (at, by) if done else (None, None)
    item.save(update_fields=["done_at", "done_by"])


@transaction.atomic
def check_plan(plan: ActionPlan, *, next_check_on: date | None, by: User, at: datetime) -> None:
    """They looked at it together: the manager says so, and when they look again."""
    plan = _locked(plan)
    if _own_side(plan, by) != Owner.MANAGER:
        raise Refused(_("Your Intake Manager notes when you have looked at the plan together."))
    if next_check_on is not None and next_check_on <= body_day(at):
        raise Refused(_("Choose a day to come, or leave it empty."))
    plan.next_check_on = next_check_on
    plan.save(update_fields=["next_check_on"])
    Event.objects.record("check_plan", about=plan, by=by, at=at, case=plan.application.trail_case())


# --- The plan before this one -----------------------------------------------------------------
def earlier_plan(application: Application) -> ActionPlan | None:
    """The plan behind the certificate that this case renews."""
    if application.renews is None:
        return None
    plans = ActionPlan.objects.filter(application__decisions__reference=application.renews.decision)
    return plans.select_related("application__tier", "manager").first()


def first_lines(application: Application, *, done: bool = False) -> list[PlanLine]:
    """What a plan is written from: the open steps of the plan that there is (with `done` the others
    too), or of the one before the renewal: its days are over, and its statements are found again by
    their code, in the edition of this case."""
    own = ActionPlan.objects.filter(application=application).first()
    plan = own or earlier_plan(application)
    if plan is None:
        return []
    asked = {r.statement.code: r.statement for r in application.asked()}
    items = plan.items.select_related("statement")
    items = items if done else items.filter(done_at=None)
    by_day = items.order_by(F("due_on").asc(nulls_last=True), "pk")
    return [
        PlanLine(
            text=item.text,
            statement=asked.get(item.statement.code) if item.statement else None,
            due_on=item.due_on if own else None,
            owner=item.owner,
            owner_name=item.owner_name,
            item=item.pk if own else None,
        )
        for item in by_day
    ]
