"""What is next in a case, whose turn it is, and by when: one answer for every stage, route and
reader. The home, the case file and the tests read it; whatever the case, there is an answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Role
from applicants.flow import OWNER, Stage
from applicants.models import Application
from certificates.dates import body_day
from certificates.models import Route
from imc_portal import next_rest
from imc_portal.case_facts import Facts, facts_of, passed
from imc_portal.case_view import NextStep, View, and_list

__all__ = ["NextStep", "next_step"]


def next_step(
    application: Application, viewer: User, at: datetime, facts: Facts | None = None
) -> NextStep:
    """The one answer for this reader."""
    view = View(application, viewer, at, facts or facts_of(application))
    return _of_the_manager(view) or STEPS[view.stage](view)


def _of_the_manager(view: View) -> NextStep | None:
    """After the interview the plan still needs its Intake Manager: to sign what was changed, and on
    the day on which they look at it again."""
    plan = view.facts.plan
    manager = view.facts.cast.get(Role.INTAKE_MANAGER)
    over = view.stage == Stage.INTAKE or not view.case.is_open
    if plan is None or over or manager != view.viewer:
        return None
    url, label = view.page("applicants:plan"), _("Open the plan")
    if plan.signed_by_manager_at is None:
        text = _("%(name)s changed it. What it said before is kept.") % {"name": view.applicant}
        return view.turn(_("Read and sign the changed action plan"), text, url, label)
    if plan.next_check_on and plan.next_check_on <= body_day(view.at):
        text = _("You agreed on this day: %(day)s.") % {"day": date_format(plan.next_check_on)}
        heading = _("Look at the action plan together with %(name)s") % {"name": view.applicant}
        return view.turn(heading, text, url, label)
    return None


# --- One function a stage ---------------------------------------------------------------------
def _self_assessment(view: View) -> NextStep:
    if not view.is_applicant:
        heading = _("%(name)s rates the statements") % {"name": view.applicant}
        return view.waits(heading, _("Nothing is asked of you now."), view.applicant)
    facts, url = view.facts, view.page("assessments:start")
    if not facts.started:
        text = _("%(count)d statements, about 45 minutes. You can stop and go on at any time.")
        return view.turn(
            _("Rate yourself"), text % {"count": facts.asked}, url, _("Start the self-assessment")
        )
    text = _("You have rated %(done)d of %(count)d statements. All of it is saved.")
    return view.turn(
        _("Go on with your self-assessment"),
        text % {"done": facts.rated, "count": facts.asked},
        url,
        _("Open the self-assessment"),
    )


def _intake(view: View) -> NextStep:
    meeting = view.facts.meeting
    if meeting is None:
        if view.is_applicant:
            return view.turn(
                _("Choose a time for your interview"),
                _("15 minutes with an Intake Manager, to agree your next steps."),
                view.page("applicants:book"),
                _("Choose a time"),
            )
        heading = _("%(name)s chooses a time for the interview") % {"name": view.applicant}
        return view.waits(heading, _("You get a letter when it is booked."), view.applicant)
    host = meeting.host.first_name_to_use
    if not passed(meeting, view.at):
        return _interview_to_come(view, host)
    if view.holds and view.facts.interview:
        url = reverse("applicants:interview", args=[view.facts.interview])
        text = _("%(name)s waits for the plan.") % {"name": view.applicant}
        return view.turn(_("Record the interview"), text, url, _("Open the record"))
    text = _("%(name)s writes down what was agreed.") % {"name": host}
    return view.waits(_("The interview took place"), text, host)


def _interview_to_come(view: View, host: str) -> NextStep:
    if view.is_applicant:
        return view.meets(
            _("Meet %(name)s for your interview") % {"name": host},
            _("15 minutes. Think of three statements that matter most to you."),
        )
    if view.holds and view.facts.interview:
        url = reverse("applicants:interview", args=[view.facts.interview])
        return _host(view, _("Meet %(name)s for the interview"), url)
    return view.meets(_("The interview is booked"), _("Nothing is asked of you now."))


def _host(view: View, heading: str, url: str) -> NextStep:
    """The host of a meeting to come: theirs, at that time, with the page they work on then."""
    step = view.meets(heading % {"name": view.applicant}, _("Read the file before you meet."))
    return replace(step, url=url, label=_("Prepare the meeting"), state="turn")


def _portfolio(view: View) -> NextStep:
    facts = view.facts
    if not view.is_applicant:
        back = _("%(name)s improves entries") if facts.to_improve else _("%(name)s writes entries")
        text = _("%(done)d of %(count)d entries are ready.")
        return view.waits(
            back % {"name": view.applicant},
            text % {"done": facts.ready, "count": facts.asked},
            view.applicant,
        )
    if facts.plan_waits:
        return _plan(view)
    url = view.page("portfolios:workspace")
    if facts.to_improve:
        return _improve(view)
    if facts.asked and facts.ready >= facts.asked:
        return view.turn(
            _("Send your portfolio"),
            _("All %(count)d entries are ready.") % {"count": facts.asked},
            view.page("portfolios:send"),
            _("Check and send"),
        )
    text = _("%(done)d of %(count)d entries are ready. Write in any order.")
    return view.turn(
        _("Write your portfolio"),
        text % {"done": facts.ready, "count": facts.asked},
        url,
        _("Open the portfolio"),
    )


def _improve(view: View) -> NextStep:
    codes = view.facts.to_improve
    heading = ngettext(
        "Improve one entry and send it again",
        "Improve %(count)d entries and send them again",
        len(codes),
    )
    text = ngettext(
        "Statement %(codes)s needs a little more. Everything else is safe and stays as it is.",
        "Statements %(codes)s need a little more. Everything else is safe and stays as it is.",
        len(codes),
    )
    words = {"count": len(codes), "codes": and_list(codes)}
    url = view.page("portfolios:workspace")
    label = ngettext("Open the entry", "Open the entries", len(codes))
    return view.turn(heading % words, text % words, url, label)


def _plan(view: View) -> NextStep:
    if view.facts.plan and view.facts.plan.version > 1:
        return view.turn(
            _("Read and sign the changed action plan"),
            _("Your Intake Manager changed it. What it said before is kept."),
            view.page("applicants:plan"),
            _("Open the plan"),
        )
    return view.turn(
        _("Read and sign your action plan"),
        _("It says what you agreed in the interview. Then the work begins."),
        view.page("applicants:plan"),
        _("Open the plan"),
    )


@dataclass(frozen=True, slots=True)
class Meet:
    """A stage that turns on a meeting: its pages, and what each side does there."""

    book: str
    book_words: str | Promise
    guest_words: str | Promise
    host_words: str | Promise
    record: str
    record_words: str | Promise


VERBAL = Meet(
    book="portfolios:book_verbal",
    book_words=_later("Choose a time for your verbal audit"),
    guest_words=_later("Meet %(name)s for your verbal audit"),
    host_words=_later("Meet %(name)s for the verbal audit"),
    record="portfolios:verbal",
    record_words=_later("Record the verbal audit"),
)
VERIFY = Meet(
    book="verification:book",
    book_words=_later("Choose a time for your verification meeting"),
    guest_words=_later("Meet %(name)s, your verifier"),
    host_words=_later("Meet %(name)s for the verification"),
    record="verification:desk",
    record_words=_later("Record what you found, and sign"),
)


def _audit(view: View) -> NextStep:
    if view.is_applicant and view.facts.plan_waits:
        return _plan(view)
    if view.holder is None:
        return _unfilled(view, Role.AUDITOR)
    if view.facts.lacks and Role.ADMINISTRATOR in view.viewer.roles:
        return _unfilled(view, view.facts.lacks)
    if view.case.route == Route.VERBAL_AUDIT:
        return _to_meet(view, VERBAL)
    return _read(view)


def _read(view: View) -> NextStep:
    """The portfolio is read: by the viewer, who may have finished, or by somebody else."""
    if view.viewer.pk in view.facts.reads:
        text = _("What you find is saved as you go.")
        return _work(view, _("Audit the portfolio of %(name)s"), text, "portfolios:desk")
    if Role.AUDITOR in view.case.acts_as(view.viewer):
        text = _("Your findings are final. They open when the other auditor is final too.")
        return view.waits(_("You have read this portfolio"), text, _("Another auditor’s"))
    text = _("%(name)s reads it against relevance, authorship and mastery.") % {"name": view.who}
    if view.is_applicant:
        return view.waits(_("Your portfolio is in the audit"), text, view.who)
    return view.waits(_("The portfolio is in the audit"), text, view.who)


def _verification(view: View) -> NextStep:
    if view.holder is None:
        return _unfilled(view, Role.VERIFIER)
    return _to_meet(view, VERIFY)


def _to_meet(view: View, stage: Meet) -> NextStep:
    """To book, to meet, to record: whose turn it is changes with the clock."""
    if view.holds and view.viewer.pk not in view.facts.declared:
        return _declare(view)
    meeting = view.facts.meeting
    if meeting is None:
        return _to_book(view, stage)
    if not passed(meeting, view.at):
        return _to_come(view, stage)
    if view.holds:
        text = _("%(name)s waits for the outcome.") % {"name": view.applicant}
        return view.turn(
            str(stage.record_words), text, view.page(stage.record), _("Open the record")
        )
    text = _("%(name)s writes down what came of it.") % {"name": view.who}
    return view.waits(_("The meeting took place"), text, view.who)


def _to_book(view: View, stage: Meet) -> NextStep:
    if view.is_applicant:
        part = OWNER[view.stage].label.lower()
        text = _("You meet %(name)s, who is your %(part)s.") % {"name": view.who, "part": part}
        return view.turn(str(stage.book_words), text, view.page(stage.book), _("Choose a time"))
    heading = _("%(name)s chooses a time") % {"name": view.applicant}
    return view.waits(heading, _("You get a letter when it is booked."), view.applicant)


def _to_come(view: View, stage: Meet) -> NextStep:
    if view.holds:
        return _host(view, str(stage.host_words), view.page(stage.record))
    if not view.is_applicant:
        return view.meets(_("The meeting is booked"), _("Nothing is asked of you now."))
    text = _("Have your portfolio open, and sit where nobody overhears.")
    return view.meets(stage.guest_words % {"name": view.who}, text)


def _work(view: View, heading: str, text: str, page: str) -> NextStep:
    if view.viewer.pk not in view.facts.declared:
        return _declare(view)
    return view.turn(heading % {"name": view.applicant}, text, view.page(page), _("Open the desk"))


def _declare(view: View) -> NextStep:
    return view.turn(
        _("Declare your interests in this case"),
        _("The file opens once you have said that nothing binds you to the applicant."),
        view.page("applicants:declare"),
        _("Declare"),
    )


NEEDED: dict[Role, Callable[[], tuple[str, str, str]]] = {
    Role.AUDITOR: lambda: (
        _("We are choosing your auditor"),
        _("Assign an auditor"),
        _("An auditor is awaited"),
    ),
    Role.SECOND_AUDITOR: lambda: (
        _("Your portfolio is in the audit"),
        _("Assign a second auditor"),
        _("A second auditor is awaited"),
    ),
    Role.THIRD_AUDITOR: lambda: (
        _("Your portfolio is in the audit"),
        _("Assign a third auditor"),
        _("A third auditor is awaited"),
    ),
    Role.VERIFIER: lambda: (
        _("We are choosing your verifier"),
        _("Assign a verifier"),
        _("A verifier is awaited"),
    ),
    Role.DECIDER: lambda: (
        _("Your case waits for the decision"),
        _("Assign somebody to decide"),
        _("Somebody to decide is awaited"),
    ),
}


def _unfilled(view: View, role: Role) -> NextStep:
    """Nobody holds the part: the administrator's turn, whatever the case waits for after that."""
    applicant, assign, others = NEEDED[role]()
    office = Role.ADMINISTRATOR.label
    if view.is_applicant:
        text = _("It will be somebody who never taught you and took no other part in your case.")
        return view.waits(applicant, text, _("Ours"))
    if Role.ADMINISTRATOR in view.viewer.roles:
        text = _("Only people who are independent of %(name)s are offered.")
        url = view.page("applicants:assign")
        return view.turn(assign, text % {"name": view.applicant}, url, assign)
    return view.waits(others, _("Nothing is asked of you now."), str(office))


