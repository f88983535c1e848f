"""The shipped content: how much there is, that loading twice is loading once, and bad tables."""

import csv
import re
import shutil
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.db.models import Count, Q

from applicants.models import Prompt
from awards.models import (
    AwardRule,
    AwardScheme,
    Band,
    ScoreLevel,
    ScoringRule,
    Standard,
    Step,
    SurveyQuestion,
)
from awards.models import Criterion as AwardCriterion
from certificates.models import Facet, Requirement, Scheme, Tier
from certificates.steps import RenewalStep
from frameworks.models import (
    Approach,
    Area,
    AreaText,
    Crosswalk,
    Edition,
    Framework,
    GuideQuestion,
    ScaleLevel,
    Statement,
    StatementText,
    Term,
)
from imc_portal.content.loading import load
from imc_portal.content.reader import BadContent
from notices.models import BodyFact, LetterText
from notices.texts import placeholders
from portfolios.rulebook import AuditRule
from portfolios.rulebook import Criterion as AuditCriterion
from register.models import Page
from tests.make import NOON

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures"
LOADED = [
    AuditCriterion, AuditRule, Approach, Area, AreaText, AwardCriterion, AwardRule, AwardScheme,
    Band, BodyFact, Crosswalk,
    Edition, Framework, GuideQuestion, LetterText, Page, Prompt, RenewalStep, Requirement,
    ScaleLevel, Scheme, ScoreLevel, ScoringRule, Standard, Statement, StatementText, Step,
    SurveyQuestion, Term,
    Tier,
]  # fmt: skip
CENTER = "edition 2026.1 of center-competencies"
JOURNEY = "edition 2026.1 of journey"
MENTOR = "edition 2026.1 of mentor"
OTHER = "2021-recognition asks for something else"
MISSING = "kind, generation, issuer, administered_by, summary"
FROZEN = "is published and cannot change; give it a new label in editions.csv"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the shipped tables, to break."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "fixtures"))


def everything() -> dict:
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in LOADED}


def change(folder: Path, file: str, row: int, **cells: str) -> None:
    """Write other words into a row of a table; row 1 is the heading."""
    with (folder / file).open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    rows[row - 2] |= cells
    write(folder / file, rows)


def add(folder: Path, file: str, **cells: str) -> None:
    """Another row like the last one."""
    with (folder / file).open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    write(folder / file, [*rows, rows[-1] | cells])


