"""The paper carries the same credential as its address, and stays an archival document."""

import io

import pikepdf
import pytest

from certificates.papers import Paper
from certificates.printing import draw_due
from credentials.models import Credential
from tests.certificates.archival import PROFILES, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(award, ada, at):
    certificate = award(ada)
    assert draw_due(at) == len(Paper)
    found = {}
    for drawing in certificate.drawings.all():
        with drawing.file.open("rb") as file:
            found[drawing.paper] = file.read()
    return found


def test_the_attached_credential_is_the_published_one(papers, client):
    row = Credential.objects.get()
    published = client.get(f"/c/{row.certificate.public_id}/credential.json").content

    for content in papers.values():
        with pikepdf.open(io.BytesIO(content)) as document:
            file = document.attachments["credential.json"].get_file()
            assert (file.read_bytes(), file.mime_type) == (published, "application/json")


@pytest.mark.parametrize("profile", PROFILES)
def test_both_papers_are_archival_and_accessible(papers, profile):
    for content in papers.values():
        assert faults(content, profile) == []
