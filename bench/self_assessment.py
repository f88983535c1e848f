"""What a self-assessment costs, as ratios measured in one run: python bench/self_assessment.py.

CPU time, medians, the sides taking turns. The other side is the usual way: a crispy formset of the
same fields for the page, and its `save()` for the answers. An "empty view" is one that answers a
signed-in person through the same middleware. Works on a database of its own in memory. Exits with
1 over budget.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(
    DJANGO_SETTINGS_MODULE="imc_portal.settings",
    SECRET_KEY="b" * 60,
    DATABASE_URL="sqlite://:memory:",
    VAR_DIR=tempfile.mkdtemp(prefix="imc-portal-bench-"),
    DEBUG="1",  # static files without collecting them; turned off below
)

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.DEBUG = False
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.ALLOWED_HOSTS = ["testserver"]
settings.LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"none": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["none"]},
}
Path(settings.STATIC_ROOT).mkdir()
django.setup()

from crispy_forms.helper import FormHelper  # noqa: E402
from django import forms  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from applicants.models import Application  # noqa: E402
from applicants.services import apply  # noqa: E402
from assessments import places, services  # noqa: E402
from assessments.forms import read  # noqa: E402
from assessments.models import Rating, SelfAssessment  # noqa: E402
from assessments.services import Answer  # noqa: E402
from assessments.sheet import Grid, Sheet, _lines, sheet  # noqa: E402
from certificates.models import Tier  # noqa: E402
from imc_portal.urls import urlpatterns as real_urls  # noqa: E402

PAGE_BUDGET, AREA_BUDGET, SAVE_BUDGET = 0.30, 12.0, 0.10
ONE_QUERIES, ALL_QUERIES = 3, 4
LEVELS = [(str(n), str(n)) for n in range(5)]


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("empty/", empty), *real_urls]


def medians(rounds: int, *sides: Callable[[], object]) -> list[float]:
    """CPU seconds of each side, the sides taking turns so that noise meets all alike."""
    spent: list[list[float]] = [[] for _side in sides]
    for side in sides:
        side()
    for _round in range(rounds):
        for n, side in enumerate(sides):
            began = time.process_time()
            side()
            spent[n].append(time.process_time() - began)
    return [statistics.median(times) for times in spent]


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


class Bench:
    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_content", verbosity=0)
        self.ada = User.objects.create_user("ada@example.org", full_name="Ada Example")
        self.at = timezone.now()
        case = apply(Tier.objects.get(slug="current-practice"), by=self.ada, at=self.at)
        asked = set(case.asked().values_list("statement_id", flat=True))
        services.rate(case, {pk: Answer(3, 3) for pk in asked}, by=self.ada, at=self.at)
        related = ("tier", "edition", "renews", "self_assessment")
        self.case = Application.objects.select_related(*related).get(pk=case.pk)
        self.client = Client()
        self.client.force_login(self.ada, backend=settings.AUTHENTICATION_BACKENDS[0])
        self.request = RequestFactory().get("/")
        self.request.user, self.request.session = self.ada, self.client.session
        self.failed = False

    def says(self, what: str, value: float, budget: float) -> None:
        over = value > budget
        self.failed = self.failed or over
        print(f"{what:<58}{value:>8.3g}   budget {budget:g}{'   OVER' if over else ''}")

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

    def our_area(self) -> None:
        answer = self.client.get(f"/self-assessment/{self.case.pk}/area/M3/")
        if answer.status_code != 200:
            raise RuntimeError(answer.status_code)

    def pages(self) -> None:
        ours, formset = medians(15, self.our_page, self.formset_page)
        self.says(
            f"72 statements ({ours * 1e3:.1f} ms) / crispy formset", ours / formset, PAGE_BUDGET
        )
        with override_settings(ROOT_URLCONF=__name__):
            area, nothing = medians(40, self.our_area, lambda: self.client.get("/empty/"))
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
        """Statements that reach the tables, without the frames of transactions."""
        with CaptureQueriesContext(connection) as captured:
            services.save(self.assessment, answers, by=self.ada, at=self.at)
        frames = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        return len([q for q in captured if not q["sql"].startswith(frames)])

    def run(self) -> int:
        self.pages()
        self.answers()
        return int(self.failed)


if __name__ == "__main__":
    sys.exit(Bench().run())
