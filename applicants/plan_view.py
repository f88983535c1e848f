"""The action plan as pages show it: open steps first, the nearest day first, and what helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from applicants.models import ActionPlan, Application, Owner, PlanItem, PlanVersion, Prompt
from applicants.planning import earlier_plan, manager_of, side_of
from applicants.registry import Gap, gaps_of
from frameworks.models import Statement

FAR = date.max


# --- Steps ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Step:
    """One step as this reader sees it."""

    item: PlanItem
    who: str
    late: bool
    may_tick: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan and its steps. `side` is the signature that this reader gives, if any."""

    plan: ActionPlan
    manager: User
    side: str | None
    open: Sequence[Step]
    done: Sequence[Step]

    @property
    def waits_for_me(self) -> bool:
        """Nobody but the reader can sign for them."""
        return self.side is not None and getattr(self.plan, f"signed_by_{self.side}_at") is None

    @property
    def may_change(self) -> bool:
        return self.side is not None and self.plan.application.is_open

    @property
    def is_manager(self) -> bool:
        return self.side == Owner.MANAGER


def shown(plan: ActionPlan, reader: User, on: date) -> Shown:
    manager, side = manager_of(plan), side_of(plan, reader)
    people = {Owner.APPLICANT: plan.application.applicant, Owner.MANAGER: manager}
    steps = []
    for item in plan.items.select_related("statement", "done_by"):
        person = people.get(Owner(item.owner))
        steps.append(
            Step(
                item=item,
                who=_("You")
                if person == reader
                else person.full_name
                if person
                else item.owner_name,
                late=item.due_on is not None and item.due_on < on and not item.done_at,
                may_tick=side == Owner.APPLICANT or side == Owner.MANAGER == item.owner,
            )
        )
    return Shown(
        plan=plan,
        manager=manager,
        side=side,
        open=sorted(
            (step for step in steps if not step.item.done_at),
            key=lambda step: (step.item.due_on or FAR, step.item.pk),
        ),
        done=[step for step in steps if step.item.done_at],
    )


# --- Beside the portfolio -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Panel:
    """The plan of this case, and of the certificate that it renews: now and then."""

    now: Shown | None
    then: Shown | None
    then_summary: str

    def about(self, statement: Statement) -> list[Step]:
        """The open steps about one statement."""
        return [s for s in self.now.open if s.item.statement == statement] if self.now else []


def panel(application: Application, reader: User, on: date) -> Panel:
    own = ActionPlan.objects.filter(application=application).select_related("manager").first()
    if own is not None:
        own.application = application
    then = earlier_plan(application)
    return Panel(
        now=shown(own, reader, on) if own else None,
        then=shown(then, reader, on) if then else None,
        then_summary=summary_of(then.application) if then else "",
    )


def summary_of(application: Application) -> str:
    """What was written down of the talk that the plan comes from."""
    held = application.interviews.exclude(recorded_at=None).select_related("meeting").first()
    return held.summary if held else ""


# --- What it said before ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class OldStep:
    text: str
    statement: str
    who: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OldVersion:
    version: PlanVersion
    steps: Sequence[OldStep]


def versions_of(plan: ActionPlan) -> list[OldVersion]:
    rows = plan.versions.select_related("manager", "replaced_by")
    return [OldVersion(row, [_old(step) for step in row.steps]) for row in rows]


def _old(step: dict[str, str]) -> OldStep:
    return OldStep(
        text=step["text"],
        statement=step["statement"],
        who=step["owner_name"] or str(Owner(step["owner"]).label),
        due_on=date.fromisoformat(step["due_on"]) if step["due_on"] else None,
    )


# --- What helps to make it ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Proposal:
    """A gap that a click puts into the plan, with the questions about its level and its area."""

    gap: Gap
    prompts: Sequence[Prompt]


@dataclass(frozen=True, slots=True)
class Help:
    proposals: Sequence[Proposal]
    prompts: Sequence[Prompt]  # for every plan


def help_for(application: Application) -> Help:
    prompts = list(Prompt.objects.all())
    by_key = {(prompt.scope, prompt.applies_to): prompt for prompt in prompts}
    proposals = []
    for gap in gaps_of(application):
        keys = (("rating", str(gap.value)), ("area", gap.area))
        proposals.append(Proposal(gap, [by_key[key] for key in keys if key in by_key]))
    return Help(proposals, [prompt for prompt in prompts if prompt.scope == "general"])
