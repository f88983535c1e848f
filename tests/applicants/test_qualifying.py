"""What people may take: tier, language, work and dates; and who says so."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Language, User
from accounts.roles import Role
from applicants import qualifying
from applicants.assigning import assign, candidates, readiness, take
from applicants.deciding import decide
from applicants.flow import Stage
from applicants.intake import interview_hosts
from applicants.models import Declaration, Outcome, Qualification
from applicants.models.case import NotQualified
from certificates.models import Tier
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db

PRACTICE = "Is not qualified for Certificate of Practice - Mentor."


@pytest.fixture
def case(cast):
    return make.application(cast)


def only(cast, **terms):
    """Aud's one qualification, with these terms."""
    Qualification.objects.filter(person=cast.aud).update(ended_at=make.NOON)
    return make.qualify(cast.aud, Role.AUDITOR, **terms)


def why_not(case, person, role, at):
    return next(list(c.reasons) for c in candidates(case, role, at.date()) if c.person == person)


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({}, []),
        ({"tiers": ["current-practice"]}, []),
        ({"tiers": ["2021-recognition"]}, [PRACTICE]),
        ({"languages": ["fr-ca"]}, ["Is not qualified for cases in this language: English."]),
        ({"ends_on": date(2026, 9, 1)}, []),
        ({"ends_on": date(2026, 8, 31)}, ["The qualification ended on 31 August 2026."]),
        ({"starts_on": date(2026, 9, 1)}, []),
        ({"starts_on": date(2026, 9, 2)}, ["The qualification begins on 2 September 2026."]),
    ],
)  # fmt: skip
def test_nobody_is_assigned_outside_their_qualification(case, cast, at, terms, why):
    if "tiers" in terms:
        terms = {**terms, "tiers": Tier.objects.filter(slug__in=terms["tiers"])}
    only(cast, **terms)

    assert why_not(case, cast.aud, Role.AUDITOR, at) == why
    if why:
        with pytest.raises(NotQualified, match=why[0].split(":")[0]):
            assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)
    else:
        assert assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at).person == cast.aud


def test_one_qualification_has_to_cover_all_of_it(case, cast, at):
    only(cast, tiers=Tier.objects.filter(slug="current-practice"), languages=["fr-ca"])
    make.qualify(
        cast.aud,
        Role.AUDITOR,
        tiers=Tier.objects.exclude(slug="current-practice"),
        languages=["en"],
    )

    assert why_not(case, cast.aud, Role.AUDITOR, at) != []


def test_the_language_of_the_case_is_the_applicants(case, cast, at):
    only(cast, languages=["en"])
    User.objects.filter(pk=cast.ada.pk).update(language=Language.FRENCH)
    case.refresh_from_db()

    assert why_not(case, cast.aud, Role.AUDITOR, at) == [
        "Is not qualified for cases in this language: Français."
    ]


def test_a_second_auditor_needs_an_auditors_qualification(case, cast, at):
    assert case.unfit(Role.SECOND_AUDITOR, [cast.aud.pk], at.date()) == {}
    assert case.unfit(Role.SECOND_AUDITOR, [cast.vera.pk], at.date()) == {
        cast.vera.pk: ["No qualification as Auditor is recorded."]
    }


def test_without_the_yearly_declaration_nothing_is_assigned(case, cast, at):
    Declaration.objects.filter(person=cast.aud).delete()
    assert why_not(case, cast.aud, Role.AUDITOR, at) == [
        "Has not made the yearly declaration of interests."
    ]
    Declaration.objects.create(person=cast.aud, clear=True, at=at - timedelta(days=366))
    assert why_not(case, cast.aud, Role.AUDITOR, at) == [
        "The yearly declaration of interests lapsed on 31 August 2026."
    ]
    Declaration.objects.create(person=cast.aud, clear=True, at=at - timedelta(days=365))
    assert why_not(case, cast.aud, Role.AUDITOR, at) == []


def test_who_is_bound_is_not_asked_for_a_qualification(case, cast, at):
    Qualification.objects.filter(person=cast.aud).update(ended_at=at)
    case.cast.create(person=cast.aud, role=Role.VERIFIER, since=at)

    assert why_not(case, cast.aud, Role.AUDITOR, at) == ["Is the Verifier in this case."]


def test_a_decider_takes_and_decides_nothing_outside(small, cast):
    walk = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    walk.case.declarations.create(person=cast.dee, clear=True, at=walk.at)
    Qualification.objects.filter(person=cast.dee).update(ended_at=walk.at)

    with pytest.raises(NotQualified):
        take(walk.case, by=cast.dee, at=walk.at)
    with pytest.raises(NotQualified):
        decide(walk.case, outcome=Outcome.GRANT, reasons="Yes.", by=cast.dee, at=walk.at)
    assert walk.case.decisions.exists() is False


def test_who_holds_a_part_finishes_it_when_the_qualification_lapses(small, cast):
    walk = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    walk.assign(Role.DECIDER, cast.dee)
    Qualification.objects.filter(person=cast.dee).update(ended_at=walk.at)

    decide(walk.case, outcome=Outcome.GRANT, reasons="Yes.", by=cast.dee, at=walk.at)

    walk.case.refresh_from_db()
    assert walk.case.stage == Stage.CERTIFIED


