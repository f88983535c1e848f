"""What an award says, kept word for word on the day it is given: its papers in both languages, and
what its credential tells. Everything later is drawn from this alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from awards.rules import percentage
from certificates.snapshot import Language, Level, Snapshot
from notices.models import FRENCH

LABELS = (gettext_noop("Bronze"), gettext_noop("Silver"), gettext_noop("Gold"))
MOST_LETTERS = 110  # of the organisation and its place on a paper
MEDALS: Mapping[str, Level] = {"bronze": "bronze", "silver": "silver", "gold": "gold"}


def level_of(band: str) -> Level:
    """The drawing of a band. A scheme may have bands of its own: they carry the first seal."""
    return MEDALS.get(band, "bronze")


def say(
    award: Any,
    *,
    facts: Mapping[str, str],
    check_url: str,
    language: str,
    standards: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """`award` has its number, dates and decision; rows of a migration have no more than that.
    `facts` are those about the body, in all languages."""
    french = {k.removesuffix(FRENCH): v for k, v in facts.items() if k.endswith(FRENCH) and v}
    return {
        "language": "fr-ca" if language.startswith("fr") else "en",
        "papers": {
            "en": _paper(award, "en", facts, check_url),
            "fr-ca": _paper(award, "fr-ca", {**facts, **french}, check_url),
        },
        "standards": [dict(row) for row in standards],
    }


def _paper(award: Any, language: Language, facts: Mapping[str, str], check_url: str) -> Snapshot:
    decision, programme = award.decision, award.programme
    with translation.override(language):
        return Snapshot(
            language=language,
            holder=programme.name,
            title=_("Programme award %(scheme)s: %(level)s")
            % {"scheme": award.scheme_title, "level": _(decision.label)},
            also="",
            level=level_of(decision.band),
            scope=_scope(programme.organisation, decision.bid.scheme.name),
            scope_detail=_("%(points)s of %(most)s points (%(percent)s %%)")
            % {
                "points": decision.points,
                "most": decision.most,
                "percent": percentage(decision.points, decision.most),
            },
            number=award.number,
            awarded_on=_iso(award.awarded_on),
            valid_until=_iso(award.valid_until),
            issuer=facts["issuer_name"],
            administrator=facts["admin_name"],
            signatories=[
                [facts.get("signatory_1_name", ""), _("Director of Certification")],
                [facts.get("signatory_2_name", ""), _("Director of Education and Outreach")],
            ],
            check_url=check_url,
            sample=False,
        )


def _scope(organisation: Any, scheme: str) -> str:
    """Where the organisation is, and after which standards: as much as three lines hold."""
    name = str(organisation.name)
    whole = ", ".join(part for part in (name, organisation.city, organisation.country) if part)
    if len(name) > MOST_LETTERS:
        return _("of %(organisation)s was assessed independently.") % {"organisation": name}
    return _("of %(organisation)s was assessed independently: %(scheme)s.") % {
        "organisation": whole if len(whole) <= MOST_LETTERS else name,
        "scheme": scheme,
    }


def cut(points: int, most: int) -> str:
    """A percentage for programs: cut off after two digits, never rounded up."""
    whole, part = divmod(10_000 * points // most, 100) if most else (0, 0)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".")


def _iso(day: date) -> str:
    return day.isoformat()