def write(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def problems(folder: Path) -> list[str]:
    with pytest.raises(BadContent) as bad:
        load(folder, at=NOON)
    return [str(problem) for problem in bad.value.problems]


def refused():
    return pytest.raises(DatabaseError, match="a published edition never changes")


# --- How much there is ------------------------------------------------------------------------
def test_statements_are_as_many_as_published():
    counts = Edition.objects.annotate(n=Count("statements")).values_list("framework__key", "n")

    assert dict(counts) == {"mentor": 72, "journey": 40, "center-competencies": 77}


def test_areas_are_as_many_as_published():
    counts = Edition.objects.annotate(n=Count("areas")).values_list("framework__key", "n")

    assert dict(counts) == {"mentor": 9, "journey": 8, "center-competencies": 9}


def test_center_areas_have_their_published_sizes():
    areas = Area.objects.filter(edition__framework__key="center-competencies")

    sizes = areas.annotate(n=Count("statements")).order_by("position").values_list("n", flat=True)

    assert list(sizes) == [9, 8, 10, 11, 9, 8, 8, 8, 6]


def test_every_tier_asks_for_what_the_catalogue_promises():
    counts = Tier.objects.annotate(
        concepts=Count("requirements", filter=Q(requirements__facet=Facet.CONCEPT)),
        practices=Count("requirements", filter=Q(requirements__facet=Facet.PRACTICE)),
    ).values_list("slug", "concepts", "practices")

    assert set(counts) == {
        ("2021-recognition", 30, 3),
        ("2021-concepts", 72, 5),
        ("2021-practice", 72, 72),
        ("2021-journey", 40, 40),
        ("current-concepts", 72, 0),
        ("current-practice", 72, 72),
        ("current-journey", 40, 40),
    }


def test_starter_practices_carry_their_tasks():
    tasks = Requirement.objects.exclude(task="").values_list("tier__slug", "facet")

    assert (
        sorted(tasks)
        == [("2021-concepts", "practice")] * 5 + [("2021-recognition", "practice")] * 3
    )


def test_tiers_know_their_route_term_and_relations():
    rows = Tier.objects.filter(scheme__key="imc-current").order_by("rank")

    assert list(
        rows.values_list("level", "route", "years_valid", "requires", "nests", "renews_with")
    ) == [
        ("concepts", "written_audit", None, "", "", ""),
        ("practice", "verification", 2, "", "concepts", ""),
        ("journey", "verification", 2, "practice", "", "practice"),
    ]


def test_current_concepts_promises_no_practices():
    tier = Tier.objects.get(slug="current-concepts")

    assert tier.summary == (
        "A written check of your knowledge of every concept in the Mentor profile."
    )


def test_crosswalk_reaches_every_indicator():
    assert Crosswalk.objects.count() == 95
    assert Crosswalk.objects.values("indicator").distinct().count() == 77


def test_awards_have_six_standards_and_22_criteria():
    sizes = (
        Standard.objects.annotate(n=Count("criteria"))
        .order_by("position")
        .values_list("n", flat=True)
    )

    assert list(sizes) == [3, 4, 4, 4, 3, 4]
    assert AwardCriterion.objects.count() == 22


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (AuditCriterion, 3), (AuditRule, 3), (Approach, 9), (Term, 27), (GuideQuestion, 87),
        (ScaleLevel, 10), (Prompt, 30), (RenewalStep, 10), (Scheme, 2), (Tier, 7), (Page, 28),
        (AreaText, 17), (StatementText, 112), (ScoreLevel, 5), (ScoringRule, 10), (Band, 4),
        (Step, 11), (AwardScheme, 2), (AwardRule, 9), (SurveyQuestion, 8),
    ],
)  # fmt: skip
def test_content_is_complete(model, count):
    assert model.objects.count() == count


def test_the_shipped_letters_are_49():
    with (FIXTURES / "emails.csv").open(encoding="utf-8", newline="") as table:
        kinds = {row["key"] for row in csv.DictReader(table)}

    assert len(kinds) == 49
    assert LetterText.objects.filter(kind__in=kinds, language="en").count() == 49


def test_every_table_has_the_rows_that_the_manifest_names():
    with (FIXTURES / "manifest.csv").open(encoding="utf-8", newline="") as table:
        promised = {row["file"]: int(row["rows"]) for row in csv.DictReader(table)}

    counted = {}
    for file in promised:
        with (FIXTURES / file).open(encoding="utf-8", newline="") as table:
            counted[file] = sum(1 for _ in csv.DictReader(table))

    assert counted == promised


def test_editions_are_published_samples():
    rows = Edition.objects.values_list("label", "sample", "framework__publisher")

    assert sorted(rows) == [
        ("2026.1", True, "International Mentoring Center"),
        ("2026.1", True, "International Mentoring Community"),
        ("2026.1", True, "International Mentoring Community"),
    ]
    assert not Edition.objects.filter(published_at=None).exists()


def test_the_issuer_is_the_community():
    facts = BodyFact.objects.values_map()

    assert facts["issuer_name"] == "International Mentoring Community"
    assert facts["signatory_1_name"] == ""


# --- Placeholders -----------------------------------------------------------------------------
def test_every_placeholder_of_every_text_is_listed():
    with (FIXTURES / "placeholders.csv").open(encoding="utf-8", newline="") as table:
        listed = {row["key"] for row in csv.DictReader(table)}
    texts = [
        *LetterText.objects.values_list("subject", flat=True),
        *LetterText.objects.values_list("body", flat=True),
        *Page.objects.values_list("body", flat=True),
        *Page.objects.values_list("title", flat=True),
    ]

    assert {word for text in texts for word in placeholders(text)} - listed == set()


