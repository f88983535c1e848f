"""The applicant's pages: whose they are, what they show, and that looking changes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from applicants.assigning import declare_interest
from applicants.flow import Stage
from applicants.intake import interview_hosts
from applicants.models import Application, CaseRole, Outcome
from applicants.services import apply, rest
from certificates.models import Tier
from meetings.models import Meeting
from meetings.services import cancel
from tests import make
from trail.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def noon(at):
    with time_machine.travel(at, tick=False):
        yield


def url(name, *args):
    return reverse(f"applicants:{name}", args=args)


def words(response):
    return " ".join(response.content.decode().split())


def test_choosing_shows_both_sets_of_names_current_ones_first(sign_in_as, ada):
    page = words(sign_in_as(ada).get(url("choose")))

    assert page.index("current names") < page.index("2021 names")
    assert page.count('class="tier"') == Tier.objects.count() == 7
    assert page.count("72 concepts, 72 practices") == 2
    assert "30 concepts, 3 practices" in page


def test_choosing_says_what_one_is_on_the_way_to(sign_in_as, ada, at):
    case = apply(make.tier(), by=ada, at=at)

    page = words(sign_in_as(ada).get(url("choose")))

    assert url("case", case.pk) in page
    assert page.count("Go on with Practice") == 1


def test_beginning_shows_what_is_asked_and_changes_nothing(sign_in_as, ada):
    page = words(sign_in_as(ada).get(url("begin", "current-practice")))

    assert "72 concepts, 72 practices" in page
    assert "A sample, awaiting the body’s approval" in page
    assert "Begin with the self-assessment" in page
    assert Application.objects.count() == 0


def test_beginning_opens_one_case_however_often_it_is_clicked(sign_in_as, ada):
    client = sign_in_as(ada)

    answers = [client.post(url("begin", "current-practice")) for _ in range(2)]

    case = Application.objects.get()
    assert [answer.url for answer in answers] == [reverse("assessments:start", args=[case.pk])] * 2
    assert (case.applicant, case.tier.slug) == (ada, "current-practice")


def test_beginning_without_the_prerequisite_is_explained_and_refused(sign_in_as, ada):
    client = sign_in_as(ada)

    page = words(client.get(url("begin", "current-journey")))
    answer = client.post(url("begin", "current-journey"), follow=True)

    assert "You do not hold a valid Practice yet" in page
    assert "Begin with the self-assessment" not in page
    assert "asks for a valid Practice certificate first" in words(answer)
    assert Application.objects.count() == 0


def test_beginning_asks_for_a_name_first(sign_in_as, ada):
    type(ada).objects.filter(pk=ada.pk).update(full_name="")

    answer = sign_in_as(ada).post(url("begin", "current-practice"))

    assert answer.url == reverse("accounts:profile")
    assert Application.objects.count() == 0


@pytest.mark.parametrize("slug", ["no-such", "closed"])
def test_what_is_not_offered_is_not_found(sign_in_as, ada, slug):
    Tier.objects.filter(slug="current-journey").update(slug="closed", offered=False)

    assert sign_in_as(ada).get(url("begin", slug)).status_code == 404


def test_a_case_leads_its_applicant_home_and_staff_to_the_file(sign_in_as, cast, at):
    case = apply(make.tier(), by=cast.ada, at=at)
    CaseRole.sign(case, cast.aud, Role.AUDITOR, at)

    assert sign_in_as(cast.ada).get(url("case", case.pk)).url == reverse("home")
    assert sign_in_as(cast.aud).get(url("case", case.pk)).url == reverse(
        "case_file", args=[case.pk]
    )


OWN = ["withdraw", "book", "plan", "decision"]
POSTS = ["resume", "reminders", "withdraw"]


@pytest.mark.parametrize("name", [*OWN, "case", "declare", "assign", "decide", "talk"])
def test_strangers_find_nothing(sign_in_as, cast, at, small, name):
    walk = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    walk.decision(Outcome.DECLINE)

    assert sign_in_as(cast.eve).get(url(name, walk.case.pk)).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_strangers_and_staff_change_nothing_of_the_applicants(sign_in_as, cast, at, name):
    walk = make.walk(cast, to=Stage.PORTFOLIO)
    before = Event.objects.count()

    for person in (cast.eve, cast.ina, cast.noor):
        assert sign_in_as(person).post(url(name, walk.case.pk)).status_code == 404
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", ["resume", "reminders", "sign", "take", "teach", "interest"])
def test_what_changes_something_is_not_asked_with_get(sign_in_as, ada, at, name):
    case = apply(make.tier(), by=ada, at=at)
    args = () if name in {"teach", "interest"} else (case.pk,)

    assert sign_in_as(ada).get(url(name, *args)).status_code == 405


def test_withdrawing_asks_first_and_happens_once(sign_in_as, ada, at):
    case = apply(make.tier(), by=ada, at=at)
    client = sign_in_as(ada)

    page = words(client.get(url("withdraw", case.pk)))
    case.refresh_from_db()
    assert ("kept for 90 days" in page, case.stage) == (True, Stage.SELF_ASSESSMENT)

    for _ in range(2):
        assert client.post(url("withdraw", case.pk)).url == reverse("home")
    case.refresh_from_db()
    assert case.stage == Stage.WITHDRAWN
    assert Event.objects.about(case).filter(verb="withdraw").count() == 1
    assert "This case is closed" in words(client.get(url("withdraw", case.pk)))


def test_waking_up_and_pausing(sign_in_as, ada, at):
    case = apply(make.tier(), by=ada, at=at)
    rest(case, at=at)
    client = sign_in_as(ada)

    client.post(url("resume", case.pk))
    client.post(url("resume", case.pk))
    client.post(url("reminders", case.pk), {"paused": "1", "stage": "certified"})

    case.refresh_from_db()
    assert (case.stage, case.reminders_paused) == (Stage.SELF_ASSESSMENT, True)
    client.post(url("reminders", case.pk), {"paused": "0"})
    case.refresh_from_db()
    assert case.reminders_paused is False


@pytest.fixture
def to_book(cast, at):
    with time_machine.travel(at, tick=False):
        return make.walk(cast, to=Stage.INTAKE)


def first_slot(page):
    return page.split('name="slot" value="')[1].split('"')[0]


def test_booking_keeps_a_time_and_then_takes_it(sign_in_as, cast, to_book):
    client, page = sign_in_as(cast.ada), url("book", to_book.case.pk)
    slot = first_slot(words(client.get(page)))

    kept = client.post(page, {"slot": slot})
    asked = words(client.get(page))
    said = {"slot": slot, "host": cast.ina.pk, "how": "video", "support_needs": "Captions"}
    answer = client.post(page, {**said, "confirm": "1"})

    meeting = Meeting.objects.get()
    assert (kept.url, "Kept for you until" in asked) == (page, True)
    assert (meeting.host, f"{meeting.starts_at:%Y-%m-%dT%H:%MZ}") == (cast.ina, slot)
    assert answer.url == reverse("meetings:manage", args=[meeting.pk])
    again = client.post(page, {**said, "confirm": "1"})
    assert again.url == answer.url
    assert Meeting.objects.count() == 1


def test_somebody_who_may_not_act_cannot_be_chosen(sign_in_as, cast, to_book):
    """Eve hosts nobody; Ivy would, but is barred from this case."""
    ivy = make.person("ivy", Role.INTAKE_MANAGER)
    make.hours(ivy, "intake")
    declare_interest(about=cast.ada, note="Sister", by=ivy, at=to_book.at)
    client, page = sign_in_as(cast.ada), url("book", to_book.case.pk)
    slot = first_slot(words(client.get(page)))

    named = words(client.get(f"{page}?host={ivy.pk}"))
    answers = [
        client.post(page, {"slot": slot, "host": pk, "how": "video", "confirm": "1"})
        for pk in (ivy.pk, cast.eve.pk, "x")
    ]

    assert "Ivy" not in named
    assert [answer.url for answer in answers] == [page] * 3
    assert Meeting.objects.count() == 0


def test_an_intake_manager_who_may_no_longer_act_offers_no_times(cast, to_book):
    to_book.book()
    cancel(to_book.interview.meeting, reason="Ill.", by=cast.ada, at=make.NOON)
    assert interview_hosts(to_book.case, at=to_book.at) == [cast.ina]

    declare_interest(about=cast.ada, note="Sister", by=cast.ina, at=to_book.at)

    assert interview_hosts(to_book.case, at=to_book.at) == []


def test_a_time_just_taken_keeps_what_was_typed_and_offers_others(sign_in_as, cast, to_book, at):
    others = replace(cast, ada=cast.eve)
    other = make.walk(others, to=Stage.INTAKE, slug="current-concepts")
    other.book()
    slot = f"{other.interview.meeting.starts_at:%Y-%m-%dT%H:%MZ}"
    client = sign_in_as(cast.ada)

    answer = client.post(
        url("book", to_book.case.pk),
        {
            "slot": slot,
            "host": cast.ina.pk,
            "how": "phone",
            "phone": "+1 416 555 0100",
            "support_needs": "An interpreter",
            "confirm": "1",
        },
    )

    page = words(answer)
    assert answer.status_code == 200
    assert "An interpreter" in page
    assert "+1 416 555 0100" in page
    assert "That time was just taken." in page
    assert len(answer.context["others"][0].times) == 3
    assert Meeting.objects.filter(guest=cast.ada).count() == 0


def test_there_is_nothing_to_book_before_its_time(sign_in_as, ada, at):
    case = apply(make.tier(), by=ada, at=at)
    client = sign_in_as(ada)

    assert "There is nothing to book now" in words(client.get(url("book", case.pk)))
    client.post(url("book", case.pk), {"slot": "2026-09-03T10:00Z", "how": "video"})
    assert Meeting.objects.count() == 0


def test_the_plan_is_signed_and_ticked_by_its_applicant(sign_in_as, cast, at):
    walk = make.walk(cast, to=Stage.INTAKE)
    walk.intake()
    case = Application.objects.get(pk=walk.case.pk)
    item = case.plan.items.get()
    client = sign_in_as(cast.ada)

    page = words(client.get(url("plan", case.pk)))
    assert "Draft an agreement with my next mentee" in page
    client.post(url("tick", case.pk, item.pk), {"done": "1", "text": "Something else"})
    client.post(url("sign", case.pk), {"version": "1"})

    item.refresh_from_db()
    assert (item.done_at is not None, item.text) == (True, "Draft an agreement with my next mentee")


def test_a_step_of_somebody_elses_plan_is_not_found(sign_in_as, cast, at):
    walk = make.walk(cast, to=Stage.PORTFOLIO)
    others = replace(cast, ada=cast.eve)
    other = make.walk(others, to=Stage.PORTFOLIO, slug="current-concepts")
    item = Application.objects.get(pk=walk.case.pk).plan.items.get()

    answer = sign_in_as(cast.eve).post(url("tick", other.case.pk, item.pk), {"done": "1"})

    assert answer.status_code == 404


def test_staff_of_the_case_read_the_plan_after_declaring(sign_in_as, cast, at):
    walk = make.walk(cast, to=Stage.PORTFOLIO)
    CaseRole.sign(walk.case, cast.aud, Role.AUDITOR, at)

    answer = sign_in_as(cast.aud).get(url("plan", walk.case.pk))

    assert answer.url.startswith(url("declare", walk.case.pk))
    page = words(sign_in_as(cast.ina).get(url("plan", walk.case.pk)))
    assert ("Draft an agreement" in page, "Sign the plan" in page) == (True, False)


def test_the_decision_says_why_and_how_to_appeal(sign_in_as, cast, small):
    walk = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    walk.decision(Outcome.DECLINE)
    with time_machine.travel(walk.at, tick=False):
        client = sign_in_as(cast.ada)
        page = words(client.get(url("decision", walk.case.pk)))
    assert "The record carries it." in page
    assert reverse("appeals:appeal", args=[walk.case.pk]) in page
    with time_machine.travel(walk.at + timedelta(days=31), tick=False):
        sign_in_as(cast.ada)
        assert "The time to appeal has passed" in words(client.get(url("decision", walk.case.pk)))
    assert sign_in_as(cast.dee).get(url("decision", walk.case.pk)).status_code == 404


def test_a_grant_leads_to_the_certificate(sign_in_as, cast, small):
    walk = make.certified(cast, "current-concepts")

    page = words(sign_in_as(cast.ada).get(url("decision", walk.case.pk)))

    assert reverse("certificates:certificate", args=[walk.certificate.number]) in page


def test_a_case_without_a_decision_has_no_such_page(sign_in_as, ada, at):
    case = apply(make.tier(), by=ada, at=at)

    assert sign_in_as(ada).get(url("decision", case.pk)).status_code == 404


def test_renewing_opens_one_case_when_it_is_time(sign_in_as, cast, small, at):
    walk = make.certified(cast)
    number = walk.certificate.number

    with time_machine.travel(walk.at, tick=False):
        early = sign_in_as(cast.ada).post(url("renew", number), follow=True)
    assert "Renewal opens on" in words(early)
    with time_machine.travel(walk.at + timedelta(days=500), tick=False):
        client = sign_in_as(cast.ada)
        answers = [client.post(url("renew", number)) for _ in range(2)]
        case = Application.objects.get(renews=walk.certificate)
        assert {a.url for a in answers} == {reverse("assessments:start", args=[case.pk])}
        assert sign_in_as(cast.eve).post(url("renew", number)).status_code == 404


def test_people_who_are_not_signed_in_are_asked_to(client, ada, at):
    case = apply(make.tier(), by=ada, at=at)

    for address in (url("choose"), url("withdraw", case.pk), url("relations")):
        assert client.get(address).url.startswith("/accounts/login/")
