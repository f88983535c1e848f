"""Who is fit to take a part in a case: qualified for it, and declared for the year."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Language
from accounts.roles import Role
from applicants.models.independence import DECLARED_YEARS, Declaration
from applicants.models.qualification import QUALIFIED, Qualification
from certificates.dates import body_day, years_after

if TYPE_CHECKING:
    from applicants.models.case import Application


def unfit(
    application: "Application", role: Role, people: Sequence[int], on: date
) -> dict[int, list[str]]:
    """Reasons by person, for those whom anything keeps from this part."""
    found: dict[int, list[str]] = {}
    if role not in QUALIFIED:
        return found
    rows = Qualification.objects.standing().for_work(role, people).prefetch_related("tiers")
    held: dict[int, list[Qualification]] = {}
    for row in rows:
        held.setdefault(row.person_id, []).append(row)
    for person in people:
        if lacking := _lacking(application, role, held.get(person, []), on):
            found.setdefault(person, []).append(lacking)
    for person, words in _undeclared(people, on).items():
        found.setdefault(person, []).append(words)
    return found


def _lacking(
    application: "Application", role: Role, held: Sequence[Qualification], on: date
) -> str:
    """Why none of these qualifications covers the case; empty where one does."""
    language = application.applicant.language
    if not held:
        return _("No qualification as %(role)s is recorded.") % {"role": role.label}
    now = [row for row in held if row.starts_on <= on <= row.ends_on]
    if not now:
        return _out_of_time(held, on)
    for_tier = [row for row in now if application.tier in row.tiers.all()]
    if not for_tier:
        return _("Is not qualified for %(tier)s.") % {"tier": application.tier.name}
    if not any(language in row.languages for row in for_tier):
        words = _("Is not qualified for cases in this language: %(language)s.")
        return words % {"language": Language(language).label}
    return ""


def _out_of_time(held: Sequence[Qualification], on: date) -> str:
    to_come = [row.starts_on for row in held if row.starts_on > on]
    if to_come:
        return _("The qualification begins on %(day)s.") % {"day": date_format(min(to_come))}
    last = max(row.ends_on for row in held)
    return _("The qualification ended on %(day)s.") % {"day": date_format(last)}


def _undeclared(people: Sequence[int], on: date) -> dict[int, str]:
    """Who has not said within the year what binds them."""
    rows = Declaration.objects.filter(person__in=people)
    said = set(rows.yearly_on(on).values_list("person", flat=True))
    missing = [person for person in people if person not in said]
    if not missing:
        return {}
    once = rows.yearly().values_list("person").annotate(last=Max("at"))
    lapsed = {person: years_after(body_day(last), DECLARED_YEARS) for person, last in once}
    return {person: _never(lapsed.get(person)) for person in missing}


def _never(lapsed: date | None) -> str:
    if lapsed is None:
        return _("Has not made the yearly declaration of interests.")
    return _("The yearly declaration of interests lapsed on %(day)s.") % {
        "day": date_format(lapsed)
    }
