"""After a leave, whoever asks only the credential or the paper reads the moved end, too."""

import io
import json
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from certificates.dates import end_of
from certificates.models import Certificate
from certificates.papers import Drawing, EarlierPaper
from certificates.printing import draw_due
from certificates.status import Kind
from credentials import extending
from credentials.models import Credential, EarlierCredential
from credentials.signing import moment
from notices.models import Message
from tests import make
from tests.certificates.archival import PROFILES, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(award, ada, at):
    issued = award(ada)
    draw_due(at)
    return issued


@pytest.fixture
def extended(certificate, at):
    """Thirty days of leave, granted an hour after the award."""
    later = at + timedelta(hours=1)
    make.happened(certificate, Kind.EXTENDED, at=later)
    return Certificate.objects.get(pk=certificate.pk), later + timedelta(seconds=5)


def papers():
    for drawing in Drawing.objects.order_by("paper"):
        with drawing.file.open("rb") as file:
            yield file.read()


def words(content):
    return " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


def told(day):
    return f"{day.day} {day:%B %Y}"


def test_credential_and_papers_tell_the_moved_end(extended, client):
    certificate, now = extended

    assert extending.catch_up(now) == 1

    served = client.get(f"/c/{certificate.public_id}/credential.json").content
    assert served.decode() == Credential.objects.get().document
    last = end_of(certificate.ends_on) - timedelta(seconds=1)
    assert json.loads(served)["validUntil"] == moment(last)
    assert certificate.ends_on == certificate.expires_on + timedelta(days=30)
    for content in papers():
        assert told(certificate.ends_on) in words(content)
        assert told(certificate.expires_on) not in words(content)
        with pikepdf.open(io.BytesIO(content)) as document:
            assert document.attachments["credential.json"].get_file().read_bytes() == served
        assert [faults(content, profile) for profile in PROFILES] == [[], []]


def test_what_people_hold_in_hand_goes_on_being_known(extended):
    certificate, now = extended
    old = set(certificate.drawings.values_list("sha256", flat=True))
    before = Credential.objects.get()
    letters = Message.objects.count()

    extending.catch_up(now)

    after = Credential.objects.get()
    assert (after.subject, after.place) == (before.subject, before.place)
    assert EarlierCredential.objects.get().document == before.document
    assert set(EarlierPaper.objects.values_list("sha256", flat=True)) == old
    assert all(default_storage.exists(one.file) for one in EarlierPaper.objects.all())
    for digest in old:
        assert Certificate.objects.on_paper(digest).get() == certificate
    assert Message.objects.count() == letters  # the letter about the leave says it


def test_a_second_run_changes_nothing(extended):
    _certificate, now = extended

    assert [extending.catch_up(now), extending.catch_up(now + timedelta(days=1))] == [1, 0]


def test_without_a_leave_nothing_is_signed_anew(certificate, at):
    assert extending.catch_up(at + timedelta(days=1)) == 0


def test_a_missing_key_lets_it_wait_and_the_earlier_ones_serve(extended, settings, tmp_path):
    certificate, now = extended
    settings.KEYS_DIR = tmp_path / "empty"
    digests = set(certificate.drawings.values_list("sha256", flat=True))

    assert extending.catch_up(now) == 0
    assert set(certificate.drawings.values_list("sha256", flat=True)) == digests
    assert EarlierCredential.objects.count() == 0
    settings.KEYS_DIR = tmp_path / "keys"
    assert extending.catch_up(now) == 1


def test_asking_who_is_behind_reads_only_what_was_extended(extended):
    with CaptureQueriesContext(connection) as asked:
        assert len(extending.behind()) == 1
    assert len(asked) == 1
    assert "extended_to" in asked[0]["sql"]