def test_pages_ask_only_for_facts_of_the_body():
    facts = set(BodyFact.objects.values_list("key", flat=True))
    pages = Page.objects.exclude(slug="check-a-certificate")  # its verdicts are shown live

    assert {word for page in pages for word in placeholders(page.body)} - facts == set()


# --- Loading again ----------------------------------------------------------------------------
def test_second_load_changes_nothing():
    before = everything()

    report = load(FIXTURES, at=NOON)

    assert report.is_quiet
    assert everything() == before


def test_command_says_that_everything_was_there():
    out = StringIO()

    call_command("load_content", stdout=out)

    assert out.getvalue().splitlines()[-1] == "Everything was there already."


def test_check_writes_nothing():
    Prompt.objects.filter(code="AP1").update(text="Something else?")
    out = StringIO()

    call_command("load_content", "--check", stdout=out)

    assert Prompt.objects.get(code="AP1").text == "Something else?"
    assert "applicants.Prompt: 1 changed, 29 as they were" in out.getvalue().splitlines()
    assert out.getvalue().splitlines()[-1] == "This was a check: nothing was written."


def test_quiet_command_says_nothing():
    out = StringIO()

    call_command("load_content", verbosity=0, stdout=out)

    assert out.getvalue() == ""


def test_changed_reference_row_is_changed_back():
    Prompt.objects.filter(code="AP1").update(text="Something else?")

    report = load(FIXTURES, at=NOON)

    assert report.changed == {"applicants.Prompt": 1}
    assert Prompt.objects.get(code="AP1").text.startswith("Which three to five statements")


def test_words_of_the_staff_are_kept():
    LetterText.objects.filter(kind="welcome", language="en").update(subject="Hello there")
    Page.objects.filter(slug="faq", language="en").update(body="Ask us.")
    BodyFact.objects.filter(key="ack_days").update(value="7")

    report = load(FIXTURES, at=NOON)

    assert LetterText.objects.get(kind="welcome", language="en").subject == "Hello there"
    assert Page.objects.get(slug="faq", language="en").body == "Ask us."
    assert BodyFact.objects.get(key="ack_days").value == "7"
    assert "register.Page: 27 as they were, 1 kept in the words of the staff" in report.lines()


def test_missing_letter_comes_back():
    LetterText.objects.filter(kind="welcome").delete()

    load(FIXTURES, at=NOON)

    assert LetterText.objects.filter(kind="welcome").count() == 2


# --- Published means fixed --------------------------------------------------------------------
def test_database_refuses_to_change_a_published_statement():
    statement = Statement.objects.get(code="M1.1")

    with refused(), transaction.atomic():
        Statement.objects.filter(pk=statement.pk).update(action="Do as you like")


def test_database_refuses_to_remove_a_published_area():
    area = Area.objects.get(code="C9")

    with refused(), transaction.atomic():
        Area.objects.filter(pk=area.pk)._raw_delete("default")


def test_database_refuses_to_add_to_a_published_edition():
    area = Area.objects.get(code="M1")

    with refused(), transaction.atomic():
        Statement.objects.create(
            edition=area.edition, area=area, code="M1.99", position=99, action="a", outcome="b"
        )


def test_draft_edition_still_changes():
    framework = Framework.objects.get(key="mentor")
    edition = Edition.objects.create(framework=framework, label="draft")
    area = Area.objects.create(edition=edition, code="X", title="X", position=1)

    Area.objects.filter(pk=area.pk).update(title="Y")

    assert Area.objects.get(pk=area.pk).title == "Y"


def test_other_words_for_a_published_edition_are_a_problem(folder):
    change(folder, "mentor_profile.csv", 2, action="Do as you like")
    change(folder, "areas.csv", 3, plain_title="Be good")
    change(folder, "fr/mentor_profile_fr.csv", 4, outcome_fr="autre chose")
    before = everything()

    found = problems(folder)

    assert found == [
        f"areas.csv, row 3, area_code: edition 2026.1 of mentor {FROZEN}",
        f"fr/mentor_profile_fr.csv, row 4, code: edition 2026.1 of mentor {FROZEN}",
        f"mentor_profile.csv, row 2, action: edition 2026.1 of mentor {FROZEN}",
    ]
    assert everything() == before


