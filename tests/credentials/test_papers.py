"""The paper carries the same credential as its address, and stays an archival document."""

import io

import page
import pikepdf
import pytest

from certificates.models import Paper
from certificates.printing import draw_due
from credentials.models import Credential

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


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_both_papers_are_archival_and_accessible(papers, profile):
    for content in papers.values():
        report = page.validate_pdf_bytes(content, profile=profile)
        assert [f"{one.rule_id} {one.message}" for one in report.failures] == []
