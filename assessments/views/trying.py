"""The self-assessment of a certificate before there is an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from assessments import forms, places, trying
from assessments.profile import in_words, tried
from assessments.result import result_from
from assessments.sheet import Grid, first_open_of, keep, tried_sheet
from assessments.trying import Trial
from assessments.views.pages import receipt, shown


def _trial(request: HttpRequest, slug: str) -> Trial:
    found = trying.trial_of(request.session, slug, timezone.now())
    if found is None:
        raise Http404
    return found


@login_not_required
@require_http_methods(["GET", "POST"])
def try_it(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is and what is kept. What is posted here is what the script of the pages saves."""
    trial, now = _trial(request, slug), timezone.now()
    if request.method == "POST":
        saved = trying.save(request.session, trial, forms.read(request.POST))
        return receipt(saved, places.of_trial(slug), now)
    grid, place = Grid.tried(trial.asked, trial.answers), places.of_trial(slug)
    code = first_open_of(grid)
    context = {
        "trial": trial,
        "statements": grid.total,
        "areas": len(grid.asked),
        "go_on": place.area(code) if code else place.last,
    }
    return render(request, "assessments/try.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def try_area(request: HttpRequest, slug: str, area: str) -> HttpResponse:
    """One area of a trial. Without JavaScript its form is posted whole, and goes on."""
    trial, place = _trial(request, slug), places.of_trial(slug)
    answers, saved = forms.read(request.POST), None
    if request.method == "POST":
        saved = trying.save(request.session, trial, answers)
        trial = _trial(request, slug)
    page = tried_sheet(trial.asked, trial.answers, area, get_language() or "en")
    if page is None:
        raise Http404
    context = shown(request, place, page)
    if saved and not saved.conflicts:
        return redirect(place.after(page))
    keep(page, answers, saved)
    context |= {"trial": trial, "conflicts": bool(saved)}
    return render(request, "assessments/area.html", context)


@login_not_required
@require_GET
def try_result(request: HttpRequest, slug: str) -> HttpResponse:
    """A first look at the result, and the way to take the ratings along."""
    trial, language = _trial(request, slug), get_language() or "en"
    rows = in_words(tried(trial.asked, trial.answers), language)
    told = result_from(rows, language, None)
    code = first_open_of(Grid.tried(trial.asked, trial.answers))
    context: dict[str, object] = {"trial": trial, "report": told}
    context["go_on"] = places.of_trial(slug).area(code) if code else ""
    return render(request, "assessments/try_result.html", context)
