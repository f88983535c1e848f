"""A certificate in the place of another: its words are frozen, so other words are a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.models import Certificate, Facet, Requirement, Tier
from certificates.services import first_end, insert, scope_detail, take_over
from certificates.snapshot import Snapshot
from notices.texts import absolute
from trail.flow import Refused

NAMED = 4  # statements that are named on the paper; of more, the number is told


class NoSmallerScope(Refused):
    """Nothing would fall away, or nothing would be left."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What falls away: named statements, or everything above the nested certificate."""

    without: Sequence[str] = ()
    nested: bool = False


def held(certificate: Certificate) -> list[str]:
    """The codes of the statements that a certificate speaks for, in their order."""
    left_out = set(certificate.snapshot.get("without", ()))
    asked = Requirement.objects.filter(
        tier=certificate.tier_id, statement__edition=certificate.edition_id
    )
    codes = asked.order_by("statement__position").values_list("statement__code", flat=True)
    return [code for code in dict.fromkeys(codes) if code not in left_out]


def nested_tier(certificate: Certificate) -> Tier | None:
    """The certificate of the same scheme that is contained in this one."""
    tier = certificate.tier
    return Tier.objects.filter(scheme=tier.scheme_id, level=tier.nests).first()


def check_scope(certificate: Certificate, scope: Scope) -> None:
    """Raise NoSmallerScope where this is no scope that is smaller."""
    if scope.nested == bool(scope.without):
        raise NoSmallerScope(_("Choose statements that fall away, or the nested certificate."))
    if scope.nested:
        nested = nested_tier(certificate)
        if nested is None:
            raise NoSmallerScope(_("No other certificate is nested in this one."))
        has = Certificate.objects.filter(holder=certificate.holder_id, tier=nested, stopped_at=None)
        if has.exists():
            raise NoSmallerScope(
                _("The holder has the nested certificate already. Withdraw this one instead.")
            )
        return
    codes = held(certificate)
    if unknown := [code for code in scope.without if code not in codes]:
        raise NoSmallerScope(
            _("The certificate does not speak for %(codes)s.") % {"codes": ", ".join(unknown)}
        )
    if len(set(scope.without)) == len(codes):
        raise NoSmallerScope(_("Nothing would be left. Withdraw the certificate instead."))


def with_name(old: Certificate, name: str, *, at: datetime) -> Certificate:
    """The same certificate with the holder's name put right."""

    def say(new: Certificate) -> Snapshot:
        said: Snapshot = {**_said(old, new), "holder": name}
        return said

    return take_over(old, insert(_successor(old, old.tier, at), say), at)


def with_scope(old: Certificate, scope: Scope, *, at: datetime) -> Certificate:
    """What is left of a certificate when its scope becomes smaller."""
    nested = nested_tier(old) if scope.nested else None
    if nested is not None:
        return insert(_successor(old, nested, at), lambda new: _nested(old, new))
    gone = set(old.snapshot.get("without", ())) | set(scope.without)
    new = insert(_successor(old, old.tier, at), lambda new: _smaller(old, new, gone))
    return take_over(old, new, at)


def _successor(old: Certificate, tier: Tier, at: datetime) -> Certificate:
    """Same holder, decision and award. The term of a nested certificate is its own."""
    same = tier.pk == old.tier_id
    return Certificate(
        holder=old.holder,
        tier=tier,
        edition=old.edition,
        decision=old.decision,
        awarded_on=old.awarded_on,
        expires_on=old.expires_on if same else first_end(tier, old.awarded_on),
        anchor_on=old.anchor_on if same else old.awarded_on,
        term=old.term if same else 1,
        replaces=old,
        issued_at=at,
        visibility=old.visibility,
        visibility_since=at,
    )


def _said(old: Certificate, new: Certificate) -> Snapshot:
    said: Snapshot = old.snapshot.copy()
    said["number"], said["check_url"] = new.number, absolute(f"/c/{new.public_id}/")
    return said


def _smaller(old: Certificate, new: Certificate, gone: set[str]) -> Snapshot:
    said = _said(old, new)
    with translation.override(said["language"]):
        codes = [code for code in [*old.snapshot.get("without", ()), *held(old)] if code in gone]
        said["without"] = codes
        said["scope"] = _("has shown, on recorded evidence, every statement that is named here.")
        said["scope_detail"] = f"{_counts(new, said)}, {_left_out(codes)}"
    return said


def _nested(old: Certificate, new: Certificate) -> Snapshot:
    said = _said(old, new)
    said.pop("without", None)
    with translation.override(said["language"]):
        said["title"] = new.tier.name
        said["also"] = new.tier.also_published_as()
        said["level"] = new.tier.level  # type: ignore[typeddict-item] # one of the four levels
        said["valid_until"] = new.expires_on.isoformat() if new.expires_on else None
        said["scope"] = _("has shown, on recorded evidence, every statement that is asked for.")
        said["scope_detail"] = _counts(new, said)
    return said


def _counts(new: Certificate, said: Snapshot) -> str:
    edition = new.edition
    if edition is None:
        raise NoSmallerScope(_("This certificate names no edition, so its scope stays."))
    asked = Requirement.objects.filter(tier=new.tier, statement__edition=edition)
    left = asked.exclude(statement__code__in=said.get("without", ()))
    return scope_detail(edition, {f.value: left.filter(facet=f).count() for f in Facet})


def _left_out(codes: Sequence[str]) -> str:
    if len(codes) > NAMED:
        return ngettext("without %d statement", "without %d statements", len(codes)) % len(codes)
    return _("without %(codes)s") % {"codes": get_text_list(list(codes), _("and"))}
