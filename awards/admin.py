"""The standards of the programme award, and how they are scored: reference data."""

from django.contrib import admin

from awards.models import Band, Criterion, ScoreLevel, ScoringRule, Standard, Step
from trail.admin import ReferenceAdmin

for model in (Standard, Criterion, ScoreLevel, ScoringRule, Band, Step):
    admin.site.register(model, ReferenceAdmin)
