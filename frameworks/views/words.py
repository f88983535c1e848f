"""One statement or one area of a draft at a time, English and French side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import UserRequest
from frameworks import editing, forms
from frameworks.models import Area, Edition, Statement
from frameworks.services import Changed
from frameworks.views.doors import kept_draft
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def statement(request: UserRequest, key: str, label: str, code: str = "") -> HttpResponse:
    edition = kept_draft(request, key, label)
    one = get_object_or_404(Statement, edition=edition, code=code) if code else None
    begins = _begins(edition, one, request.GET.get("area", ""))
    form = forms.EditStatement(edition, one, request.POST.copy() or None, initial=begins)
    theirs: list[tuple[Any, str]] = []
    if form.is_valid():
        seen, by, at = form.cleaned_data["seen"], request.user, timezone.now()
        try:
            saved = editing.save_statement(
                edition, one, words=form.words(), seen=seen, by=by, at=at
            )
        except Changed as refusal:
            form.add_error(None, str(refusal))
            theirs = forms.beside(form, begins)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(code)s is saved.") % {"code": saved.code})
            return redirect(f"{_back(edition)}#{saved.code}")
    context = {"edition": edition, "statement": one, "form": form, "theirs": theirs}
    return render(request, "frameworks/statement.html", context)


def _begins(edition: Edition, one: Statement | None, area: str) -> dict[str, Any]:
    """What the page shows before anybody types."""
    before = Statement.objects.filter(edition=edition).order_by("-position")
    if one is None:
        last = before.filter(area__code=area).first() or before.first()
        return {"area": area, "after": last.code if last else "", "seen": ""}
    previous = before.filter(position__lt=one.position).first()
    return {**forms.statement_as_written(one, previous), "seen": editing.version(one)}


def _back(edition: Edition) -> str:
    return redirect("frameworks:work", edition.framework.key, edition.label).url


@require_POST
def remove_statement(request: UserRequest, key: str, label: str, code: str) -> HttpResponse:
    edition = kept_draft(request, key, label)
    one = get_object_or_404(Statement, edition=edition, code=code)
    seen, by, at = request.POST.get("seen", ""), request.user, timezone.now()
    try:
        editing.remove_statement(edition, one, seen=seen, by=by, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("frameworks:statement", key, label, code)
    messages.success(request, _("%(code)s is removed.") % {"code": code})
    return redirect("frameworks:work", key, label)


@require_http_methods(["GET", "POST"])
def area(request: UserRequest, key: str, label: str, code: str = "") -> HttpResponse:
    edition = kept_draft(request, key, label)
    one = get_object_or_404(Area, edition=edition, code=code) if code else None
    begins = {**(forms.area_as_written(one) if one else {}), "seen": editing.version(one)}
    form = forms.EditArea(request.POST.copy() or None, initial=begins)
    theirs: list[tuple[Any, str]] = []
    if form.is_valid():
        seen, by, at = form.cleaned_data["seen"], request.user, timezone.now()
        try:
            saved = editing.save_area(edition, one, words=form.words(), seen=seen, by=by, at=at)
        except Changed as refusal:
            form.add_error(None, str(refusal))
            theirs = forms.beside(form, begins)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(code)s is saved.") % {"code": saved.code})
            return redirect(f"{_back(edition)}#{saved.code}")
    context = {"edition": edition, "area": one, "form": form, "theirs": theirs}
    return render(request, "frameworks/area.html", context)


@require_POST
def remove_area(request: UserRequest, key: str, label: str, code: str) -> HttpResponse:
    edition = kept_draft(request, key, label)
    one = get_object_or_404(Area, edition=edition, code=code)
    seen, by, at = request.POST.get("seen", ""), request.user, timezone.now()
    try:
        editing.remove_area(edition, one, seen=seen, by=by, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("frameworks:area", key, label, code)
    messages.success(request, _("%(code)s is removed.") % {"code": code})
    return redirect("frameworks:work", key, label)