def test_moved_statement_and_other_french_of_a_published_edition_are_problems(folder):
    change(folder, "mentor_profile.csv", 2, area_code="M2")
    change(folder, "fr/areas_fr.csv", 2, area_title_fr="Autre chose")

    assert problems(folder) == [
        f"fr/areas_fr.csv, row 2, area_code: {MENTOR} {FROZEN}",
        f"mentor_profile.csv, row 2, code: {MENTOR} {FROZEN}",
    ]


def test_more_of_a_published_edition_is_a_problem(folder):
    add(folder, "areas.csv", area_code="J9", position="18")
    add(folder, "fr/areas_fr.csv", area_code="J9")
    add(folder, "journey_profile.csv", code="J9.1", area_code="J9")
    add(folder, "fr/journey_profile_fr.csv", code="J9.1")
    path = folder / "scheme_tiers.csv"
    words = path.read_text(encoding="utf-8")
    path.write_text(words.replace(",40,40,", ",41,41,"), encoding="utf-8")

    assert problems(folder) == [
        f"areas.csv, row 19, area_code: {JOURNEY} {FROZEN}",
        f"journey_profile.csv, row 42, code: {JOURNEY} {FROZEN}",
    ]


def test_sample_does_not_become_approved_by_loading(folder):
    change(folder, "editions.csv", 3, sample="no")

    assert problems(folder) == [f"editions.csv, row 3, sample: {JOURNEY} {FROZEN}"]


def test_statement_left_out_of_a_published_edition_is_a_problem(folder):
    path = folder / "crosswalk.csv"
    with path.open(encoding="utf-8", newline="") as table:
        write(path, [row for row in csv.DictReader(table) if row["indicator_code"] != "C9.6"])
    path = folder / "core_competencies.csv"
    with path.open(encoding="utf-8", newline="") as table:
        write(path, [row for row in csv.DictReader(table) if row["code"] != "C9.6"])

    found = problems(folder)

    assert found == [
        f"editions.csv, row 4, label: C9.6 is missing: {CENTER} {FROZEN}",
    ]


def test_other_task_of_a_published_edition_is_a_problem(folder):
    change(folder, "starter_practice_tasks.csv", 2, task="Sing a song")

    assert problems(folder) == [
        f"scheme_tiers.csv, row 2, tier_key: {OTHER}: {MENTOR} {FROZEN}",
    ]


def test_new_label_publishes_new_words_beside_the_old(folder):
    change(folder, "mentor_profile.csv", 2, action="Write a learning plan")
    change(folder, "editions.csv", 2, label="2027.1", in_force_from="2027-01-01")

    load(folder, at=NOON)

    words = Statement.objects.filter(code="M1.1").order_by("edition__label")
    assert words[0].action.startswith("Write a learning plan for your own mentoring")
    assert words[1].action == "Write a learning plan"
    assert Framework.objects.get(key="mentor").edition_at(NOON).label == "2026.1"
    assert words[1].asked_by.filter(tier__slug="2021-recognition").count() == 1


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("America/Toronto", datetime(2027, 1, 1, 5, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 12, 31, 11, tzinfo=UTC)),
    ],
)
def test_an_edition_comes_into_force_when_the_bodys_day_begins(folder, settings, zone, moment):
    settings.TIME_ZONE = zone
    change(folder, "editions.csv", 2, label="2027.1", in_force_from="2027-01-01")

    load(folder, at=NOON)

    mentor = Framework.objects.get(key="mentor")
    assert mentor.edition_at(moment).label == "2027.1"
    assert mentor.edition_at(moment - timedelta(seconds=1)).label == "2026.1"


