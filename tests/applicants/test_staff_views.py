"""The pages of the people who work on a case: declared first, only their part, nothing by GET."""

import re
from datetime import date
from urllib.parse import unquote

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Grant
from accounts.roles import Role
from applicants.assigning import assign, declare, declare_interest
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Decision, Interest, Outcome, TeachingRelation
from applicants.services import apply
from certificates.models import Certificate
from frameworks.models import GuideQuestion
from meetings.models import Meeting, State
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]


def url(name, *args):
    return reverse(f"applicants:{name}", args=args)


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def booked(cast):
    walk = make.walk(cast, to=Stage.INTAKE)
    walk.book()
    with time_machine.travel(walk.at, tick=False):
        yield walk


RECORD = {
    "outcome": "proceed",
    "summary": "Go on with it.",
    "private_note": "Shy at first.",
    "next_check_on": "2026-11-01",
    "plan-TOTAL_FORMS": "3",
    "plan-INITIAL_FORMS": "0",
    "plan-0-text": "Draft an agreement",
    "plan-0-due_on": "2026-10-01",
    "plan-1-text": "",
    "plan-2-text": "Ask for comments",
}


def interview_url(booked):
    return url("interview", booked.interview.pk)


def test_the_interview_opens_after_a_declaration_and_comes_back_to_it(sign_in_as, booked):
    client = sign_in_as(booked.cast.ina)
    asked = client.get(interview_url(booked))
    assert unquote(asked.url) == f"{url('declare', booked.case.pk)}?next={interview_url(booked)}"

    page = words(client.get(asked.url))
    assert ("Ada Example" in page, "Nothing binds me to this person." in page) == (True, True)
    answer = client.post(asked.url, {"stand": "clear", "note": ""})

    assert answer.url == interview_url(booked)
    assert "What to ask" in words(client.get(interview_url(booked)))


def test_the_interview_follows_the_guide_and_leads_to_the_ratings(sign_in_as, booked):
    declare(booked.case, clear=True, note="", by=booked.cast.ina, at=booked.at)

    page = words(sign_in_as(booked.cast.ina).get(interview_url(booked)))

    questions = GuideQuestion.objects.filter(meeting_type="intake_interview")
    places = [page.index(one.question.split("?")[0].split(".")[0]) for one in questions]
    assert places == sorted(places)
    shares = [int(share) for share in re.findall(r'<li data-share="(\d+)"', page)]
    assert (shares, 'data-planned="15"' in page) == ([one.minutes for one in questions], True)
    assert sum(shares) == 15
    assert reverse("assessments:result", args=[booked.case.pk]) in page
    assert Meeting.objects.get().state == State.BOOKED


def test_recording_the_interview_takes_what_the_form_asks_and_no_more(sign_in_as, booked):
    declare(booked.case, clear=True, note="", by=booked.cast.ina, at=booked.at)
    client = sign_in_as(booked.cast.ina)
    statement = booked.case.asked().first().statement

    answer = client.post(
        interview_url(booked),
        {
            **RECORD,
            "plan-2-statement": statement.pk,
            "stage": "certified",
            "by": booked.cast.eve.pk,
        },
    )
    client.post(interview_url(booked), {**RECORD, "summary": "Something else"})

    case = Application.objects.get(pk=booked.case.pk)
    assert answer.url == interview_url(booked)
    assert (case.stage, case.plan.next_check_on) == (Stage.PORTFOLIO, date(2026, 11, 1))
    assert list(case.plan.items.values_list("text", "statement", "due_on")) == [
        ("Draft an agreement", None, date(2026, 10, 1)),
        ("Ask for comments", statement.pk, None),
    ]
    page = words(client.get(interview_url(booked)))
    assert ("Go on with it." in page, "Shy at first." in page) == (True, True)


