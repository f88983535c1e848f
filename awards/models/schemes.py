"""A scheme of awards is data: which rules make which band, and how its bids are assessed."""

from django.db import models
from django.db.models import F, Q

from awards.flow import Process
from awards.models.standards import Band
from awards.rules import BandRules, Kind, Rule, Terms


class AwardScheme(models.Model):
    """`difference_most`: the points that a difference brings which was not accepted."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    detail = models.TextField()
    process = models.CharField(max_length=12, choices=Process)
    full_cycle = models.BooleanField()
    verbal = models.BooleanField()
    years_valid = models.PositiveSmallIntegerField()
    difference_most = models.PositiveSmallIntegerField()
    team_interviews = models.PositiveSmallIntegerField()
    participant_interviews = models.PositiveSmallIntegerField()
    survey_least = models.PositiveSmallIntegerField(default=5)  # answers before a group shows
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(process__in=Process.values), name="award_process_known"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def terms(self) -> Terms:
        """Everything a bid is started under, as it stands today."""
        rules: dict[int, list[Rule]] = {}
        for row in self.rules.all():
            rules.setdefault(row.band_id, []).append(Rule(row.kind, row.need, row.of, row.level))
        bands = Band.objects.filter(pk__in=rules).order_by("-min_percent")
        return Terms(
            scheme=self.key,
            title=self.title,
            years_valid=self.years_valid,
            full_cycle=self.full_cycle,
            verbal=self.verbal,
            difference_most=self.difference_most,
            team_interviews=self.team_interviews,
            participant_interviews=self.participant_interviews,
            survey_least=self.survey_least,
            bands=tuple(BandRules(b.key, b.label, tuple(rules[b.pk])) for b in bands),
        )


class AwardRule(models.Model):
    """One rule of one band: at least `need` out of `of`; for a count, criteria with `level`."""

    scheme = models.ForeignKey(AwardScheme, models.CASCADE, related_name="rules")
    band = models.ForeignKey(Band, models.PROTECT, related_name="rules")
    kind = models.CharField(max_length=10, choices=Kind)
    need = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(default=0)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["scheme", "band", "kind", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "band", "kind", "level"], name="one_rule_of_a_kind_per_band"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="award_rule_known"),
            models.CheckConstraint(
                condition=Q(of__gt=0, need__lte=F("of")), name="award_rule_can_be_met"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.band}: {self.kind} {self.need}/{self.of}"