def test_a_new_certificate_needs_a_new_edition_of_what_it_asks_for(folder):
    new = Tier.objects.filter(slug="current-concepts")
    new.update(slug="current-recognition", level="recognition")
    before = everything()

    asks = "current-concepts asks for something else"
    assert problems(folder) == [f"scheme_tiers.csv, row 6, tier_key: {asks}: {MENTOR} {FROZEN}"]
    assert everything() == before


# --- Bad tables -------------------------------------------------------------------------------
def test_every_broken_row_is_reported_with_its_place(folder):
    change(folder, "mentor_profile.csv", 2, action="", recognition="perhaps")
    change(folder, "mentor_profile.csv", 3, code="M1.1", area_code="M77")
    change(folder, "scheme_tiers.csv", 4, recertification_years="two", concept_statements="71")
    change(folder, "glossary.csv", 5, term="x" * 81)
    change(folder, "crosswalk.csv", 3, statement_code="M99.9", link="maybe")
    change(folder, "rating_scale.csv", 2, value="9")
    change(folder, "emails.csv", 2, body="Hello {shoe_size}")
    change(folder, "recertification.csv", 2, applies_to="practice; swimming")
    before = everything()

    found = problems(folder)

    assert found == [
        "crosswalk.csv, row 3, link: “maybe” is none of: direct, partial",
        "crosswalk.csv, row 3, statement_code: there is no statement “M99.9”",
        "crosswalk.csv, row 7, statement_code: there is no statement “M1.2”",
        "crosswalk.csv, row 39, statement_code: there is no statement “M1.2”",
        "emails.csv, row 2, body: {shoe_size} is not listed in placeholders.csv",
        "fr/mentor_profile_fr.csv, row 3, code: there is no statement “M1.2”",
        "glossary.csv, row 5, term: has 81 characters, 80 fit",
        "mentor_profile.csv, row 2, action: is empty",
        "mentor_profile.csv, row 2, recognition: “perhaps” is none of: yes, no",
        "mentor_profile.csv, row 3, area_code: there is no area “M77”",
        "mentor_profile.csv, row 3, code: “M1.1” stands in row 2 already",
        "rating_scale.csv, row 2, value: 9 is not between 0 and 4",
        "recertification.csv, row 2, applies_to: there is no tier “swimming”",
        "scheme_tiers.csv, row 2, concept_statements: says 30, the profile marks 29",
        "scheme_tiers.csv, row 4, concept_statements: says 71, the profile marks 72",
        "scheme_tiers.csv, row 4, recertification_years: “two” is not a whole number",
    ]
    assert everything() == before


def test_tables_that_cannot_be_read_are_reported(folder):
    (folder / "glossary.csv").unlink()
    (folder / "areas.csv").write_bytes(b"area_code\xff")
    (folder / "award_bands.csv").write_text("", encoding="utf-8")
    (folder / "schemes.csv").write_text("key,name\nx,y\n", encoding="utf-8")
    (folder / "audit_decisions.csv").write_text(
        "code,decision,rule,what_the_applicant_sees\npass,Pass\n", encoding="utf-8"
    )
    (folder / "programme_scoring.csv").write_text(
        'score,label,anchor,typical_evidence\n0,"Absent', encoding="utf-8"
    )

    found = problems(folder)

    assert [line for line in found if "there is no" not in line and "profile" not in line] == [
        "areas.csv: the file is not written in UTF-8",
        "audit_decisions.csv, row 2: 2 cells, not 4",
        "award_bands.csv: there are no rows in it",
        "glossary.csv: the file is missing",
        "programme_scoring.csv, row 2: cannot be read from here on (unexpected end of data)",
        f"schemes.csv, row 1, {MISSING}: the column is missing",
        "schemes.csv, row 1, status_note: the column is missing",
    ]


