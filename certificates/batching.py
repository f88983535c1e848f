"""What can be done to many certificates at once from here: exports, and papers drawn anew."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates import exporting
from certificates.batch_flow import Kind
from certificates.bulk import CHOSEN, Asked, Chosen, Option
from certificates.papers import MOST_ATTEMPTS, Drawing, PaperSigner

assert exporting  # noqa: S101 - importing registers both exports
FAILED = "failed"


def papers(asked: Asked) -> QuerySet[Any]:
    """Those that an earlier key signed, or those that could not be drawn."""
    rows = Drawing.objects.select_related("certificate")
    which = asked.get("which", "")
    if which == FAILED:
        return rows.filter(drawn_at=None, attempts__gte=MOST_ATTEMPTS)
    signed = rows.exclude(drawn_at=None)
    if which.isdigit():
        return signed.filter(signer=int(which))
    newest = PaperSigner.objects.order_by("-first_used_at", "-pk").values("pk")[:1]
    return signed.exclude(signer__in=newest)


def signers() -> list[Option]:
    """Each key with how many papers it signed; and the papers that failed."""
    found = [
        (
            str(one.pk),
            _("Signed by %(name)s (%(print)s…, since %(day)s): %(n)d")
            % {
                "name": one.name,
                "print": one.spelled[0],
                "day": date_format(one.first_used_at, "j F Y"),
                "n": one.n,
            },
        )
        for one in PaperSigner.objects.annotate(n=Count("drawings")).filter(n__gt=0)
    ]
    failed = papers({"which": FAILED}).count()
    return [*found, (FAILED, _("Could not be drawn: %(n)d") % {"n": failed})]


def _called(drawing: Drawing) -> str:
    one = drawing.certificate
    return f"{one.number}, {one.snapshot['holder']}, {drawing.get_paper_display()}"


CHOSEN[Kind.REDRAW] = Chosen(papers, _called, signers)
