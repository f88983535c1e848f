"""Our own pages: whoever repeats their words quotes the body, not another applicant."""

from collections.abc import Iterator

from portfolios.likeness.records import Likeness
from portfolios.likeness.registry import PublicText, public_texts
from register.models import Page


@public_texts
def pages() -> Iterator[PublicText]:
    for page in Page.objects.all():
        yield PublicText(Likeness.Source.PAGE, page.title, page.body)