@pytest.mark.parametrize(
    ("file", "row", "cells", "problem"),
    [
        ("editions.csv", 2, {"in_force_from": "soon"},
         "editions.csv, row 2, in_force_from: “soon” is not a day such as 2026-01-31"),
        ("editions.csv", 2, {"in_force_from": ""},
         "editions.csv, row 2, in_force_from: is empty"),
        ("award_bands.csv", 2, {"key": "go ld"},
         "award_bands.csv, row 2, key: “go ld” may hold letters, digits, - and _ only"),
        ("award_bands.csv", 2, {"min_percent": ""},
         "award_bands.csv, row 2, min_percent: is empty"),
        ("crosswalk.csv", 3, {"indicator_code": "C1.1", "statement_code": "M1.1"},
         "crosswalk.csv, row 3, statement_code: C1.1 and M1.1 are linked already"),
        ("programme_standards.csv", 3, {"standard_title": "Other"},
         "programme_standards.csv, row 3, standard_title: S1 is called “Clear purpose” further up"),
        ("scheme_tiers.csv", 6, {"tier_key": "practice", "practice_statements": "72"},
         "scheme_tiers.csv, row 7, tier_key: imc-current offers “practice” already"),
        ("scheme_tiers.csv", 2, {"tier_key": "swimming"},
         "scheme_tiers.csv, row 2, tier_key: there is no tier “swimming”"),
        ("starter_practice_tasks.csv", 3, {"code": "M1.3"},
         "starter_practice_tasks.csv, row 3, code: “M1.3” has a task already"),
        ("starter_practice_tasks.csv", 3, {"code": "M9.9"},
         "starter_practice_tasks.csv, row 3, code: there is no practice of this tier “M9.9”"),
        ("tiers.csv", 2, {"profile": "sailor"},
         "scheme_tiers.csv, row 2, tier_key: there is no profile “sailor”"),
        ("placeholders.csv", 2, {"key": "ack_weeks"},
         "placeholders.csv, key: there is no row for “ack_days”"),
        ("emails_portal.csv", 2, {"key": "welcome"},
         "emails_portal.csv, row 2, key: “welcome” stands in emails.csv already"),
        ("glossary.csv", 2, {"meaning": "a\0b"}, None),
    ],
)  # fmt: skip
def test_broken_row_is_reported(folder, file, row, cells, problem):
    change(folder, file, row, **cells)
    before = everything()

    found = problems(folder)

    assert problem is None or problem in found
    assert everything() == before


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("## page: faq", "## page: home",
         r"site_copy.md, row \d+: the page “home” stands further up already"),
        ("Title: Questions and answers\n", "",
         r"site_copy.md, row \d+, Title: the page “faq” has none"),
        ("{grace_days} days", "{shoe_size} days",
         r"site_copy.md, row \d+, text: {shoe_size} is not listed in placeholders.csv"),
        ("Title: Questions and answers", "Title: " + "x" * 201,
         r"site_copy.md, row \d+, Title: has 201 characters, 200 fit"),
        ("## page: ", "## leaf: ", r"site_copy.md: there is no page in it"),
    ],
)  # fmt: skip
def test_broken_page_is_reported(folder, old, new, problem):
    path = folder / "site_copy.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    found = problems(folder)

    assert [bool(re.fullmatch(problem, line)) for line in found] == [True]


def test_missing_edition_row_is_reported(folder):
    path = folder / "editions.csv"
    with path.open(encoding="utf-8", newline="") as table:
        write(path, [row for row in csv.DictReader(table) if row["key"] == "center-competencies"])

    found = problems(folder)

    assert found[:1] != []
    assert {"editions.csv, key: there is no row for “mentor”",
            "editions.csv, key: there is no row for “journey”"} <= set(found)  # fmt: skip


def test_command_names_every_problem_and_fails(folder):
    change(folder, "glossary.csv", 2, term="")
    change(folder, "glossary.csv", 3, meaning="")
    err = StringIO()

    with pytest.raises(CommandError, match=r"^2 problems\. Nothing was loaded\.$") as failed:
        call_command("load_content", "--folder", str(folder), stderr=err)

    assert failed.value.returncode == 1
    assert err.getvalue().splitlines() == [
        "glossary.csv, row 2, term: is empty",
        "glossary.csv, row 3, meaning: is empty",
    ]


def test_portal_letters_are_optional(folder):
    (folder / "emails_portal.csv").unlink()

    assert load(folder, at=NOON).is_quiet
