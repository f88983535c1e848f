"""Issuing, what the database guards, renewal dates, who sees a certificate."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from applicants.models import Decision
from certificates.dates import end_of
from certificates.lifecycle import NotPossible
from certificates.models import Certificate, CertificateEvent, Facet, Visibility
from certificates.numbers import tidy
from certificates.papers import Drawing
from certificates.renewal import GRACE_DAYS, may_renew, next_end, opens_on
from certificates.services import Award, issue, show
from certificates.status import Kind, Status
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


def noon(day):
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)


def test_a_certificate_says_what_was_decided(ada, award, at):
    certificate = award(ada)

    assert tidy(certificate.number) == certificate.number
    assert len(certificate.public_id) >= 20
    assert (certificate.awarded_on, certificate.expires_on) == (date(2026, 9, 1), date(2028, 9, 1))
    assert (certificate.term, certificate.anchor_on) == (1, date(2026, 9, 1))
    assert certificate.visibility == Visibility.LINK
    said = certificate.snapshot
    assert (said["holder"], said["number"]) == ("Ada Example", certificate.number)
    assert said["scope_detail"].startswith("72 concepts and 72 practices")
    assert said["also"] == "Certificate of Competence (Mentor)"
    assert said["sample"] is True
    assert said["check_url"].endswith(f"/c/{certificate.public_id}/")
    assert list(certificate.events.values_list("kind", flat=True)) == [Kind.ISSUED]
    assert sorted(certificate.drawings.values_list("paper", flat=True)) == ["a4", "letter"]


def test_what_does_not_expire_has_no_end(ada, award):
    certificate = award(ada, "2021-recognition")

    assert (certificate.expires_on, next_end(certificate)) == (None, None)
    assert certificate.snapshot["valid_until"] is None
    assert certificate.status(make.NOON) == Status.NO_END


def test_a_french_holder_gets_french_words(ada, award):
    ada.language = "fr-ca"
    ada.save(update_fields=["language"])

    assert award(ada).snapshot["language"] == "fr-ca"


def test_the_snapshot_does_not_follow_a_change_of_name(ada, award):
    certificate = award(ada)
    type(ada).objects.filter(pk=ada.pk).update(full_name="Ada Newname")

    certificate.refresh_from_db()
    assert certificate.snapshot["holder"] == "Ada Example"


FROZEN = {
    "number": "IMC-2026-0000-00",
    "public_id": "other",
    "expires_on": date(2040, 1, 1),
    "awarded_on": date(2020, 1, 1),
    "anchor_on": date(2020, 1, 1),
    "term": 7,
    "snapshot": {},
    "decision": uuid4(),
    "issued_at": make.NOON + timedelta(days=1),
}


@pytest.mark.parametrize("column", FROZEN)
def test_the_database_refuses_to_change_a_certificate(ada, award, column):
    certificate = award(ada)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**{column: FROZEN[column]})


def test_the_database_refuses_another_holder_or_tier(ada, eve, award):
    certificate = award(ada)

    for change in ({"holder": eve}, {"tier": make.tier("2021-practice")}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**change)


def test_the_database_refuses_to_remove_a_certificate_or_its_history(ada, award):
    certificate = award(ada)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        CertificateEvent.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        CertificateEvent.objects.update(kind=Kind.WITHDRAWN)
    Drawing.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk)._raw_delete("default")


def award_of(person, reference):
    tier = make.tier()
    edition = tier.framework.edition_at(make.NOON)
    return Award(tier, person, edition, reference, dict.fromkeys(Facet, 1), None)


def test_the_database_refuses_a_certificate_without_a_standing_grant(ada, award):
    certificate = award(ada)
    decision = Decision.objects.get(reference=certificate.decision)

    with pytest.raises(DatabaseError, match="granting decision"), transaction.atomic():
        issue(award_of(ada, uuid4()), at=make.NOON)
    with pytest.raises(DatabaseError, match="never makes a result worse"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(set_aside_at=make.NOON)
    assert list(Certificate.objects.all()) == [certificate]


def test_one_decision_carries_one_certificate_of_a_tier(ada, award):
    certificate = award(ada)

    with pytest.raises(IntegrityError), transaction.atomic():
        issue(award_of(ada, certificate.decision), at=make.NOON)


def test_a_chain_from_29_february_comes_back_to_it(ada, award):
    first = award(ada, at=noon(date(2028, 2, 29)))
    second = award(ada, at=noon(date(2029, 6, 1)), renews=first)
    third = award(ada, at=noon(date(2031, 6, 1)), renews=second)

    ends = [one.expires_on for one in (first, second, third)]
    assert ends == [date(2030, 2, 28), date(2032, 2, 29), date(2034, 2, 28)]
    assert [one.term for one in (first, second, third)] == [1, 2, 3]
    assert {one.anchor_on for one in (first, second, third)} == {date(2028, 2, 29)}


def test_renewing_early_loses_no_day_and_keeps_who_sees_it(ada, award):
    first = award(ada)
    show(first, Visibility.PRIVATE, by=ada, at=make.NOON)
    second = award(ada, at=noon(date(2028, 1, 15)), renews=first)

    assert (second.awarded_on, second.expires_on) == (date(2028, 1, 15), date(2030, 9, 1))
    assert second.visibility == Visibility.PRIVATE
    assert first.events.last().kind == Kind.RENEWED
    assert first.status(noon(date(2028, 9, 1))) == Status.VALID
    assert first.status(noon(date(2028, 9, 2))) == Status.RENEWED


def test_a_certificate_is_renewed_once(ada, award):
    first = award(ada)
    award(ada, at=noon(date(2028, 1, 15)), renews=first)

    assert may_renew(first, noon(date(2028, 2, 1))) == "This certificate has been renewed."
    with pytest.raises(IntegrityError), transaction.atomic():
        award(ada, at=noon(date(2028, 2, 1)), renews=first)


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (date(2027, 9, 1), False),
        (date(2027, 9, 2), True),  # 365 days before the end: 2028 has a 29 February
        (date(2028, 9, 1), True),
        (date(2028, 9, 2), True),
        (date(2028, 9, 1) + timedelta(days=GRACE_DAYS), True),
        (date(2028, 9, 2) + timedelta(days=GRACE_DAYS), False),
    ],
)
def test_the_window_of_renewal(ada, award, day, may):
    certificate = award(ada)

    assert (may_renew(certificate, noon(day)) == "") is may


def test_the_window_opens_on_a_day_in_words(ada, award):
    certificate = award(ada)

    assert opens_on(certificate.expires_on) == date(2027, 9, 2)
    assert may_renew(certificate, make.NOON) == "Renewal opens on 2 September 2027." or may_renew(
        certificate, make.NOON
    ).endswith("2027.")


@pytest.mark.parametrize("kind", [Kind.SUSPENDED, Kind.WITHDRAWN, Kind.SURRENDERED, Kind.REPLACED])
def test_what_is_stopped_is_not_renewed_and_not_in_force(ada, award, kind):
    certificate = award(ada)
    late = noon(date(2028, 6, 1))
    make.happened(certificate, kind, at=late)

    assert "cannot be renewed" in may_renew(certificate, late)
    in_force = Certificate.objects.in_force(date(2028, 6, 2))
    assert in_force.filter(pk=certificate.pk).exists() is False


def test_reinstating_brings_back_what_was_suspended_and_nothing_else(ada, award):
    certificate = award(ada)
    for kind in (Kind.SUSPENDED, Kind.REINSTATED):
        make.happened(certificate, kind, at=make.NOON)
    assert Certificate.objects.in_force(date(2026, 9, 2)).exists() is True

    make.happened(certificate, Kind.WITHDRAWN, at=make.NOON + timedelta(hours=1))
    with pytest.raises(NotPossible):
        make.happened(certificate, Kind.REINSTATED, at=make.NOON + timedelta(hours=1))
    assert Certificate.objects.in_force(date(2026, 9, 2)).exists() is False
    assert certificate.status(make.NOON + timedelta(hours=2)) == Status.WITHDRAWN


def test_lists_and_the_status_agree_on_every_day(ada, award):
    certificate = award(ada)
    boundary = [certificate.awarded_on, certificate.expires_on]

    for day in (edge + timedelta(days=n) for edge in boundary for n in (-1, 0, 1)):
        listed = Certificate.objects.in_force(day).exists()
        last = end_of(day) - timedelta(seconds=1)
        assert listed is certificate.standing(last).good, day


def test_what_does_not_expire_is_not_renewed(ada, award):
    assert "does not expire" in may_renew(award(ada, "2021-recognition"), make.NOON)


def test_only_the_holder_decides_who_sees_it(ada, noor, award):
    certificate = award(ada)

    with pytest.raises(Refused):
        show(certificate, Visibility.DIRECTORY, by=noor, at=make.NOON)
    show(certificate, Visibility.DIRECTORY, by=ada, at=make.NOON)

    certificate.refresh_from_db()
    assert (certificate.visibility, certificate.visibility_since) == (
        Visibility.DIRECTORY,
        make.NOON,
    )
    assert Event.objects.about(certificate).last().facts == {"visibility": "directory"}


def test_only_a_valid_certificate_is_listed(ada, award):
    certificate = award(ada)
    late = noon(date(2028, 9, 2))

    with pytest.raises(Refused):
        show(certificate, Visibility.DIRECTORY, by=ada, at=late)
    assert show(certificate, Visibility.PRIVATE, by=ada, at=late).visibility == "private"
    assert list(Certificate.objects.public()) == []


def test_a_wallet_is_private(ada, noor, eve, award):
    certificate = award(ada)

    seen = [list(Certificate.objects.visible_to(person)) for person in (ada, noor, eve)]

    assert seen == [[certificate], [], []]