def test_what_is_missing_in_the_record_keeps_what_was_typed(sign_in_as, booked):
    declare(booked.case, clear=True, note="", by=booked.cast.ina, at=booked.at)
    client = sign_in_as(booked.cast.ina)
    bad = {**RECORD, "outcome": "", "plan-0-due_on": "tomorrow"}

    page = words(client.post(interview_url(booked), bad))

    for kept in ("Go on with it.", "Shy at first.", "Draft an agreement", "tomorrow"):
        assert kept in page
    assert "Choose what you agreed." in page
    assert Application.objects.get(pk=booked.case.pk).stage == Stage.INTAKE


def test_a_plan_line_names_only_statements_of_the_case(sign_in_as, booked, cast):
    declare(booked.case, clear=True, note="", by=cast.ina, at=booked.at)
    other = make.tier("current-journey").requirements.first().statement

    sign_in_as(cast.ina).post(interview_url(booked), {**RECORD, "plan-0-statement": other.pk})

    assert Application.objects.get(pk=booked.case.pk).stage == Stage.INTAKE


def test_nobody_else_opens_the_interview(sign_in_as, booked, cast):
    for person in (cast.ada, cast.aud, cast.noor, cast.eve):
        assert sign_in_as(person).get(interview_url(booked)).status_code == 404
        assert sign_in_as(person).post(url("missed", booked.interview.pk)).status_code == 404


def test_the_calendar_leads_to_the_interview(sign_in_as, booked):
    answer = sign_in_as(booked.cast.ina).get(booked.interview.meeting.about["task_path"])

    assert answer.url == interview_url(booked)


def test_an_absent_applicant_is_noted_once(sign_in_as, booked):
    client = sign_in_as(booked.cast.ina)

    for _ in range(2):
        client.post(url("missed", booked.interview.pk))

    assert Meeting.objects.get().state == State.GUEST_ABSENT


def test_a_declaration_goes_nowhere_outside(sign_in_as, booked):
    client = sign_in_as(booked.cast.ina)
    address = f"{url('declare', booked.case.pk)}?next=https://evil.example/"

    answer = client.post(address, {"stand": "clear"})

    assert answer.url == reverse("case_file", args=[booked.case.pk])


def test_an_interest_is_named_and_the_choice_is_kept_without(sign_in_as, booked):
    client = sign_in_as(booked.cast.ina)
    address = url("declare", booked.case.pk)

    page = words(client.post(address, {"stand": "interest", "note": ""}))
    assert 'value="interest" checked' in page
    assert words(client.post(address, {"note": "She is my aunt"})).count("She is my aunt") == 1
    answer = client.post(address, {"stand": "interest", "note": "She is my aunt"})

    assert answer.url == reverse("home")
    assert booked.case.cast.get(person=booked.cast.ina).ended_why == "recused"
    assert client.get(address).status_code == 404


def test_who_said_clear_can_step_back_later(sign_in_as, booked, cast):
    declare(booked.case, clear=True, note="", by=cast.ina, at=booked.at)
    client = sign_in_as(cast.ina)
    address = url("declare", booked.case.pk)

    assert "Step back from this case" in words(client.get(address))
    client.post(address, {"stand": "interest", "note": "We met at church"})

    assert booked.case.declared(cast.ina) is False


def test_the_applicant_declares_nothing(sign_in_as, booked):
    assert sign_in_as(booked.cast.ada).get(url("declare", booked.case.pk)).status_code == 404


@pytest.fixture
def case(cast, at):
    with time_machine.travel(at, tick=False):
        yield apply(make.tier(), by=cast.ada, at=at)


def test_assigning_offers_who_may_and_says_why_not(sign_in_as, case, cast, at):
    bob = make.person("bob", Role.AUDITOR)
    declare_interest(about=cast.ada, note="Sister", by=bob, at=at)

    page = words(sign_in_as(cast.noor).get(url("assign", case.pk)))

    assert f'name="person" value="{cast.aud.pk}"' in page
    assert f'name="person" value="{bob.pk}"' not in page
    assert "Has declared an interest in the applicant." in page
    assert "Sister" not in page
    assert case.cast.count() == 1


