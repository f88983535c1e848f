"""Ten hands on every decision, killed at random: one certificate, number, place and letter each."""

import pytest
from django.db import connection
from django.utils import timezone

from applicants.models import Decision
from certificates import printing
from certificates.models import Certificate
from certificates.papers import Drawing
from credentials.models import Credential
from notices.models import Message
from tests import make
from tests.certificates.storm import decisions, issued, storm
from trail.verify import verify

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="processes need PostgreSQL"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),  # that it may fork
]
COUNT, KILLS = 40, 10  # bench/issue_storm.py --full takes 1,000 and 200


def test_a_storm_leaves_one_of_each(settings, tmp_path, monkeypatch):
    settings.SITE_URL, settings.CREDENTIAL_HOST = "https://portal.example.org", "portal.example.org"
    settings.KEYS_DIR, settings.KEYS_FOR_TRYING = str(tmp_path / "keys"), True
    settings.MEDIA_ROOT = str(tmp_path / "files")
    monkeypatch.setattr(printing, "render", lambda said, **_: said["number"].encode())
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    tier = make.tier("current-concepts")
    references = decisions(COUNT, tier, timezone.now())

    killed = storm(references, kills=KILLS, at=timezone.now())

    assert killed == KILLS
    assert issued() == dict.fromkeys(["certificates", "decisions", "numbers", "places"], COUNT)
    assert Decision.objects.count() == COUNT
    assert Credential.objects.exclude(sealed_at=None).count() == COUNT
    assert Drawing.objects.exclude(drawn_at=None).count() == 2 * COUNT
    letters = Message.objects.filter(kind="certificate_ready")
    assert (letters.count(), letters.exclude(sent_at=None).count()) == (COUNT, COUNT)
    events = {tuple(c.events.values_list("kind", flat=True)) for c in Certificate.objects.all()}
    assert events == {("issued",)}
    assert verify().broken is None
