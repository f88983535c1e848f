"""A paper of a batch, drawn and signed anew. Import this from tasks only: printing is heavy."""

from datetime import datetime

from django.utils.translation import gettext as _

from certificates.batch_flow import Kind
from certificates.batches import BatchRow
from certificates.bulk import Later, does
from certificates.paper_keys import NoPaperKey
from certificates.papers import Drawing
from certificates.printing import draw_over
from certificates.registry import NotYet
from certificates.signature import NoTimestamp


@does(Kind.REDRAW)
def redraw(row: BatchRow, at: datetime) -> str:
    drawing = Drawing.objects.select_related("certificate__holder").get(pk=int(row.subject))
    try:
        drawn = draw_over(drawing, at)
    except (NotYet, NoPaperKey, NoTimestamp) as missing:
        raise Later(str(missing)) from missing
    return "" if drawn else _("It is signed with the present key already.")
