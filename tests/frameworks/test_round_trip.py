"""Export gives back what import takes, byte for byte."""

from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as often
from hypothesis import strategies as st

from frameworks import services
from frameworks.exporting import as_csv, as_xlsx, inert, table
from frameworks.importing import look_through
from frameworks.layout import LONGEST, Kind
from frameworks.models import Edition, Framework
from frameworks.texts import faults, tidy
from tests import make

pytestmark = pytest.mark.django_db
SHIPPED = [
    ("mentor", Kind.STATEMENTS, "mentor_profile.csv"),
    ("mentor", Kind.STATEMENTS_FR, "fr/mentor_profile_fr.csv"),
    ("journey", Kind.STATEMENTS, "journey_profile.csv"),
    ("journey", Kind.STATEMENTS_FR, "fr/journey_profile_fr.csv"),
    ("center-competencies", Kind.STATEMENTS, "core_competencies.csv"),
]


def take(edition, kind, content, *, name="table.csv", by) -> None:
    found = look_through(edition, kind, name=name, content=content)
    assert found.problems == []
    pending = services.keep(edition, found, kind=kind, name=name, by=by, at=make.NOON)
    services.take_in(pending, by=by, at=make.NOON)


def csv_of(edition, kind) -> bytes:
    return as_csv(*table(Edition.objects.get(pk=edition.pk), kind))


@pytest.mark.parametrize(("key", "kind", "file"), SHIPPED)
def test_a_shipped_table_comes_out_as_it_went_in(key, kind, file):
    shipped = Edition.objects.get(framework__key=key)

    assert csv_of(shipped, kind) == (Path(settings.BASE_DIR) / "fixtures" / file).read_bytes()


@pytest.mark.parametrize(("key", "kind", "file"), SHIPPED)
def test_a_shipped_table_goes_into_a_draft_and_out_again(key, kind, file, noor):
    framework = Framework.objects.get(key=key)
    draft = services.draft(framework, label="2027.1", by=noor, at=make.NOON)
    content = (Path(settings.BASE_DIR) / "fixtures" / file).read_bytes()

    take(draft, kind, content, by=noor)

    assert csv_of(draft, kind) == content


def test_columns_come_out_in_the_order_in_which_they_came(draft, noor):
    columns, rows = table(draft, Kind.STATEMENTS)
    turned = [list(reversed(row)) for row in (columns, *rows)]
    content = as_csv(turned[0], turned[1:])

    take(draft, Kind.STATEMENTS, content, by=noor)

    assert csv_of(draft, Kind.STATEMENTS) == content


@pytest.mark.parametrize("kind", Kind.values)
def test_a_spreadsheet_takes_the_same_words_there_and_back(draft, noor, kind):
    before = csv_of(draft, kind)
    book = as_xlsx(*table(draft, kind), kind)

    take(draft, kind, book, name="t.xlsx", by=noor)

    assert csv_of(draft, kind) == before


def text(column: str, smallest: int = 1):
    """Anything that an import takes: commas, quotes, accents, other scripts."""
    letters = st.characters(exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
    return (
        st.text(letters, min_size=smallest, max_size=40)
        .map(tidy)
        .filter(lambda said: len(said) >= smallest and not list(faults(said, LONGEST[column])))
    )


YES_NO = st.sampled_from(["yes", "no"])
ROW = st.tuples(
    st.sampled_from(["M1", "M2", "M9"]),
    text("action"),
    text("outcome"),
    text("concept_prompt", 0),
    text("practice_prompt", 0),
    text("attitude", 0),
    YES_NO,
    YES_NO,
    YES_NO,
)


@often(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_whatever_goes_in_comes_out(draft, noor, rows):
    fresh = Edition.objects.get(pk=draft.pk)
    columns, _shipped = table(fresh, Kind.STATEMENTS)
    titles = {row[0]: row[2] for row in table(fresh, Kind.AREAS)[1]}
    lines = [[f"X{number}", area, titles[area], *rest] for number, (area, *rest) in enumerate(rows)]
    content = as_csv(columns, lines)

    take(fresh, Kind.STATEMENTS, content, by=noor)

    assert csv_of(draft, Kind.STATEMENTS) == content


@pytest.mark.parametrize("sign", "=+-@")
def test_words_that_came_by_another_way_still_come_out_inert(sign):
    assert inert(f"{sign}1+1") == f"'{sign}1+1"
    assert inert("so that 1+1=2") == "so that 1+1=2"
