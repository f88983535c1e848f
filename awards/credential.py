"""What the credential of an award says, in the words of Open Badges 3.0.

Its subject is the programme of an organisation, and no person. The level is a result by rubric, for
the whole and for each standard; the criteria are what the achievement is aligned with. Everything
comes from what was frozen: the award's words, the bid's terms, the checked report.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from awards.models import Award, AwardScheme, Band, Criterion, ScoreLevel
from awards.rules import BandRules, Kind, Terms
from awards.said import cut
from certificates.dates import end_of
from credentials import addresses
from credentials.documents import CONTEXT, SCHEMA, profile, status
from credentials.linked_data import Document
from credentials.models import Credential
from credentials.signing import moment


def award_document(credential: Credential) -> Document:
    """Unsigned, in the language of the team."""
    rows = Award.objects.select_related(
        "decision__bid__scheme", "decision__sheet__submission", "programme__organisation"
    )
    award = rows.get(credential=credential)
    with translation.override(award.language):
        return _document(award, credential)


def address_of(award: Award) -> str:
    return f"{addresses.base()}{reverse('award:by_address', args=[award.public_id])}"


def scheme_address(key: str) -> str:
    return f"{addresses.base()}{reverse('award:scheme', args=[key])}"


def scheme_document(scheme: AwardScheme) -> Document:
    """What an award of this scheme stands for, by itself, under the terms of today."""
    criteria = [
        {"code": c.code, "action": c.action, "outcome": c.outcome}
        for c in Criterion.objects.order_by("position")
    ]
    standards = [
        {"code": code, "title": title, "most": most, "criteria": count}
        for code, title, most, count in _standards_of_today()
    ]
    told = _achievement(scheme, scheme.terms(), criteria, standards)
    return {"@context": CONTEXT, **told}


def _document(award: Award, credential: Credential) -> Document:
    said = award.words(award.language)
    address, begins = address_of(award), moment(award.issued_at)
    return {
        "@context": CONTEXT,
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": said["title"],
        "description": _description(award),
        "image": {"id": f"{address}/badge.svg", "type": "Image", "caption": said["title"]},
        "issuer": profile(),
        "validFrom": begins,
        "validUntil": moment(end_of(award.valid_until) - timedelta(seconds=1)),
        "awardedDate": begins,
        "credentialSubject": _subject(award, credential),
        "evidence": [
            {
                "id": f"{address}#assessment",
                "type": ["Evidence"],
                "name": _("Independent assessment"),
                "narrative": _(
                    "Documents were read and people were heard by two assessors, and somebody else "
                    "decided. The report belongs to the organisation."
                ),
            }
        ],
        "credentialStatus": status(credential),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def _subject(award: Award, credential: Credential) -> Document:
    """The programme, under a name that no register of organisations knows."""
    bid, name = award.decision.bid, award.words(award.language)["holder"]
    criteria = award.decision.sheet.submission.content
    return {
        "id": f"urn:uuid:{credential.subject}",
        "type": ["AchievementSubject", "Profile"],
        "name": name,
        "identifier": [
            _named("name", name),
            _named("ext:organisation", award.programme.organisation.name),
        ],
        "licenseNumber": award.number,
        "achievement": _achievement(bid.scheme, bid.rules, criteria, award.said["standards"]),
        "result": _results(award, bid.rules),
    }


def _named(kind: str, value: str) -> Document:
    return {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": value,
        "identityType": kind,
    }


def _description(award: Award) -> str:
    said = award.words(award.language)
    parts = [f"{said['holder']} {said['scope']}", f"{said['scope_detail']}."]
    return " ".join([*parts, _("This is not an ISO certification.")])


# --- What it stands for --------------------------------------------------------------------------
def _achievement(
    scheme: AwardScheme,
    terms: Terms,
    criteria: Sequence[dict[str, Any]],
    standards: Sequence[dict[str, Any]],
) -> Document:
    address = scheme_address(scheme.key)
    language = translation.to_locale(translation.get_language() or "en").replace("_", "-")
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "QualityAssuranceCredential",
        "name": _("Programme award %(scheme)s") % {"scheme": terms.title},
        "description": f"{scheme.name}. {scheme.detail}",
        "creator": profile(),
        "criteria": {"id": address, "narrative": _narrative(terms)},
        "inLanguage": language,
        "alignment": [_alignment(row, address, scheme.name) for row in criteria],
        "resultDescription": [
            _level_description(address, terms),
            _percent_description(address, terms),
            *(_standard_description(address, row) for row in standards),
        ],
    }


def _narrative(terms: Terms) -> str:
    levels = ", ".join(f"{_(band.label)}: {_least(band)}" for band in reversed(terms.bands))
    return _("Six standards, scored criterion by criterion. %(levels)s. Nothing is rounded up.") % {
        "levels": levels
    }


def _least(band: BandRules) -> str:
    """The first rule of a band, as a share: what people call the level by."""
    rule = next((r for r in band.rules if r.kind == Kind.OVERALL), None)
    if rule is None:
        return _("by criteria")
    return _("%(percent)s %% of the points") % {"percent": cut(rule.need, rule.of)}


def _alignment(row: dict[str, Any], address: str, framework: str) -> Document:
    """One criterion in its own words: English, as it was published."""
    return {
        "type": ["Alignment"],
        "targetName": row["action"],
        "targetDescription": row["outcome"],
        "targetUrl": f"{address}#{row['code']}",
        "targetCode": row["code"],
        "targetFramework": framework,
        "targetType": "CFRubricCriterion",
    }


def _level_description(address: str, terms: Terms) -> Document:
    told = dict(Band.objects.values_list("key", "message"))
    lowest = terms.bands[-1].key
    return {
        "id": f"{address}#level",
        "type": ["ResultDescription"],
        "name": _("Level"),
        "resultType": "RubricCriterionLevel",
        "requiredLevel": f"{address}#level-{lowest}",
        "rubricCriterionLevel": [
            {
                "id": f"{address}#level-{band.key}",
                "type": ["RubricCriterionLevel"],
                "name": _(band.label),
                "level": band.label,
                "description": told.get(band.key) or _least(band),
            }
            for band in terms.bands
        ],
    }


def _percent_description(address: str, terms: Terms) -> Document:
    rules = terms.bands[-1].rules
    least = next((cut(r.need, r.of) for r in rules if r.kind == Kind.OVERALL), "0")
    return {
        "id": f"{address}#percent",
        "type": ["ResultDescription"],
        "name": _("Share of all points"),
        "resultType": "Percent",
        "valueMin": "0",
        "valueMax": "100",
        "requiredValue": least,
    }


def _standard_description(address: str, row: dict[str, Any]) -> Document:
    at = f"{address}#{row['code']}"
    return {
        "id": at,
        "type": ["ResultDescription"],
        "name": f"{row['code']} {row['title']}",
        "resultType": "RubricCriterionLevel",
        "valueMin": "0",
        "valueMax": str(row["most"]),
        "rubricCriterionLevel": [
            {
                "id": f"{at}-{level.score}",
                "type": ["RubricCriterionLevel"],
                "name": level.label,
                "level": str(level.score),
                "points": str(level.score * row["criteria"]),
                "description": level.anchor,
            }
            for level in ScoreLevel.objects.all()
        ],
    }


# --- What was reached ----------------------------------------------------------------------------
def _results(award: Award, terms: Terms) -> list[Document]:
    address, decision = scheme_address(terms.scheme), award.decision
    whole = [
        {
            "type": ["Result"],
            "resultDescription": f"{address}#level",
            "achievedLevel": f"{address}#level-{decision.band}",
            "value": decision.label,
        },
        {
            "type": ["Result"],
            "resultDescription": f"{address}#percent",
            "value": cut(decision.points, decision.most),
        },
    ]
    return [*whole, *(_result(address, row) for row in award.said["standards"])]


def _result(address: str, row: dict[str, Any]) -> Document:
    """The level that all criteria of the standard reach together: cut off, never rounded up."""
    level = min(row["points"] // row["criteria"], ScoreLevel.objects.count() - 1)
    return {
        "type": ["Result"],
        "resultDescription": f"{address}#{row['code']}",
        "achievedLevel": f"{address}#{row['code']}-{level}",
        "value": str(row["points"]),
    }


def _standards_of_today() -> Iterable[tuple[str, str, int, int]]:
    found: dict[str, list[Any]] = {}
    for criterion in Criterion.objects.select_related("standard"):
        row = found.setdefault(criterion.standard.code, [criterion.standard.title, 0, 0])
        row[1] += criterion.max_score
        row[2] += 1
    return [(code, title, most, count) for code, (title, most, count) in found.items()]
