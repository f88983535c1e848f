"""What a published edition asks for is as fixed as its words: plain SQL does not get round it."""

import pytest
from django.db import DatabaseError, connection, transaction

from certificates.models import Requirement
from frameworks import services
from frameworks.models import Edition, Framework
from tests import make

pytestmark = pytest.mark.django_db
REFUSED = "what a published edition asks for never changes"


@pytest.fixture
def published():
    return Edition.objects.get(framework__key="mentor", label="2026.1")


@pytest.fixture
def draft(noor):
    mentor = Framework.objects.get(key="mentor")
    return services.draft(mentor, label="2027.1", by=noor, at=make.NOON)


def asked_of(edition):
    asked = Requirement.objects.filter(statement__edition=edition, task="", facet="practice")
    return asked.order_by("pk").first()


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


CHANGE = "UPDATE certificates_requirement SET task = 'Sing' WHERE id = %s"
DROP = "DELETE FROM certificates_requirement WHERE id = %s"
CARRY = "UPDATE certificates_requirement SET statement_id = %s WHERE id = %s"
ADD = (
    "INSERT INTO certificates_requirement"
    " (tier_id, statement_id, facet, task, what_to_bring, passes_when)"
    " SELECT tier_id, %s, 'concept', '', '', '' FROM certificates_requirement WHERE id = %s"
)


@pytest.mark.parametrize("sql", [CHANGE, DROP])
def test_what_a_published_edition_asks_for_stays(published, sql):
    one = asked_of(published)

    with pytest.raises(DatabaseError, match=REFUSED):
        run(sql, one.pk)

    one.refresh_from_db()
    assert one.task == ""


def test_nothing_more_is_asked_of_a_published_edition(published):
    recognised = Requirement.objects.filter(tier__slug="2021-recognition", facet="concept")
    asked = recognised.values("statement")
    left_out = published.statements.exclude(pk__in=asked).first()
    before = Requirement.objects.count()

    with pytest.raises(DatabaseError, match=REFUSED):
        run(ADD, left_out.pk, recognised.first().pk)

    assert Requirement.objects.count() == before


def test_nothing_is_carried_into_a_published_edition_or_out_of_it(published, draft):
    theirs, ours = asked_of(published), asked_of(draft)

    for one, other in ((theirs, ours), (ours, theirs)):
        with pytest.raises(DatabaseError, match=REFUSED):
            run(CARRY, other.statement_id, one.pk)


def test_a_draft_is_free_until_it_is_published(draft, noor):
    one = asked_of(draft)
    run(CHANGE, one.pk)
    one.refresh_from_db()
    assert one.task == "Sing"

    services.publish(draft, sample=True, fallback=True, by=noor, at=make.NOON)

    with pytest.raises(DatabaseError, match=REFUSED):
        run(DROP, one.pk)
