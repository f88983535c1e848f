"""What binds people to an applicant, so that they do not judge in the case."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applicants.models.independence import (
    Affiliation,
    Declaration,
    Interest,
    Relative,
    TeachingRelation,
)
from applicants.models.provider import RosterRow

if TYPE_CHECKING:
    from applicants.models.case import Application

Found = dict[int, list["Bond"]]


class Bond(models.TextChoices):
    APPLICANT = "applicant", _("This is the applicant.")
    TAUGHT = "taught", _("Taught the applicant, or was taught by them, within two years.")
    INTEREST = "interest", _("Has declared an interest in the applicant.")
    FAMILY = "family", _("Is family of the applicant, or bears the name of a relative.")
    ORGANISATION = (
        "organisation",
        _("Belongs, or belonged within two years, to an organisation of the applicant."),
    )
    DECLARED = "declared", _("Has declared an interest in this case.")


def name_key(name: str) -> str:
    """Names of people and organisations as they are compared: letters and digits alone."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def addresses_of(people: Iterable[int]) -> dict[int, frozenset[str]]:
    """Every address of a person that we know to be theirs, in small letters."""
    ids, found = list(people), defaultdict(set)
    for pk, email in User.objects.filter(pk__in=ids).values_list("pk", "email"):
        found[pk].add(email.lower())
    verified = EmailAddress.objects.filter(user__in=ids, verified=True)
    for pk, email in verified.values_list("user", "email"):
        found[pk].add(email.lower())
    return {pk: frozenset(addresses) for pk, addresses in found.items()}


def bonds(application: "Application", people: Iterable[int], on: date) -> Found:
    """What binds each of these people to the applicant on that day, in a few queries for all."""
    applicant, ids = application.applicant_id, set(people)
    found: Found = defaultdict(list)
    others = ids - {applicant}
    if applicant in ids:
        found[applicant].append(Bond.APPLICANT)
    if not others:
        return found
    declared = Declaration.objects.filter(application=application, clear=False)
    by_kind = {
        **ties(application.applicant, others, on),
        Bond.DECLARED: set(declared.values_list("person", flat=True)),
    }
    for kind, bound in by_kind.items():
        for person in bound & others:
            found[person].append(kind)
    return found


def ties(to: User, people: set[int], on: date) -> Mapping[Bond, set[int]]:
    """Who of these people is tied to that person, and how, whatever the case."""
    return {
        Bond.TAUGHT: _taught(to.pk, people, on),
        Bond.INTEREST: _interested(to.pk, people, on),
        Bond.FAMILY: _family(to, people),
        Bond.ORGANISATION: _colleagues(to.pk, people, on),
    }


def _taught(applicant: int, people: set[int], on: date) -> set[int]:
    relations = TeachingRelation.objects.barring(on).filter(
        Q(teacher=applicant, learner__in=people) | Q(teacher__in=people, learner=applicant)
    )
    pairs = relations.values_list("teacher", "learner")
    return {person for pair in pairs for person in pair} | _on_rosters(applicant, people, on)


def _on_rosters(applicant: int, people: set[int], on: date) -> set[int]:
    """By rows of rosters that nobody has matched yet: an hour may pass until somebody does."""
    rows = RosterRow.objects.barring(on).values_list("teacher_email", "learner_email")
    if not rows.exists():
        return set()
    known = addresses_of({applicant, *people})
    mine, bound = known[applicant], set()
    named = rows.filter(Q(teacher_email__in=mine) | Q(learner_email__in=mine))
    others = {email for pair in named for email in pair} - mine
    for person in people:
        if known[person] & others:
            bound.add(person)
    return bound


def _interested(applicant: int, people: set[int], on: date) -> set[int]:
    links = Interest.objects.barring(on).filter(
        Q(person=applicant, about__in=people) | Q(person__in=people, about=applicant)
    )
    return {person for pair in links.values_list("person", "about") for person in pair}


def _family(applicant: User, people: set[int]) -> set[int]:
    named = list(Relative.objects.filter(person__in={applicant.pk, *people}))
    if not named:
        return set()
    known = addresses_of({applicant.pk, *people})
    names = {
        pk: name_key(name)
        for pk, name in User.objects.filter(pk__in=people).values_list("pk", "full_name")
    }
    bound = set()
    for relative in named:
        if relative.person_id != applicant.pk:
            if relative.is_meant(name_key(applicant.full_name), known[applicant.pk]):
                bound.add(relative.person_id)
        else:
            bound |= {pk for pk, key in names.items() if relative.is_meant(key, known[pk])}
    return bound


def _colleagues(applicant: int, people: set[int], on: date) -> set[int]:
    ties = Affiliation.objects.barring(on)
    keys = list(ties.filter(person=applicant).values_list("key", flat=True))
    if not keys:
        return set()
    return set(ties.filter(person__in=people, key__in=keys).values_list("person", flat=True))