def test_interviews_are_offered_with_the_qualified_alone(cast):
    case = make.application(cast, at_stage=Stage.INTAKE)
    at = make.NOON + timedelta(days=1)
    ivy = make.person("ivy", Role.INTAKE_MANAGER)
    Qualification.objects.filter(person=cast.ina).update(ended_at=at)

    assert interview_hosts(case, at=at) == [ivy]


def test_readiness_says_who_is_nearest_and_who_is_missing(case, cast, at):
    only(cast, languages=["fr-ca"])
    lines = {line.role: line for line in readiness(case, at.date())}
    assert (lines[Role.AUDITOR].enough, lines[Role.AUDITOR].solved_by) == (
        False,
        "Nearest: Aud Example. Is not qualified for cases in this language: English.",
    )

    case.cast.create(person=cast.aud, role=Role.VERIFIER, since=at, ended_at=at)
    lines = {line.role: line for line in readiness(case, at.date())}
    assert lines[Role.AUDITOR].solved_by == (
        "Missing: Auditor, qualified for Certificate of Practice - Mentor in English, "
        "bound to nobody here."
    )


# --- Recording ------------------------------------------------------------------------------------
def terms(**other):
    return {
        "tiers": Tier.objects.all(),
        "languages": ["en"],
        "starts_on": date(2026, 9, 1),
        "ends_on": date(2028, 8, 31),
        "basis": "",
        **other,
    }


def test_only_administrators_record_and_nobody_their_own(cast, at):
    make_it = qualifying.qualify
    for by in (cast.aud, cast.dee, cast.eve):
        with pytest.raises(Refused):
            make_it(cast.vera, Role.VERIFIER, **terms(), by=by, at=at)
    with pytest.raises(Refused):
        make_it(cast.noor, Role.VERIFIER, **terms(), by=cast.noor, at=at)

    given = make_it(cast.vera, Role.AUDITOR, **terms(), by=cast.noor, at=at)

    assert (given.given_by, given.languages) == (cast.noor, ["en"])
    assert Event.objects.about(given).get().verb == "qualify"
    with pytest.raises(IntegrityError), transaction.atomic():
        Qualification.objects.filter(pk=given.pk).update(given_by=cast.vera)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tiers": []},
        {"languages": []},
        {"languages": ["tlh"]},
        {"ends_on": date(2026, 8, 31)},
    ],
)
def test_a_qualification_that_says_nothing_is_refused(cast, at, wrong):
    with pytest.raises(Refused):
        qualifying.qualify(cast.vera, Role.VERIFIER, **terms(**wrong), by=cast.noor, at=at)
    with pytest.raises(Refused):
        qualifying.qualify(cast.vera, Role.PANEL_CHAIR, **terms(), by=cast.noor, at=at)


def test_ending_it_says_why_and_happens_once(case, cast, at):
    given = cast.aud.qualifications.get()
    for by, why in ((cast.aud, "Mine"), (cast.dee, "No"), (cast.noor, " ")):
        with pytest.raises(Refused):
            qualifying.end_qualification(given, why=why, by=by, at=at)

    qualifying.end_qualification(given, why="A year abroad.", by=cast.noor, at=at)

    assert why_not(case, cast.aud, Role.AUDITOR, at) == ["No qualification as Auditor is recorded."]
    with pytest.raises(Refused):
        qualifying.end_qualification(given, why="Again.", by=cast.noor, at=at)


def test_competence_is_recorded_by_somebody_else_and_not_ahead(cast, at):
    facts = {"kind": "observed", "by_whom": "Dr Elm", "result": "met", "note": ""}
    day = at.date()
    for by, on in ((cast.aud, day), (cast.noor, day + timedelta(days=1))):
        with pytest.raises(Refused):
            qualifying.record_competence(cast.aud, Role.AUDITOR, **facts, on=on, by=by, at=at)

    record = qualifying.record_competence(
        cast.aud, Role.AUDITOR, **facts, on=day, by=cast.noor, at=at
    )

    assert (record.person, record.recorded_by) == (cast.aud, cast.noor)


def test_standings_put_first_who_lacks_something_then_what_lapses(cast, at):
    Qualification.objects.filter(person=cast.vera).update(ended_at=at)
    Qualification.objects.filter(person=cast.dee).update(ends_on=date(2026, 10, 1))
    only(cast, ends_on=date(2026, 9, 20))
    make.qualify(cast.aud, Role.AUDITOR, starts_on=date(2026, 9, 21))

    found = qualifying.standings(at.date())

    assert [(s.person, s.lacks, len(s.soon)) for s in found] == [
        (cast.vera, [Role.VERIFIER], 0),
        (cast.dee, [], 1),
        (cast.aud, [], 0),
        (cast.ina, [], 0),
    ]


COST = 19  # queries of both lists together


def test_the_lists_cost_the_same_for_many(case, cast, at, django_assert_num_queries):
    def look():
        candidates(case, Role.AUDITOR, at.date())
        qualifying.standings(at.date())

    with django_assert_num_queries(COST):
        look()
    for name in ("bea", "cid"):
        make.person(name, Role.AUDITOR)
    with django_assert_num_queries(COST):
        look()
