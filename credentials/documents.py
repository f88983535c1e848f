"""What a credential says: the certificate in the words of Open Badges 3.0.

The holder's name stands in it as on the certificate; no address, no evidence and nothing that a
person wrote.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from certificates.dates import end_of
from certificates.models import Certificate, Facet, Requirement, Route, Tier
from certificates.snapshot import Snapshot
from credentials import addresses
from credentials.linked_data import BADGES, CREDENTIALS, EXTENSIONS, Document
from credentials.models import Credential, SigningKey
from credentials.signing import moment
from frameworks.models import Edition, Statement
from notices.models import BodyFact

CONTEXT = [CREDENTIALS, BADGES, EXTENSIONS]
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
DID_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def credential_document(credential: Credential) -> Document:
    """Unsigned, in the language of the certificate."""
    certificate = credential.certificate
    if certificate is None:
        raise ValueError("a credential of another kind has another document")
    said: Snapshot = certificate.snapshot
    with translation.override(said["language"]):
        return _document(credential, certificate, said)


def _document(credential: Credential, certificate: Certificate, said: Snapshot) -> Document:
    tier, address = certificate.tier, addresses.credential(certificate.public_id)
    asked = _asked(certificate)
    begins = moment(certificate.issued_at)
    document: Document = {
        "@context": CONTEXT,
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": said["title"],
        "description": _description(said),
        "image": _picture(f"{address}/badge.svg", said["title"]),
        "issuer": profile(),
        "validFrom": begins,
        "awardedDate": begins,
        "credentialSubject": {
            "id": f"urn:uuid:{credential.subject}",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": said["holder"],
                    "identityType": "name",
                }
            ],
            "licenseNumber": certificate.number,
            "achievement": _achievement(tier, certificate.edition, said["title"], asked),
            "result": _results(tier, asked),
        },
        "evidence": _evidence(tier, address),
        "credentialStatus": status(credential),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if certificate.ends_on:
        last = end_of(certificate.ends_on) - timedelta(seconds=1)
        document["validUntil"] = moment(last)
    return document


def achievement_document(tier: Tier, edition: Edition | None) -> Document:
    """What a certificate of this tier stands for, by itself."""
    asked = list(_requirements(tier, edition))
    return {"@context": CONTEXT, **_achievement(tier, edition, tier.title, asked)}


def profile() -> Document:
    """Who issues."""
    facts = BodyFact.objects.values_map()
    return {
        "id": addresses.issuer(),
        "type": ["Profile"],
        "name": facts["issuer_name"],
        "url": addresses.base(),
    }


def did_document(keys: Iterable[SigningKey]) -> Document:
    """Every key that ever signed, retired ones too: what they signed must go on verifying."""
    listed = list(keys)
    return {
        "@context": DID_CONTEXT,
        "id": addresses.issuer(),
        "alsoKnownAs": [addresses.base()],
        "verificationMethod": [
            {
                "id": addresses.method(key),
                "type": "Multikey",
                "controller": addresses.issuer(),
                "publicKeyMultibase": key.public,
            }
            for key in listed
        ],
        "assertionMethod": [addresses.method(key) for key in listed],
    }


def _description(said: Snapshot) -> str:
    parts = [
        _("%(scope)s, shown on recorded evidence.") % {"scope": said["scope_detail"]},
        _("This is not an ISO certification."),
    ]
    if said["sample"]:
        parts.append(_("A specimen: the edition awaits the body’s approval."))
    return " ".join(parts)


def _picture(address: str, caption: str) -> Document:
    return {"id": address, "type": "Image", "caption": caption}


def _asked(certificate: Certificate) -> list[Requirement]:
    """What it speaks for: a smaller scope leaves statements out."""
    left_out = set(certificate.snapshot.get("without", ()))
    asked = _requirements(certificate.tier, certificate.edition)
    return [one for one in asked if one.statement.code not in left_out]


def _requirements(tier: Tier, edition: Edition | None) -> Iterable[Requirement]:
    if edition is None:
        return []
    asked = Requirement.objects.filter(tier=tier, statement__edition=edition)
    return asked.select_related("statement").order_by("statement__position", "facet")


def _achievement(
    tier: Tier, edition: Edition | None, name: str, asked: list[Requirement]
) -> Document:
    address = addresses.achievement(tier.slug)
    found: Document = {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": name,
        "description": tier.words.summary or name,
        "creator": profile(),
        "criteria": {"id": address, "narrative": _criteria(tier)},
        "image": _picture(addresses.picture(tier.slug, "png"), name),
        "inLanguage": translation.to_locale(translation.get_language() or "en").replace("_", "-"),
        "resultDescription": [
            {"id": f"{address}#{key}", "type": ["ResultDescription"], **rest}
            for key, rest in _described(tier, asked).items()
        ],
    }
    if edition:
        statements = {one.statement_id: one.statement for one in asked}
        found["version"] = edition.label
        found["alignment"] = [_alignment(s, edition) for s in statements.values()]
    return found


def _alignment(statement: Statement, edition: Edition) -> Document:
    """The statement in its own words: English, as it was published."""
    key = edition.framework.key
    return {
        "type": ["Alignment"],
        "targetName": statement.action,
        "targetDescription": statement.outcome,
        "targetUrl": addresses.statement(key, edition.label, statement.code),
        "targetCode": statement.code,
        "targetFramework": f"{edition.framework.title}, {edition.label}",
        "targetType": "ceasn:Competency",
    }


def _criteria(tier: Tier) -> str:
    ways = {
        Route.VERBAL_AUDIT: _("Self-assessment, interview, verbal audit, independent decision."),
        Route.WRITTEN_AUDIT: _(
            "Self-assessment, interview, audit of a portfolio, independent decision."
        ),
        Route.VERIFICATION: _(
            "Self-assessment, interview, audit of a portfolio, verification meeting, independent "
            "decision."
        ),
    }
    return ways[Route(tier.route)]


def _described(tier: Tier, asked: list[Requirement]) -> dict[str, dict[str, Any]]:
    counts = Counter(one.facet for one in asked)
    names = {Facet.CONCEPT: _("Concepts shown"), Facet.PRACTICE: _("Practices shown")}
    found: dict[str, dict[str, Any]] = {
        key: {"name": name, "resultType": "Status"} for key, (name, _why) in _steps(tier).items()
    }
    for facet, name in names.items():
        if most := counts[facet]:
            found[facet.value] = {
                "name": name,
                "resultType": "RawScore",
                "valueMin": "0",
                "valueMax": str(most),
                "requiredValue": str(most),
            }
    return found


def _results(tier: Tier, asked: list[Requirement]) -> list[Document]:
    address = addresses.achievement(tier.slug)
    return [
        {
            "type": ["Result"],
            "resultDescription": f"{address}#{key}",
            **({"value": rest["valueMax"]} if "valueMax" in rest else {"status": "Completed"}),
        }
        for key, rest in _described(tier, asked).items()
    ]


def _steps(tier: Tier) -> dict[str, tuple[str, str]]:
    """What was done to find out, and how it is told without the person's own material."""
    if tier.route == Route.VERBAL_AUDIT:
        told = _("An auditor asked statement by statement. The record stays confidential.")
        return {"verbal-audit": (_("Verbal audit"), told)}
    told = _("Audited for relevance, authorship and mastery. The portfolio stays confidential.")
    steps = {"audit": (_("Portfolio audit"), told)}
    if tier.route == Route.VERIFICATION:
        told = _("A verifier who had no part in the audit tested the portfolio in conversation.")
        steps["meeting"] = (_("Verification meeting"), told)
    return steps


def _evidence(tier: Tier, address: str) -> list[Document]:
    return [
        {"id": f"{address}#{key}", "type": ["Evidence"], "name": name, "narrative": told}
        for key, (name, told) in _steps(tier).items()
    ]


def status(credential: Credential) -> Document:
    """Where it is written whether it was revoked."""
    address = addresses.status_list(credential.status_list.number)
    return {
        "id": f"{address}#{credential.place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(credential.place),
        "statusListCredential": address,
    }