def _decision(view: View) -> NextStep:
    may_take = Role.DECIDER in view.case.acts_as(view.viewer)
    if view.holds or (view.holder is None and may_take):
        text = _("You took no other part in the case. The decision is yours alone.")
        heading = _("Decide on the certificate of %(name)s")
        return _work(view, heading, text, "applicants:decide")
    if view.holder is None:
        return _unfilled(view, Role.DECIDER)
    text = _("%(name)s took no other part in the case, and decides on the record alone.")
    heading = _("Your case waits for the decision") if view.is_applicant else _("Decision awaited")
    return view.waits(heading, text % {"name": view.who}, view.who)


STEPS: dict[Stage, Callable[[View], NextStep]] = {
    Stage.SELF_ASSESSMENT: _self_assessment,
    Stage.INTAKE: _intake,
    Stage.PORTFOLIO: _portfolio,
    Stage.AUDIT: _audit,
    Stage.VERIFICATION: _verification,
    Stage.DECISION: _decision,
    Stage.DORMANT: next_rest.dormant,
    Stage.CERTIFIED: next_rest.certified,
    Stage.DECLINED: next_rest.declined,
    Stage.REDIRECTED: next_rest.redirected,
    Stage.REFERRED: next_rest.referred,
    Stage.WITHDRAWN: next_rest.withdrawn,
}
