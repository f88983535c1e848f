"""Finding an award by what somebody typed, or by the digest of a paper they hold."""

import re
from uuid import UUID

from awards.models import Award
from certificates.numbers import PROGRAMME, tidy

DIGEST = re.compile(r"^[0-9a-f]{64}$", re.ASCII)
IN_ADDRESS = re.compile(r"/a/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


def find(typed: str, paper: str = "") -> Award | None:
    if paper:
        known = Award.objects.filter(papers__sha256=paper)
        return known.first() if DIGEST.match(paper) else None
    if address := IN_ADDRESS.search(typed):
        return Award.objects.filter(public_id=UUID(address[1])).first()
    number = tidy(typed.strip().rpartition("/")[2], PROGRAMME)
    return Award.objects.filter(number=number).first() if number else None
