"""What the pages of a case and of a trial share: the area, and the receipt the script hears."""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments import sheet
from assessments.answers import Conflict, Saved
from assessments.places import Place
from assessments.sheet import Sheet


def shown(request: HttpRequest, place: Place, page: Sheet) -> dict[str, object]:
    """The context of an area. The pace is a cookie that the script sets, as the theme is."""
    return {
        "sheet": place.at(page),
        "place": place,
        "next": place.after(page),
        "one_by_one": request.COOKIES.get("pace") == "one",
    }


def receipt(saved: Saved, place: Place, at: datetime) -> JsonResponse:
    """What is stored under which revision, and what was said elsewhere."""
    time = date_format(timezone.localtime(at), pgettext("format of a time", "H:i"))
    places = sheet.where(saved.conflicts) if saved.conflicts else {}
    return JsonResponse(
        {
            "said": _("Saved at %(time)s. You can close this page.") % {"time": time},
            "revisions": saved.revisions,
            "conflicts": _differing(saved.conflicts, place, places),
        }
    )


def _differing(
    conflicts: Mapping[int, Conflict], place: Place, places: Mapping[int, tuple[str, str]]
) -> dict[int, dict[str, object]]:
    told = {}
    for statement, conflict in conflicts.items():
        area, code = places[statement]
        stored = conflict.stored
        told[statement] = {
            "code": code,
            "url": f"{place.area(area)}#{code}",
            "revision": stored.revision,
            "c": stored.concept,
            "p": stored.practice,
            "n": stored.note,
            "html": render_to_string(
                "assessments/_conflict.html", {"conflict": conflict, "live": True}
            ),
        }
    return told
