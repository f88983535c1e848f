"""Letters about renewal: each once, whenever the sweep runs."""

from datetime import UTC, datetime, timedelta

import pytest

from certificates.reminders import remind_of_renewals
from certificates.services import happen
from certificates.status import Kind
from notices.models import Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cast):
    return make.certified(cast).certificate


def days_before_the_end(certificate, days):
    end = certificate.expires_on
    return datetime(end.year, end.month, end.day, 16, tzinfo=UTC) - timedelta(days=days)


def kinds(certificate):
    owed = Message.objects.filter(key__startswith=f"renewal:{certificate.pk}:")
    return list(owed.order_by("pk").values_list("kind", flat=True))


def test_each_warning_is_owed_on_its_day_and_once(certificate):
    owed = {
        days: [remind_of_renewals(days_before_the_end(certificate, days)) for _ in range(2)]
        for days in (181, 180, 91, 90, 60, 31, 30, 7, 0, -1, -90, -91)
    }

    assert owed == {
        181: [0, 0],
        180: [1, 0],
        91: [0, 0],
        90: [1, 0],
        60: [1, 0],
        31: [0, 0],
        30: [1, 0],
        7: [1, 0],
        0: [0, 0],
        -1: [1, 0],
        -90: [0, 0],
        -91: [0, 0],
    }
    assert kinds(certificate) == [
        "recertification_180",
        "recertification_90",
        "recertification_60",
        "recertification_30",
        "recertification_7",
        "recertification_lapsed",
    ]


def test_a_late_sweep_owes_the_latest_warning_only(certificate):
    remind_of_renewals(days_before_the_end(certificate, 27))

    assert kinds(certificate) == ["recertification_30"]


def test_a_renewed_certificate_is_left_in_peace(certificate):
    at = days_before_the_end(certificate, 30)
    happen(certificate, Kind.RENEWED, by=None, at=at, reason="")

    assert remind_of_renewals(at) == 0


def test_the_context_carries_ids_alone(certificate):
    remind_of_renewals(days_before_the_end(certificate, 30))

    assert Message.objects.get(kind="recertification_30").context == {"certificate": certificate.pk}
