"""The demo's people share a stock of sentences: that they do says nothing about them."""

import re
from collections.abc import Iterator

from django.conf import settings

from imc_portal.demo import texts
from portfolios.likeness.records import Likeness
from portfolios.likeness.registry import PublicText, public_texts

SENTENCES = (
    *texts.CONCEPT_OPENINGS,
    *texts.REASONS,
    *texts.CONCEPT_BODIES,
    *texts.CONCEPT_CLOSINGS,
    *texts.PRACTICE_OPENINGS,
    *texts.PRACTICE_BODIES,
    *texts.PRACTICE_CLOSINGS,
)


@public_texts
def stock_of_the_demo() -> Iterator[PublicText]:
    for sentence in SENTENCES if settings.DEMO else ():
        for part in re.split(r"\{\w+\}", sentence):
            yield PublicText(Likeness.Source.PAGE, "", part)
