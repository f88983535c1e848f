"""Relations between people that bar one from judging the other."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from certificates.dates import body_day, body_zone, years_after

if TYPE_CHECKING:
    from accounts.models import User

BARRED_YEARS = 2  # calendar years after teaching or working together ends
DECLARED_YEARS = 1  # a yearly declaration holds for one calendar year


def bars_from(on: date, years: int = BARRED_YEARS) -> date:
    """The earliest last day that still counts: so many years after it is not before `on`."""
    earliest = years_after(on, -years)
    # Two years after 28 February is the 28th again, so on a 29th it is over.
    return earliest if earliest.day == on.day else earliest + timedelta(days=1)


class TeachingRelationQuerySet(models.QuerySet["TeachingRelation"]):
    def barring(self, on: date) -> Self:
        """Relations that still bar on that day: going on, or ended less than two years ago. One
        that is contested bars until somebody has looked into it."""
        stands = self.filter(withdrawn_at=None)
        return stands.filter(Q(ends_on=None) | Q(ends_on__gte=bars_from(on)))

    def of(self, person: "User") -> Self:
        return self.filter(Q(teacher=person) | Q(learner=person))

    def to_settle(self) -> Self:
        return self.filter(answer=TeachingRelation.Answer.CONTESTED, settled_at=None)


class TeachingRelation(models.Model):
    """One person taught, mentored or coached the other. Declared by either, or by a provider. It
    bars as soon as it is declared; the other side can confirm or contest it."""

    class Answer(models.TextChoices):
        NONE = "", gettext_lazy("Not answered yet")
        CONFIRMED = "confirmed", gettext_lazy("Confirmed")
        CONTESTED = "contested", gettext_lazy("Contested")

    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="taught_others"
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="taught_by_others"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    provider = models.CharField(max_length=200, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True, choices=Answer)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer_note = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)  # what was contested has been looked into
    withdrawn_at = models.DateTimeField(null=True)  # it never was so: bars nobody

    objects = TeachingRelationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(teacher=F("learner")), name="nobody_teaches_themselves"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="teaching_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(answer="") & Q(answered_by=None)
                | ~Q(answer="") & Q(answered_by__isnull=False),
                name="teaching_is_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("declared_by")),
                name="nobody_answers_their_own_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} taught {self.learner}"

    def may_answer(self, person: "User") -> bool:
        """The side that did not declare it, until it is settled."""
        side = person.pk in {self.teacher_id, self.learner_id} - {self.declared_by_id}
        return side and self.settled_at is None and self.withdrawn_at is None


class InterestQuerySet(models.QuerySet["Interest"]):
    def barring(self, on: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Interest(models.Model):
    """A link that might sway judgement, such as family or business. It bars while it lasts."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    ends_on = models.DateField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("about")), name="interest_is_in_somebody_else"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} and {self.about}"


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def barring(self, on: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=bars_from(on)))


class Affiliation(models.Model):
    """An organisation to which somebody belongs. People of one organisation do not judge each
    other, nor for two years after one of them left."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="affiliations"
    )
    organisation = models.CharField(max_length=200)
    key = models.CharField(max_length=200, db_index=True)
    what = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    declared_at = models.DateTimeField()

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="affiliation_has_a_name"),
            models.UniqueConstraint(
                fields=["person", "key"],
                condition=Q(ends_on=None),
                name="one_open_affiliation_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.organisation}"


class Relative(models.Model):
    """Family. With an address, the address says who is meant; without one, the name does: better
    to bar a namesake than to let a sister judge."""

    class Kin(models.TextChoices):
        PARTNER = "partner", gettext_lazy("Partner")
        PARENT = "parent", gettext_lazy("Parent or child")
        SIBLING = "sibling", gettext_lazy("Sister or brother")
        OTHER = "other", gettext_lazy("Other family")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="relatives")
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    kin = models.CharField(max_length=10, choices=Kin)
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="relative_has_a_name"),
            models.UniqueConstraint(fields=["person", "key"], name="one_relative_of_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.person} and {self.get_kin_display().lower()}"

    def is_meant(self, name_key: str, addresses: frozenset[str]) -> bool:
        return self.email.lower() in addresses if self.email else self.key == name_key


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def yearly(self) -> Self:
        return self.filter(application=None)

    def yearly_on(self, on: date) -> Self:
        """Those that hold on that day: declared less than a calendar year ago."""
        first = datetime.combine(bars_from(on, DECLARED_YEARS), time.min, body_zone())
        return self.yearly().filter(at__gte=first)


class Declaration(models.Model):
    """What a person said about their interests before a file was opened to them: in one case, or
    (without a case) for the year."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="declarations"
    )
    application = models.ForeignKey(
        "applicants.Application", models.PROTECT, null=True, related_name="declarations"
    )
    clear = models.BooleanField()
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "application"],
                condition=Q(application__isnull=False),
                name="one_declaration_per_person_and_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {'no interest' if self.clear else 'an interest'}"

    @property
    def holds_until(self) -> date:
        """The last day of a yearly declaration."""
        return years_after(body_day(self.at), DECLARED_YEARS)