def test_assigning_is_the_administrators(sign_in_as, case, cast, at):
    wanted = {"role": "auditor", "person": cast.aud.pk}
    CaseRole.sign(case, cast.vera, Role.VERIFIER, at)

    for person in (cast.ada, cast.vera, cast.dee, cast.eve):
        assert sign_in_as(person).get(url("assign", case.pk)).status_code == 404
        assert sign_in_as(person).post(url("assign", case.pk), wanted).status_code == 404
    for _ in range(2):
        sign_in_as(cast.noor).post(url("assign", case.pk), wanted)

    assert case.cast.get(role=Role.AUDITOR).person == cast.aud


@pytest.mark.parametrize("bad", [{"role": "applicant"}, {"person": "0"}, {"role": "panel_chair"}])
def test_assigning_nonsense_assigns_nobody(sign_in_as, case, cast, bad):
    wanted = {"role": "auditor", "person": cast.aud.pk, **bad}

    sign_in_as(cast.noor).post(url("assign", case.pk), wanted)

    assert case.cast.count() == 1


def test_somebody_bound_is_not_assigned_by_a_forged_form(sign_in_as, case, cast, at):
    declare_interest(about=cast.ada, note="Sister", by=cast.aud, at=at)

    answer = sign_in_as(cast.noor).post(
        url("assign", case.pk), {"role": "auditor", "person": cast.aud.pk}, follow=True
    )

    assert "Has declared an interest in the applicant." in words(answer)
    assert case.cast.filter(role=Role.AUDITOR).exists() is False


@pytest.fixture
def deciding(cast):
    walk = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    with time_machine.travel(walk.at, tick=False):
        yield walk


DECISION = {"outcome": "grant", "reasons": "The record carries it.", "independent": "on"}


def test_the_decider_declares_takes_reads_and_decides(sign_in_as, deciding, cast):
    client, address = sign_in_as(cast.dee), url("decide", deciding.case.pk)
    asked = client.get(address)
    assert unquote(asked.url) == f"{url('declare', deciding.case.pk)}?next={address}"
    client.post(asked.url, {"stand": "clear"})

    assert "Nobody has taken this case" in words(client.get(address))
    assert client.post(url("take", deciding.case.pk)).url == address
    page = words(client.get(address))
    assert ("Interview" in page, "Portfolio audit" in page, "Before you decide" in page) == (
        True,
        True,
        True,
    )
    assert "It stands" in page
    assert Decision.objects.count() == 0
    letter = client.post(address, {**DECISION, "by": cast.eve.pk})
    assert Decision.objects.count() == 0
    typed = dict(letter.context["typed"])
    read = {**typed, "read": letter.context["letter"].fingerprint}
    answer = client.post(address, read)
    again = client.post(address, {**DECISION, "outcome": "decline"})

    assert (answer.url, again.status_code) == (reverse("worklist"), 404)
    decision = Decision.objects.get()
    assert (decision.outcome, decision.by) == (Outcome.GRANT, cast.dee)
    assert Certificate.objects.get().holder == cast.ada


@pytest.mark.parametrize("missing", ["outcome", "reasons", "independent"])
def test_a_decision_that_lacks_something_keeps_the_rest(sign_in_as, deciding, cast, missing):
    deciding.assign(Role.DECIDER, cast.dee)
    said = {key: value for key, value in DECISION.items() if key != missing}

    page = words(sign_in_as(cast.dee).post(url("decide", deciding.case.pk), said))

    assert ('value="grant" checked' in page) is (missing != "outcome")
    assert ("The record carries it." in page) is (missing != "reasons")
    assert Decision.objects.count() == 0


def test_a_grant_that_the_record_does_not_carry_is_refused_in_words(sign_in_as, deciding, cast):
    deciding.assign(Role.DECIDER, cast.dee)
    deciding.case.interviews.update(outcome="prepare")

    page = words(sign_in_as(cast.dee).post(url("decide", deciding.case.pk), DECISION))

    assert "Interview: No interview is recorded." in page
    assert "Not possible while something in the record is missing." in page
    assert Decision.objects.count() == 0


