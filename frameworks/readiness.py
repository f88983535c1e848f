"""Is a draft ready to be published? What stands in the way, and what to know before."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks import registry
from frameworks.differences import Line, areas, compare, statements
from frameworks.importing import listed
from frameworks.models import FRENCH, Area, Edition, Statement
from frameworks.registry import Finding


def findings(edition: Edition) -> list[Finding]:
    """Whatever stops comes first."""
    found = [*_words(edition), *_since_the_last(edition)]
    for keeper in registry.KEEPERS:
        found += keeper.check(edition)
    return sorted(found, key=lambda finding: not finding.stops)


def without_french(edition: Edition) -> list[str]:
    """Codes of areas and statements that are read in English by everybody."""
    areas_ = Area.objects.filter(edition=edition).exclude(texts__language=FRENCH)
    said = Statement.objects.filter(edition=edition).exclude(texts__language=FRENCH)
    return [
        *areas_.order_by("position").values_list("code", flat=True),
        *said.order_by("position").values_list("code", flat=True),
    ]


def _words(edition: Edition) -> Iterator[Finding]:
    there = list(Area.objects.filter(edition=edition))
    said = list(Statement.objects.filter(edition=edition))
    if not there:
        yield Finding(_("There is no area yet."), stops=True)
    if not said:
        yield Finding(_("There is no statement yet."), stops=True)
    filled = {one.area_id for one in said}
    for area in there:
        if area.pk not in filled:
            text = _("Area %(code)s holds no statement.") % {"code": area.code}
            yield Finding(text, stops=True, code=area.code)
        if not area.title:
            text = _("Area %(code)s has no title.") % {"code": area.code}
            yield Finding(text, stops=True, code=area.code)
    for one in said:
        if not (one.action and one.outcome):
            text = _("%(code)s needs an action and an outcome.") % {"code": one.code}
            yield Finding(text, stops=True, code=one.code)


def _since_the_last(edition: Edition) -> Iterator[Finding]:
    """What a look at the edition before shows."""
    if edition.drafted_from is None:
        return
    said = compare(statements(edition.drafted_from), statements(edition))
    told = compare(areas(edition.drafted_from), areas(edition))
    if said.is_empty and told.is_empty:
        label = edition.drafted_from.label
        yield Finding(_("Every word is as in %(label)s.") % {"label": label})
    stale = [
        change.new.code
        for change in (*told.changed, *said.changed)
        if _is_stale(change.old, change.new)
    ]
    if stale:
        text = ngettext(
            "Reworded in English, with French as before: %(codes)s. Is it still right?",
            "Reworded in English, with French as before: %(codes)s. Are they still right?",
            len(stale),
        )
        yield Finding(text % {"codes": listed(stale)})


def _is_stale(old: Line, new: Line) -> bool:
    def differs(*names: str) -> bool:
        return any(old.words.get(name, "") != new.words.get(name, "") for name in names)

    names = ("action", "outcome", "area_title", "plain_title", "description")
    french = tuple(f"{name}_fr" for name in names)
    return any(new.words.get(name) for name in french) and differs(*names) and not differs(*french)
