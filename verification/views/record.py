"""The frame of the record, its signature, what goes back, on, or beside it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import UserRequest
from applicants.models import Application
from trail.flow import Refused
from verification import desks, services
from verification.forms import (
    AddendumForm,
    LaterForm,
    RecordForm,
    SendBackForm,
    SignForm,
    first_error,
)
from verification.models import Recommendation
from verification.views.desk import saved, two_windows
from verification.views.doors import assigned, common


@require_http_methods(["GET", "POST"])
def record(request: UserRequest, pk: int) -> HttpResponse:
    """The frame of the record; with the button “sign” it is locked and handed on."""
    application, now = assigned(request, pk), timezone.now()
    if not application.declared(request.user):
        return redirect("applicants:declare", pk=pk)
    if "X-Autosave" in request.headers:
        return _autosaved(request, application)
    signing = "sign" in request.POST
    initial = desks.frame_of(application, request.user, now)
    form = (SignForm if signing else RecordForm)(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            desks.save_frame(application, form.cleaned_data, by=request.user, at=now)
        except services.Incomplete as refusal:
            form.add_error(None, refusal.missing)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Signed. The case waits for the decision.") if signing else _("Saved.")
            messages.success(request, said)
            return redirect(*(["worklist"] if signing else ["verification:record", pk]))
    return render(request, "verification/record.html", _page(request, application, form))


def _autosaved(request: UserRequest, application: Application) -> HttpResponse:
    """The frame as it is typed; it never signs."""
    form = RecordForm(request.POST)
    if form.is_valid():
        try:
            kept = desks.save_frame(
                application, form.cleaned_data, by=request.user, at=timezone.now()
            )
        except services.Conflict as conflict:
            return two_windows(conflict)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return saved(kept)
    return JsonResponse({"refused": first_error(form)}, status=422)


def _page(request: UserRequest, application: Application, form: RecordForm) -> dict[str, Any]:
    found = desks.desk_of(application, request.user, "")
    return common(application) | {
        "form": form,
        "desk": found,
        "held": services.meetings_of(found.record) if found.record else [],
        "addenda": found.record.addenda.select_related("by", "statement") if found.record else [],
        "recommendations": Recommendation.choices,
    }


@require_http_methods(["GET", "POST"])
def add(request: UserRequest, pk: int) -> HttpResponse:
    """Something is added to the signed record."""
    application, now = assigned(request, pk), timezone.now()
    if not application.declared(request.user):
        return redirect("applicants:declare", pk=pk)
    found = desks.desk_of(application, request.user, "")
    if found.record is None or not found.record.is_signed:
        return redirect("verification:record", pk)
    form = AddendumForm(request.POST or None, asked=found.asked)
    if form.is_valid():
        try:
            services.add_to_record(found.record, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Added. It stands beside the record from now on."))
            return redirect("verification:record", pk)
    context = common(application) | {"form": form, "desk": found}
    return render(request, "verification/add.html", context)


@require_POST
def later(request: UserRequest, pk: int) -> HttpResponse:
    """The meeting is over before everything was asked: it goes on in another one."""
    application, now = assigned(request, pk), timezone.now()
    form = LaterForm(request.POST)
    if form.is_valid():
        try:
            desks.go_on_later(application, form.cleaned_data["left"], by=request.user, at=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Everything is kept. The applicant can book the rest."))
    return redirect("verification:desk", pk=pk)


@require_http_methods(["GET", "POST"])
def send_back(request: UserRequest, pk: int) -> HttpResponse:
    application, now = assigned(request, pk), timezone.now()
    if not application.declared(request.user):
        return redirect("applicants:declare", pk=pk)
    found = desks.desk_of(application, request.user, "")
    form = SendBackForm(request.POST or None, asked=found.asked, initial=found.unconfirmed())
    if form.is_valid():
        try:
            desks.send_back(application, form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The entries are with the applicant again."))
            return redirect("worklist")
    context = common(application) | {"form": form, "desk": found}
    return render(request, "verification/send_back.html", context)