def test_nobody_else_opens_the_decision(sign_in_as, deciding, cast):
    Grant.objects.create(user=cast.aud, role=Role.DECIDER, starts_on=date(2020, 1, 1))
    deciding.assign(Role.DECIDER, cast.dee)
    dot = make.person("dot", Role.DECIDER)

    for person in (cast.ada, cast.aud, cast.ina, cast.noor, cast.pan, cast.eve, dot):
        assert sign_in_as(person).get(url("decide", deciding.case.pk)).status_code == 404
        assert sign_in_as(person).post(url("decide", deciding.case.pk), DECISION).status_code == 404
        assert sign_in_as(person).post(url("take", deciding.case.pk)).status_code == 404
    assert Decision.objects.count() == 0


def test_relations_are_declared_and_listed(sign_in_as, cast, at):
    client = sign_in_as(cast.ada)
    teaching = {
        "direction": "learned",
        "email": "AUD@example.org",
        "starts_on": "2024-01-01",
        "ends_on": "2025-01-01",
        "provider": "Elm College",
        "declared_by": cast.eve.pk,
    }

    client.post(url("teach"), teaching)
    client.post(url("interest"), {"interest-email": "vera@example.org", "interest-note": "Cousin"})

    relation, interest = TeachingRelation.objects.get(), Interest.objects.get()
    assert (relation.teacher, relation.learner, relation.declared_by) == (
        cast.aud,
        cast.ada,
        cast.ada,
    )
    assert (interest.person, interest.about) == (cast.ada, cast.vera)
    page = words(client.get(url("relations")))
    assert ("Aud Example" in page, "Vera Example" in page, "Elm College" in page) == (True,) * 3
    assert "Cousin" not in words(sign_in_as(cast.vera).get(url("relations")))
    assert "You taught <bdi>Ada Example</bdi>" in words(sign_in_as(cast.aud).get(url("relations")))


def test_an_applicant_learns_of_nobody_but_who_works_here(sign_in_as, cast):
    """The same answer for somebody with an account and for nobody at all."""
    answers = []
    for address in ("eve@example.org", "nobody@example.org"):
        asked = {"direction": "taught", "email": address, "starts_on": "2024-01-01"}
        page = words(sign_in_as(cast.ada).post(url("teach"), asked))
        answers.append(page.split('id="id_email_error"')[-1].count(address))
        assert "Nobody you can name here has this address." in page
    assert answers[0] == answers[1]
    assert TeachingRelation.objects.count() == 0


def test_who_works_here_names_applicants(sign_in_as, cast):
    asked = {"direction": "taught", "email": "ada@example.org", "starts_on": "2024-01-01"}

    sign_in_as(cast.aud).post(url("teach"), asked)

    assert TeachingRelation.objects.get().learner == cast.ada


@pytest.mark.parametrize(
    "bad", [{"ends_on": "2023-01-01"}, {"direction": ""}, {"email": "aud@example.org"}]
)
def test_teaching_that_makes_no_sense_keeps_what_was_typed(sign_in_as, cast, bad):
    asked = {
        "direction": "taught",
        "email": "ada@example.org",
        "starts_on": "2024-01-01",
        "provider": "Elm College",
        **bad,
    }

    page = words(sign_in_as(cast.aud).post(url("teach"), asked))

    assert "Elm College" in page
    assert TeachingRelation.objects.count() == 0


def test_an_interest_in_oneself_is_refused_in_words(sign_in_as, cast):
    asked = {"interest-email": "aud@example.org", "interest-note": "Me"}

    page = words(sign_in_as(cast.aud).post(url("interest"), asked))

    assert "Name another person." in page
    assert Interest.objects.count() == 0


def test_an_auditor_is_replaced_through_the_page(sign_in_as, case, cast, at):
    ann = make.person("ann", Role.AUDITOR)
    assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)

    sign_in_as(cast.noor).post(url("assign", case.pk), {"role": "auditor", "person": ann.pk})

    assert case.cast.get(role=Role.AUDITOR, ended_at=None).person == ann
