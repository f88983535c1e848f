"""The plan on its pages: made from gaps, changed, signed, ticked off, looked at again."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from applicants.assigning import declare
from applicants.flow import Stage
from applicants.models import ActionPlan, Application, PlanItem
from applicants.planning import PlanLine, amend, check_plan, first_lines
from portfolios import writing
from tests import make
from tests.applicants.test_staff_views import RECORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]


def url(name, *args):
    return reverse(f"applicants:{name}", args=args)


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def walk(cast):
    walk = make.walk(cast, to=Stage.PORTFOLIO)
    with time_machine.travel(walk.at, tick=False):
        yield walk


def plan_of(walk):
    return Application.objects.get(pk=walk.case.pk).plan


# --- In the interview -------------------------------------------------------------------------
@pytest.fixture
def met(cast):
    """The interview is over and nobody has recorded it; every rating is a 1."""
    walk = make.walk(cast, to=Stage.SELF_ASSESSMENT)
    walk.rate(1)
    make.rating.send(walk.case.self_assessment, by=cast.ada, at=walk.tomorrow())
    walk.case.refresh_from_db()
    walk.book()
    declare(walk.case, clear=True, note="", by=cast.ina, at=walk.at)
    with time_machine.travel(walk.at, tick=False):
        yield walk


def test_the_interview_proposes_gaps_with_their_questions(sign_in_as, met):
    page = words(sign_in_as(met.cast.ina).get(url("interview", met.interview.pk)))

    assert page.count("data-gap-add") == 2
    assert "Where could you see this done well before you try it?" in page
    assert "In your last session, who spoke more?" in page
    assert "Which three to five statements" in page


def test_a_ticked_gap_becomes_a_step_in_its_own_words(sign_in_as, met):
    statement = met.case.asked().first().statement
    rows = {key: value for key, value in RECORD.items() if key != "plan-0-text"}
    rows |= {"plan-0-due_on": "", "gap": [statement.pk, "x", 99999999]}

    sign_in_as(met.cast.ina).post(url("interview", met.interview.pk), rows)

    steps = list(plan_of(met).items.values_list("text", "statement", "owner"))
    assert steps == [
        ("Ask for comments", None, "applicant"),
        (statement.action, statement.pk, "applicant"),
    ]


def test_ticked_gaps_stay_ticked_while_something_is_missing(sign_in_as, met):
    statement = met.case.asked().first().statement
    bad = RECORD | {"summary": "", "gap": [statement.pk]}

    page = words(sign_in_as(met.cast.ina).post(url("interview", met.interview.pk), bad))

    assert f'value="{statement.pk}" checked' in page
    assert PlanItem.objects.count() == 0


def test_a_referral_closes_the_case_and_is_told_kindly(sign_in_as, met, cast):
    client = sign_in_as(cast.ina)
    said = {**RECORD, "outcome": "refer", "plan-0-text": "", "plan-0-due_on": "", "plan-2-text": ""}

    page = words(client.post(url("interview", met.interview.pk), said))
    assert "Say who or what helps more now." in page
    client.post(url("interview", met.interview.pk), said | {"referred_to": "The peer circle"})

    assert Application.objects.get(pk=met.case.pk).stage == Stage.REFERRED
    assert "The peer circle" in words(client.get(url("interview", met.interview.pk)))
    home = words(sign_in_as(cast.ada).get(reverse("home")))
    assert "Something else helps you more now" in home
    assert "You agreed on this in your interview: The peer circle" in home
    ours = words(sign_in_as(cast.ina).get(reverse("case_file", args=[met.case.pk])))
    assert "Something else helps more now" in ours


@pytest.mark.parametrize("count", [1, 2])
def test_another_certificate_is_one_click_away(sign_in_as, met, cast, count):
    tiers = [make.tier("current-concepts"), make.tier("current-journey")][:count]
    none = {"plan-0-text": "", "plan-0-due_on": "", "plan-2-text": ""}
    said = {**RECORD, **none, "outcome": "another", "suggested": [tier.pk for tier in tiers]}
    client = sign_in_as(cast.ina)

    own = said | {"suggested": [met.case.tier_id]}
    assert "Not recorded yet" in words(client.post(url("interview", met.interview.pk), own))
    client.post(url("interview", met.interview.pk), said)

    page = words(sign_in_as(cast.ada).get(reverse("home")))
    one = url("begin", "current-concepts") if count == 1 else url("choose")
    assert f'<a class="btn btn-primary" href="{one}"' in page
    assert all(tier.name in page for tier in tiers)
    assert tiers[0].name in words(sign_in_as(cast.ina).get(url("interview", met.interview.pk)))


# --- Changing it ------------------------------------------------------------------------------
def rows_of(walk, **changes):
    """The form as it is shown, with changes."""
    lines = first_lines(walk.case, done=True)
    rows = {
        "version": plan_of(walk).version,
        "next_check_on": "2026-12-01",
        "plan-TOTAL_FORMS": len(lines) + 3,
        "plan-INITIAL_FORMS": len(lines),
    }
    for number, line in enumerate(lines):
        rows |= {f"plan-{number}-item": line.item, f"plan-{number}-text": line.text}
        rows |= {f"plan-{number}-owner": line.owner}
    return rows | changes


def test_the_applicant_changes_the_plan_and_the_manager_signs(sign_in_as, walk, cast):
    client = sign_in_as(cast.ada)
    assert "Draft an agreement" in words(client.get(url("amend", walk.case.pk)))
    more = {"plan-1-text": "Ask for comments", "plan-1-owner_name": "My peer group"}

    client.post(url("amend", walk.case.pk), rows_of(walk, **more))

    first, second = plan_of(walk).items.all()
    assert (second.text, second.owner, second.owner_name) == (
        "Ask for comments",
        "other",
        "My peer group",
    )
    page = words(client.get(url("plan", walk.case.pk)))
    assert ("My peer group" in page, "Version 1, until Ada Example" in page) == (True, True)
    assert "Sign the plan" not in page
    client = sign_in_as(cast.ina)
    assert "Your turn: sign the changed plan" in words(client.get(reverse("worklist")))
    file = words(client.get(reverse("case_file", args=[walk.case.pk])))
    assert "Read and sign the changed action plan" in file
    client.post(url("sign", walk.case.pk), {"version": "1"})
    assert plan_of(walk).signed_by_manager_at is None
    client.post(url("sign", walk.case.pk), {"version": "2"})
    assert plan_of(walk).signed_by_manager_at == walk.at
    assert "Your turn" not in words(client.get(reverse("worklist")))
    assert first.pk == plan_of(walk).items.first().pk


def test_the_manager_changes_it_and_the_applicant_reads_so_at_home(sign_in_as, walk, cast):
    sign_in_as(cast.ina).post(url("amend", walk.case.pk), rows_of(walk, **{"plan-0-text": "Anew"}))

    page = words(sign_in_as(cast.ada).get(reverse("home")))
    assert "Read and sign the changed action plan" in page
    assert "Ina changed the action plan and signed it." in page
    assert plan_of(walk).items.get().text == "Anew"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"plan-0-remove": "on"}, "Keep at least one step."),
        ({"plan-0-text": "", "plan-0-due_on": "2026-12-01"}, "Say what the step is."),
        ({"plan-0-owner": "other"}, "Name whoever takes the step."),
        ({"version": "7"}, "The plan was changed a moment ago."),
        ({"next_check_on": "soon"}, "Write the day as year-month-day"),
    ],
    ids=["nothing left", "no words", "nobody", "changed meanwhile", "no day"],
)
def test_a_change_that_lacks_something_is_refused_in_words(sign_in_as, walk, cast, bad, said):
    page = words(sign_in_as(cast.ada).post(url("amend", walk.case.pk), rows_of(walk, **bad)))

    assert (said in page, "Not changed yet" in page) == (True, True)
    assert plan_of(walk).version == 1


def test_a_step_is_taken_out_with_its_box(sign_in_as, walk, cast):
    changes = {"plan-0-remove": "on", "plan-1-text": "Ask for comments"}

    sign_in_as(cast.ada).post(url("amend", walk.case.pk), rows_of(walk, **changes))

    assert plan_of(walk).items.get().text == "Ask for comments"


@pytest.mark.parametrize("name", ["amend", "sign", "check", "plan"])
def test_the_plan_does_not_exist_for_strangers(sign_in_as, walk, cast, name):
    for person in (cast.eve, cast.aud):
        client = sign_in_as(person)
        assert client.post(url(name, walk.case.pk)).status_code in {404, 405}
        assert client.get(url(name, walk.case.pk)).status_code in {404, 405}
    assert plan_of(walk).version == 1


def test_the_plan_of_a_closed_case_is_read_and_not_changed(sign_in_as, cast):
    held = make.certified(cast, "current-concepts")
    client = sign_in_as(cast.ada)

    assert client.get(url("amend", held.case.pk)).status_code == 404
    assert "Change the plan" not in words(client.get(url("plan", held.case.pk)))


def test_administrators_read_it_and_change_nothing(sign_in_as, walk, cast):
    client, item = sign_in_as(cast.noor), plan_of(walk).items.get()

    for address in (url("amend", walk.case.pk), url("tick", walk.case.pk, item.pk)):
        assert client.post(address, {"done": "1"}).status_code == 404


# --- Doing ------------------------------------------------------------------------------------
def test_a_step_is_ticked_off_beside_the_portfolio(sign_in_as, walk, cast):
    statement = walk.case.asked().first().statement
    due = date(2026, 10, 1)
    lines = [*first_lines(walk.case), PlanLine("Practise", statement, due)]
    amend(plan_of(walk), lines, next_check_on=due, by=cast.ada, at=walk.at)
    writing.open_portfolio(walk.case, by=cast.ada, at=walk.at)
    client = sign_in_as(cast.ada)
    workspace = reverse("portfolios:workspace", args=[walk.case.pk])

    page = words(client.get(workspace))
    assert page.index("Practise") < page.index("Draft an agreement")
    assert "Until 1 October 2026" in page
    entry = reverse("portfolios:entry", args=[walk.case.pk, statement.code, "concept"])
    here = words(client.get(entry))
    assert ("In your action plan" in here, "Draft an agreement" in here) == (True, False)
    step = plan_of(walk).items.get(text="Practise")
    answer = client.post(url("tick", walk.case.pk, step.pk), {"done": "1", "next": entry})

    assert answer.url == entry
    assert "In your action plan" not in words(client.get(entry))
    assert "1 step is done" in words(client.get(workspace))
    step.refresh_from_db()
    assert step.done_by == cast.ada


def test_ticking_leads_nowhere_outside_and_only_by_whom_it_may(sign_in_as, walk, cast):
    step, evil = plan_of(walk).items.get(), {"done": "1", "next": "https://evil.example/"}

    answer = sign_in_as(cast.ina).post(url("tick", walk.case.pk, step.pk), evil)

    assert answer.url == url("plan", walk.case.pk)
    step.refresh_from_db()
    assert step.done_at is None


# --- Looking again ----------------------------------------------------------------------------
def test_the_day_brings_the_case_to_the_managers_worklist(sign_in_as, walk, cast):
    day = walk.at.date() + timedelta(days=30)
    check_plan(plan_of(walk), next_check_on=day, by=cast.ina, at=walk.at)
    client = sign_in_as(cast.ina)
    assert "No case is yours to move." in words(client.get(reverse("worklist")))

    with time_machine.travel(walk.at + timedelta(days=30), tick=False):
        client = sign_in_as(cast.ina)
        page = words(client.get(reverse("worklist")))
        assert ("One case is yours" in page, "look at the plan together" in page) == (True, True)
        file = words(client.get(reverse("case_file", args=[walk.case.pk])))
        assert "Look at the action plan together with Ada" in file
        assert "You look at it together now" in words(client.get(url("plan", walk.case.pk)))
        client.post(url("check", walk.case.pk), {"next_check_on": "never"})
        client.post(url("check", walk.case.pk), {"next_check_on": str(day)})
        assert plan_of(walk).next_check_on == day
        client.post(url("check", walk.case.pk), {"next_check_on": ""})
        assert "No case is yours to move." in words(client.get(reverse("worklist")))
    assert plan_of(walk).next_check_on is None


def test_an_administrators_worklist_is_not_filled_by_plans(sign_in_as, walk, cast):
    ActionPlan.objects.update(next_check_on=walk.at.date(), signed_by_manager_at=None)

    page = words(sign_in_as(cast.noor).get(reverse("worklist")))

    assert "look at the plan together" not in page
    assert "sign the changed plan" not in page


# --- Renewal ----------------------------------------------------------------------------------
def test_a_renewal_shows_the_plan_it_goes_on_from(sign_in_as, cast):
    held = make.certified(cast)
    at = held.at + timedelta(days=600)
    renewal = make.walk(cast, to=Stage.INTAKE, at=at, renews=held.certificate)
    with time_machine.travel(renewal.at, tick=False):
        page = words(sign_in_as(cast.ada).get(url("plan", renewal.case.pk)))
        assert "It goes on from this one." in page
        assert "Draft an agreement with my next mentee" in page
    renewal.book()
    declare(renewal.case, clear=True, note="", by=cast.ina, at=renewal.at)
    with time_machine.travel(renewal.at, tick=False):
        page = words(sign_in_as(cast.ina).get(url("interview", renewal.interview.pk)))
        assert "Then: the plan for" in page
        assert page.count("Draft an agreement with my next mentee") == 2  # then, and as first row


def test_a_case_without_a_plan_has_no_such_page(sign_in_as, cast):
    case = make.application(cast)

    assert sign_in_as(cast.ada).get(url("plan", case.pk)).status_code == 404
