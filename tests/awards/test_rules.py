"""Points and bands: whole numbers, compared as fractions, never rounded up."""

import csv
import shutil

import pytest
from django.conf import settings

from awards.models import AwardScheme
from awards.rules import BandRules, Kind, Rule, Score, Terms, judge, lifts
from imc_portal.content.loading import load
from imc_portal.content.reader import BadContent
from tests.make import NOON


def overall(need: int) -> tuple[Rule, ...]:
    return (Rule(Kind.OVERALL, need, 100),)


BANDS = (
    BandRules("gold", "Gold", overall(95)),
    BandRules("silver", "Silver", overall(90)),
    BandRules("bronze", "Bronze", overall(85)),
)


def one(points: int, most: int) -> list[Score]:
    return [Score("S1.1", "S1", points, most)]


def many(*points: int, standard: str = "S1") -> list[Score]:
    return [Score(f"{standard}.{n}", standard, p, 4) for n, p in enumerate(points, start=1)]


@pytest.mark.parametrize(
    ("points", "most", "band", "percent"),
    [
        (8499, 10_000, "", "84.99"),
        (85, 100, "bronze", "85"),
        (8999, 10_000, "bronze", "89.99"),
        (90, 100, "silver", "90"),
        (9499, 10_000, "silver", "94.99"),
        (95, 100, "gold", "95"),
        (100, 100, "gold", "100"),
        (17, 20, "bronze", "85"),
        (339, 400, "", "84.75"),
        (340, 400, "bronze", "85"),
        (849_999, 1_000_000, "", "84.99"),
        (74, 88, "", "84.09"),
        (75, 88, "bronze", "85.22"),
        (79, 88, "bronze", "89.77"),
        (80, 88, "silver", "90.9"),
        (84, 88, "gold", "95.45"),
        (0, 0, "", "0"),
    ],
)
def test_a_band_begins_at_the_exact_fraction(points, most, band, percent):
    verdict = judge(one(points, most), BANDS)

    assert (verdict.band, verdict.percent) == (band, percent)


def test_the_arithmetic_can_be_shown():
    (_gold, (check,)), *_others = judge(one(81, 88), BANDS).checks

    assert (check.left, check.right, check.passed, check.least) == (8100, 8360, False, 84)


def test_each_standard_has_to_reach_its_minimum():
    rules = (*overall(50), Rule(Kind.STANDARD, 75, 100))
    bands = [BandRules("passed", "Passed", rules)]

    weak = [*many(4, 4, 4), *many(4, 1, standard="S2")]
    strong = [*many(4, 4, 4), *many(4, 2, standard="S2")]

    assert (judge(weak, bands).band, judge(strong, bands).band) == ("", "passed")
    failed = [check.about for check in judge(weak, bands).checks[0][1] if not check.passed]
    assert failed == ["S2"]


@pytest.mark.parametrize(("points", "band"), [((3, 3, 3, 2), "passed"), ((4, 4, 2, 2), "")])
def test_n_of_m_counts_criteria_and_not_points(points, band):
    bands = [BandRules("passed", "Passed", (Rule(Kind.COUNT, 3, 4, level=3),))]

    assert judge(many(*points), bands).band == band


def test_n_of_m_keeps_its_share_where_a_criterion_is_left_out():
    bands = [BandRules("passed", "Passed", (Rule(Kind.COUNT, 3, 4, level=3),))]

    assert judge(many(3, 3, 2), bands).band == ""  # 2 of 3 is less than 3 of 4
    assert judge(many(3, 3, 3), bands).band == "passed"


def test_a_band_without_rules_is_never_reached():
    assert judge(one(4, 4), [BandRules("free", "Free", ())]).band == ""


def test_what_reaches_a_better_band_alone_is_named_first():
    scores = [*many(4, 4, 4, 4, 4, 4, 4, 3), *many(3, 0, standard="S2")]  # 34 of 40
    bands = [BandRules("gold", "Gold", overall(95)), *BANDS[1:]]

    found = lifts(scores, bands)

    assert [(lift.code, lift.gain, lift.label) for lift in found] == [
        ("S2.2", 4, "Gold"),
        ("S1.8", 1, ""),
        ("S2.1", 1, ""),
    ]


def test_terms_survive_being_kept_as_data():
    terms = Terms("x", "X", 3, True, False, 2, 1, 2, BANDS)

    assert Terms.from_data(terms.as_data()) == terms


# --- Schemes are data ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_shipped_schemes_have_their_bands_best_first():
    ismpe = AwardScheme.objects.get(key="ismpe").terms()
    ismcp = AwardScheme.objects.get(key="ismcp").terms()

    assert [(b.label, b.rules[0].need) for b in ismpe.bands] == [
        ("Gold", 95),
        ("Silver", 90),
        ("Bronze", 85),
    ]
    assert (ismpe.full_cycle, ismpe.verbal) == (False, False)
    assert (ismcp.full_cycle, ismcp.verbal) == (True, True)
    assert {rule.kind for band in ismcp.bands for rule in band.rules} == {"overall", "standard"}


def add_row(folder, name: str, **cells: str) -> None:
    path = folder / name
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    with path.open("a", encoding="utf-8", newline="") as table:
        csv.DictWriter(table, rows[0]).writerow(rows[-1] | cells)


@pytest.mark.django_db
def test_a_third_scheme_is_two_rows_of_a_table(tmp_path):
    folder = shutil.copytree(settings.BASE_DIR / "fixtures", tmp_path / "fixtures")
    add_row(folder, "programme_schemes.csv", key="campus", title="Campus", full_cycle="no")
    add_row(
        folder, "programme_rules.csv",
        scheme="campus", band="bronze", kind="count", need="18", of="22", level="3",
    )  # fmt: skip

    load(folder, at=NOON)

    terms = AwardScheme.objects.get(key="campus").terms()
    assert judge(many(*[3] * 18, *[0] * 4), terms.bands).label == "Bronze"
    assert judge(many(*[3] * 17, *[2] * 5), terms.bands).label == ""


@pytest.mark.django_db
def test_a_rule_that_nobody_can_meet_is_reported(tmp_path):
    folder = shutil.copytree(settings.BASE_DIR / "fixtures", tmp_path / "fixtures")
    add_row(folder, "programme_rules.csv", need="101", of="100")

    with pytest.raises(BadContent) as caught:
        load(folder, at=NOON, check=True)

    assert [str(problem) for problem in caught.value.problems] == [
        "programme_rules.csv, row 11, need: 101 of 100 can never be reached"
    ]
