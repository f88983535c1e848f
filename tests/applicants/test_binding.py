"""What binds people: organisations, family, rosters; said by themselves, contested, settled."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.roles import Role
from applicants import declaring, rosters
from applicants.assigning import teach
from applicants.models import Affiliation, Provider, RosterRow, TeachingRelation
from applicants.models.case import NotIndependent
from applicants.models.independence import BARRED_YEARS
from certificates.dates import years_after
from notices.models import Message
from tests import make
from trail.flow import Refused

pytestmark = pytest.mark.django_db
FAMILY = ["Is family of the applicant, or bears the name of a relative."]
ORGANISATION = ["Belongs, or belonged within two years, to an organisation of the applicant."]
TAUGHT = ["Taught the applicant, or was taught by them, within two years."]


@pytest.fixture
def case(cast):
    return make.application(cast)


def join(person, name, at):
    return declaring.join(organisation=name, what="", starts_on=None, by=person, at=at)


# --- Organisations and family ---------------------------------------------------------------------
@pytest.mark.parametrize("theirs", ["Elm College", "ELM-college.", "  élm  cóllege "])
def test_people_of_one_organisation_do_not_judge_each_other(case, cast, at, theirs):
    join(cast.ada, "Elm College", at)
    join(cast.aud, theirs, at)
    join(cast.vera, "Oak College", at)

    assert case.bars(cast.aud, at.date()) == ORGANISATION
    assert case.bars(cast.vera, at.date()) == []


def test_an_organisation_bars_for_two_years_after_one_left(case, cast, at):
    join(cast.ada, "Elm", at)
    tie = join(cast.aud, "Elm", at)
    declaring.leave(tie, by=cast.aud, at=at)
    last = years_after(at.date(), BARRED_YEARS)

    assert case.bars(cast.aud, last) == ORGANISATION
    assert case.bars(cast.aud, last + timedelta(days=1)) == []
    with pytest.raises(Refused):
        declaring.leave(tie, by=cast.aud, at=at)


def test_nobody_leaves_for_somebody_else_or_names_one_twice(cast, at):
    tie = join(cast.aud, "Elm", at)

    with pytest.raises(Refused):
        declaring.leave(tie, by=cast.vera, at=at)
    with pytest.raises(Refused):
        join(cast.aud, "elm", at)
    with pytest.raises(Refused):
        join(cast.aud, " .", at)
    assert Affiliation.objects.get().ends_on is None


def relate(person, name, email, at):
    declaring.name_relative(name=name, email=email, kin="sibling", by=person, at=at)


def test_named_family_bars_by_address_or_else_by_name(case, cast, at):
    relate(cast.aud, "ada EXAMPLE", "", at)
    relate(cast.vera, "Ada Example", "another.ada@example.org", at)
    relate(cast.dee, "My little sister", "ADA@example.org", at)
    relate(cast.ada, "Ina Example", "", at)

    bars = {who.called: case.bars(who, at.date()) for who in (cast.aud, cast.vera, cast.dee)}
    assert bars == {"Aud": FAMILY, "Vera": [], "Dee": FAMILY}
    assert case.bars(cast.ina, at.date()) == FAMILY
    assert case.bars(cast.eve, at.date()) == []


def test_an_address_added_later_frees_a_namesake(case, cast, at):
    relate(cast.aud, "Ada Example", "", at)
    relate(cast.aud, "Ada Example", "another.ada@example.org", at)

    assert case.bars(cast.aud, at.date()) == []
    assert cast.aud.relatives.count() == 1
    with pytest.raises(Refused):
        relate(cast.aud, "Me", "aud@example.org", at)
    with pytest.raises(Refused):
        relate(cast.aud, "...", "", at)


def test_a_bond_that_comes_up_stops_the_next_step(cast, small):
    walk = make.walk(cast, to="audit", slug="current-concepts")
    walk.assign(Role.AUDITOR, cast.aud)
    join(cast.ada, "Elm", walk.at)
    join(cast.aud, "Elm", walk.at)

    with pytest.raises(NotIndependent):
        walk.case.move("complete", by=cast.aud, at=walk.at)


# --- Teaching: confirmed, contested, settled ------------------------------------------------------
@pytest.fixture
def relation(cast, at):
    return taught(cast, at)


def taught(cast, at, ends_on=None):
    return teach(teacher=cast.aud, learner=cast.ada, starts_on=date(2026, 1, 1), ends_on=ends_on,
                 provider="", by=cast.ada, at=at)  # fmt: skip


def test_the_other_side_is_told_and_may_contest_but_frees_nobody(case, cast, at, relation):
    letter = Message.objects.get(kind="teaching_declared")
    assert letter.to == cast.aud
    for by in (cast.ada, cast.eve, cast.noor):
        with pytest.raises(Refused):
            declaring.answer_teaching(relation, confirmed=False, note="No.", by=by, at=at)
    with pytest.raises(Refused):
        declaring.answer_teaching(relation, confirmed=False, note=" ", by=cast.aud, at=at)

    declaring.answer_teaching(relation, confirmed=False, note="One talk.", by=cast.aud, at=at)

    assert case.bars(cast.aud, at.date()) == TAUGHT
    assert list(TeachingRelation.objects.to_settle()) == [relation]


@pytest.mark.parametrize("stands", [True, False])
def test_somebody_else_settles_what_is_contested(case, cast, at, relation, stands):
    settle = declaring.settle_teaching
    with pytest.raises(Refused):
        settle(relation, stands=False, note="Early.", by=cast.noor, at=at)
    declaring.answer_teaching(relation, confirmed=False, note="One talk.", by=cast.aud, at=at)
    make_administrator(cast.aud, at)
    for by, note in ((cast.aud, "Mine."), (cast.dee, "No."), (cast.noor, " ")):
        with pytest.raises(Refused):
            settle(relation, stands=False, note=note, by=by, at=at)

    settle(relation, stands=stands, note="Asked both.", by=cast.noor, at=at)

    assert bool(case.bars(cast.aud, at.date())) is stands
    with pytest.raises(Refused):
        settle(relation, stands=True, note="Again.", by=cast.noor, at=at)


def make_administrator(person, at):
    person.grants.create(role=Role.ADMINISTRATOR, starts_on=at.date())


def test_a_side_can_end_teaching_today_and_no_earlier(case, cast, at, relation):
    with pytest.raises(Refused):
        declaring.end_teaching(relation, by=cast.noor, at=at)

    declaring.end_teaching(relation, by=cast.aud, at=at)

    relation.refresh_from_db()
    assert relation.ends_on == at.date()
    assert case.bars(cast.aud, at.date()) == TAUGHT
    with pytest.raises(Refused):
        declaring.end_teaching(relation, by=cast.aud, at=at)


# --- Rosters --------------------------------------------------------------------------------------
HEAD = "learner_email,learner_name,teacher_email,from,until,withdrawn\n"


@pytest.fixture
def provider(db):
    return Provider.objects.create(name="Elm College", recognised_from=date(2020, 1, 1))


def verified(*people):
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )


def take(provider, table, cast, at):
    look = rosters.look_through(provider, name="r.csv", content=(HEAD + table).encode())
    assert look.problems == []
    rosters.take_in(provider, look.rows, by=cast.noor, at=at)
    return look


ROW = "ada@example.org,Ada,Aud@Example.org,2026-01-01,{until},{gone}\n"


def test_a_roster_bars_its_people(case, cast, at, provider):
    verified(cast.ada, cast.aud)

    look = take(provider, ROW.format(until="2026-06-30", gone=""), cast, at)

    assert (look.new, look.changed, look.same, look.known) == (1, 0, 0, 1)
    relation = TeachingRelation.objects.get()
    assert (relation.teacher, relation.learner, relation.provider) == (
        cast.aud,
        cast.ada,
        "Elm College",
    )
    assert case.bars(cast.aud, date(2028, 6, 30)) == TAUGHT
    assert case.bars(cast.aud, date(2028, 7, 1)) == []


def test_the_same_roster_twice_changes_nothing(cast, at, provider):
    verified(cast.ada, cast.aud)
    table = ROW.format(until="", gone="")
    take(provider, table, cast, at)
    letters = Message.objects.count()

    look = take(provider, table, cast, at)

    assert (look.new, look.changed, look.same) == (0, 0, 1)
    assert (RosterRow.objects.count(), TeachingRelation.objects.count()) == (1, 1)
    assert Message.objects.count() == letters


def test_a_later_roster_ends_withdraws_and_leaves_alone(case, cast, at, provider):
    verified(cast.ada, cast.aud)
    take(provider, ROW.format(until="", gone=""), cast, at)

    take(provider, ROW.format(until="2024-01-01".replace("2024", "2026"), gone=""), cast, at)
    assert TeachingRelation.objects.get().ends_on == date(2026, 1, 1)
    take(provider, "x@example.org,,y@example.org,2026-01-01,,\n", cast, at)
    assert case.bars(cast.aud, at.date()) == TAUGHT  # left out is not taken back
    take(provider, ROW.format(until="", gone="yes"), cast, at)
    assert case.bars(cast.aud, at.date()) == []


def test_what_was_found_not_to_be_so_stays_so_when_the_roster_comes_again(cast, at, provider):
    verified(cast.ada, cast.aud)
    take(provider, ROW.format(until="", gone=""), cast, at)
    relation = TeachingRelation.objects.get()
    declaring.answer_teaching(relation, confirmed=False, note="No.", by=cast.aud, at=at)
    declaring.settle_teaching(relation, stands=False, note="True.", by=cast.noor, at=at)

    take(provider, ROW.format(until="2026-05-01", gone=""), cast, at)

    assert TeachingRelation.objects.barring(at.date()).exists() is False


def test_rows_wait_for_people_and_bar_from_the_first_moment(cast, at, provider):
    verified(cast.aud)
    take(provider, "late@example.org,,aud@example.org,2026-01-01,,\n", cast, at)
    assert TeachingRelation.objects.exists() is False

    late = make.person("late")
    theirs = make.application(make.Cast(**{**vars_of(cast), "ada": late}))
    assert theirs.bars(cast.aud, at.date()) == TAUGHT  # nobody has matched them yet
    assert theirs.bars(cast.vera, at.date()) == []
    assert rosters.match(at) == 0  # nobody has shown that the address is theirs
    verified(late)
    assert rosters.match(at) == 1
    User.objects.filter(pk=late.pk).update(email="new@example.org")
    EmailAddress.objects.filter(user=late).update(email="new@example.org")
    assert theirs.bars(cast.aud, at.date()) == TAUGHT  # another address frees nobody
    assert rosters.match(at) == 0


def vars_of(cast):
    return {name: getattr(cast, name) for name in make.Cast.__dataclass_fields__}


def test_a_roster_is_taken_in_by_an_administrator_whom_it_does_not_concern(cast, at, provider):
    table = HEAD + "x@example.org,,noor@example.org,2026-01-01,,\n"
    rows = rosters.look_through(provider, name="r.csv", content=table.encode()).rows

    for by in (cast.aud, cast.dee, cast.noor):
        with pytest.raises(Refused):
            rosters.take_in(provider, rows, by=by, at=at)
    assert RosterRow.objects.exists() is False


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("ada,,b@example.org,2026-01-01,,", "learner_email"),
        (",,b@example.org,2026-01-01,,", "learner_email"),
        ("a@example.org,,,2026-01-01,,", "teacher_email"),
        ("a@example.org,,A@example.org,2026-01-01,,", "teacher_email"),
        ("a@example.org,,b@example.org,1.1.2026,,", "from"),
        ("a@example.org,,b@example.org,,,", "from"),
        ("a@example.org,,b@example.org,2026-02-30,,", "from"),
        ("a@example.org,,b@example.org,2026-01-01,2025-12-31,", "until"),
        ("a@example.org,,b@example.org,2026-01-01,,perhaps", "withdrawn"),
        (f"a@example.org,{'x' * 201},b@example.org,2026-01-01,,", "learner_name"),
        ("a@example.org,,b@example.org,2026-01-01,,\nA@example.org,,b@example.org,2026-01-01", ""),
    ],
)
def test_every_fault_is_told_by_row_and_column(provider, row, column):
    look = rosters.look_through(provider, name="r.csv", content=(HEAD + row + "\n").encode())

    assert column in [problem.column for problem in look.problems]
    assert all(problem.row >= 2 for problem in look.problems)


@pytest.mark.parametrize(
    "table", ["learner_email,from\na@example.org,2026-01-01\n", "a,b,c\n1,2,3\n", ""]
)
def test_a_table_without_its_columns_is_refused(provider, table):
    look = rosters.look_through(provider, name="r.csv", content=table.encode())

    assert look.problems
    assert look.rows == []
