"""One statement or one area of a draft at a time, English and French side by side."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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
    begins = forms.statement_as_written(edition, one, request.GET.get("area", ""))
    form = forms.EditStatement(edition, one, request.POST.copy() or None, initial=begins)
    return _edited(request, edition, one, form, editing.save_statement)


@require_http_methods(["GET", "POST"])
def area(request: UserRequest, key: str, label: str, code: str = "") -> HttpResponse:
    edition = kept_draft(request, key, label)
    one = get_object_or_404(Area, edition=edition, code=code) if code else None
    begins = forms.area_as_written(one)
    form = forms.EditArea(request.POST.copy() or None, initial=begins)
    return _edited(request, edition, one, form, editing.save_area)


def _edited(
    request: UserRequest,
    edition: Edition,
    one: Statement | Area | None,
    form: forms.Edit,
    save: Callable[..., Statement | Area],
) -> HttpResponse:
    """The form, or the draft where it was saved. Somebody else's words are shown beside."""
    here = (edition.framework.key, edition.label)
    context: dict[str, object] = {"edition": edition, "form": form, "one": one}
    if one is not None:
        context["drop"] = reverse(f"frameworks:drop_{one._meta.model_name}", args=[*here, one.code])
    if form.is_valid():
        seen, by, at = form.cleaned_data["seen"], request.user, timezone.now()
        try:
            saved = save(edition, one, words=form.words(), seen=seen, by=by, at=at)
        except Changed as refusal:
            form.add_error(None, str(refusal))
            context["theirs"] = form.beside()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(code)s is saved.") % {"code": saved.code})
            return redirect(f"{reverse('frameworks:work', args=here)}#{saved.code}")
    return render(request, "frameworks/words.html", context)


@require_POST
def remove_statement(request: UserRequest, key: str, label: str, code: str) -> HttpResponse:
    edition = kept_draft(request, key, label)
    one = get_object_or_404(Statement, edition=edition, code=code)
    return _removed(request, edition, one, editing.remove_statement)


@require_POST
def remove_area(request: UserRequest, key: str, label: str, code: str) -> HttpResponse:
    edition = kept_draft(request, key, label)
    one = get_object_or_404(Area, edition=edition, code=code)
    return _removed(request, edition, one, editing.remove_area)


def _removed(
    request: UserRequest, edition: Edition, one: Statement | Area, remove: Callable[..., None]
) -> HttpResponse:
    here = (edition.framework.key, edition.label)
    seen, by, at = request.POST.get("seen", ""), request.user, timezone.now()
    try:
        remove(edition, one, seen=seen, by=by, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"frameworks:{one._meta.model_name}", *here, one.code)
    messages.success(request, _("%(code)s is removed.") % {"code": one.code})
    return redirect("frameworks:work", *here)
