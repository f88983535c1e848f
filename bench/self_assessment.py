"""What a self-assessment costs, as ratios measured in one run: python bench/self_assessment.py.

CPU time, medians, the sides taking turns. The other side is the usual way: a crispy formset of the
same fields for the page, and its `save()` for the answers. An "empty view" is one that answers a
signed-in person through the same middleware. Works on a database of its own in memory. Exits with
1 over budget.
"""

import sys

from stand import Stand, medians, queries  # sets the portal up

# isort: split
from crispy_forms.helper import FormHelper
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import path

from applicants.models import Application
from applicants.services import apply
from assessments import places, services
from assessments.forms import read
from assessments.models import Rating, SelfAssessment
from assessments.services import Answer
from assessments.sheet import Grid, Sheet, _lines, sheet
from certificates.models import Tier
from imc_portal.urls import urlpatterns as real_urls

PAGE_BUDGET, AREA_BUDGET, SAVE_BUDGET = 0.30, 12.0, 0.10
ONE_QUERIES, ALL_QUERIES = 3, 4
LEVELS = [(str(n), str(n)) for n in range(5)]


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("empty/", empty), *real_urls]


class RatingForm(forms.ModelForm):
    """The usual way: one form object a statement."""

    concept = forms.TypedChoiceField(choices=LEVELS, widget=forms.RadioSelect, coerce=int)
    practice = forms.TypedChoiceField(choices=LEVELS, widget=forms.RadioSelect, coerce=int)

    class Meta:
        model = Rating
        fields = ("concept", "practice", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}


Formset = forms.modelformset_factory(Rating, form=RatingForm, extra=0)
FORMSET_PAGE = engines["django"].from_string(
    '{% extends "base.html" %}{% load crispy_forms_tags %}{% block content %}<form method="post">'
    "{% csrf_token %}{% crispy formset helper %}</form>{% endblock %}"
)


def whole(case: Application) -> Sheet:
    """All statements on one page: the same parts and templates as an area, nine times as long."""
    one = sheet(case, "M1", "en")
    grid = Grid.of(case)
    asked = {pk: facets for area in grid.asked.values() for pk, facets in area.items()}
    return Sheet(
        steps=one.steps,
        step=one.step,
        lines=_lines(case.self_assessment.pk, asked, "en"),
        concept=one.concept,
        practice=one.practice,
    )


def our_data(pks: list[int], level: int, revision: int) -> dict[str, str]:
    said = {"c": str(level), "p": str(level), "n": "", "r": str(revision)}
    return {f"{name}{pk}": value for pk in pks for name, value in said.items()}


def formset_data(ratings: list[Rating], level: int) -> dict[str, str]:
    data = {"form-TOTAL_FORMS": str(len(ratings)), "form-INITIAL_FORMS": str(len(ratings))}
    for n, rating in enumerate(ratings):
        data |= {
            f"form-{n}-id": str(rating.pk),
            f"form-{n}-concept": str(level),
            f"form-{n}-practice": str(level),
            f"form-{n}-note": "",
        }
    return data


class Bench(Stand):
    def __init__(self) -> None:
        super().__init__()
        self.ada = self.person("ada")
        case = apply(Tier.objects.get(slug="current-practice"), by=self.ada, at=self.at)
        asked = set(case.asked().values_list("statement_id", flat=True))
        services.rate(case, {pk: Answer(3, 3) for pk in asked}, by=self.ada, at=self.at)
        related = ("tier", "edition", "renews", "self_assessment")
        self.case = Application.objects.select_related(*related).get(pk=case.pk)
        self.sign_in(self.ada)
        self.request = RequestFactory().get("/")
        self.request.user, self.request.session = self.ada, self.client.session

    # --- The page ---
    def our_page(self) -> None:
        place = places.of_case(self.ada.pk, self.case.pk)
        page = place.at(whole(self.case))
        context = {"case": self.case, "sheet": page, "place": place, "next": place.after(page)}
        render_to_string("assessments/area.html", context, self.request)

    def formset_page(self) -> None:
        formset = Formset(queryset=self.case.self_assessment.ratings.order_by("statement"))
        helper = FormHelper()
        helper.form_tag = False
        FORMSET_PAGE.render({"formset": formset, "helper": helper}, self.request)

    def pages(self) -> None:
        ours, formset = medians(15, self.our_page, self.formset_page)
        self.says(
            f"72 statements ({ours * 1e3:.1f} ms) / crispy formset", ours / formset, PAGE_BUDGET
        )
        our_area = self.get(f"/self-assessment/{self.case.pk}/area/M3/")
        with override_settings(ROOT_URLCONF=__name__):
            area, nothing = medians(40, our_area, lambda: self.client.get("/empty/"))
        self.says(f"one area ({area * 1e3:.1f} ms) / empty view", area / nothing, AREA_BUDGET)

    # --- The answers ---
    def our_save(self) -> None:
        data = our_data(self.pks, 1 + self.revision % 4, self.revision)
        saved = services.save(self.assessment, read(data), by=self.ada, at=self.at)
        self.revision += 1
        if set(saved.revisions.values()) != {self.revision}:
            raise RuntimeError(saved)

    def formset_save(self) -> None:
        self.level = 1 + self.level % 4
        rows = self.assessment.ratings.order_by("statement")
        with transaction.atomic():
            formset = Formset(formset_data(self.ratings, self.level), queryset=rows)
            if not formset.is_valid():
                raise RuntimeError(formset.errors)
            formset.save()

    def answers(self) -> None:
        self.assessment = SelfAssessment.objects.select_related(
            "application__tier", "application__edition"
        ).get()
        self.ratings = list(self.assessment.ratings.order_by("statement"))
        self.pks = [rating.statement_id for rating in self.ratings]
        self.level, self.revision = 3, 1
        ours, formset = medians(15, self.our_save, self.formset_save)
        self.says(f"saving all ({ours * 1e3:.1f} ms) / formset.save()", ours / formset, SAVE_BUDGET)
        one = {self.pks[0]: Answer(0, 0, revision=self.revision)}
        self.says("queries to save one answer", self.count(one), ONE_QUERIES)
        everything = {pk: Answer(0, 1, revision=self.revision + 1) for pk in self.pks}
        self.says("queries to save all 72", self.count(everything), ALL_QUERIES)

    def count(self, answers: dict[int, Answer]) -> int:
        return queries(lambda: services.save(self.assessment, answers, by=self.ada, at=self.at))

    def run(self) -> int:
        self.pages()
        self.answers()
        return int(self.failed)


if __name__ == "__main__":
    sys.exit(Bench().run())
