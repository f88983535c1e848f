"""The renewal file as its holder keeps it."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from assessments.models import SelfAssessment
from assessments.result import result_of
from certificates.dates import body_day
from certificates.models import Certificate
from portfolios.logbook import LogSession
from renewals import services
from renewals.forms import NoteForm, said_in
from renewals.models import Note, NoteKind
from renewals.page import checklist_of, file_of
from renewals.progress import asked_in, renewal_case
from renewals.views.doors import own_file, own_note
from trail.flow import Refused

RECENT = 40  # sessions of the log that can be chosen


@require_GET
def file(request: UserRequest, number: str) -> HttpResponse:
    found = own_file(request, number)
    context = {"file": file_of(found, timezone.now()), "nav": "certificates:wallet"}
    return render(request, "renewals/file.html", context)


@require_GET
def hand_in(request: UserRequest, number: str) -> HttpResponse:
    """What is missing, in sentences, and the door to handing it in."""
    found = own_file(request, number)
    shown = file_of(found, timezone.now())
    context = {"file": shown, "checklist": checklist_of(shown)}
    return render(request, "renewals/hand_in.html", context | {"nav": "certificates:wallet"})


@require_GET
def then_and_now(request: UserRequest, number: str) -> HttpResponse:
    """The baseline of the award, and beside it the fresh ratings of the renewal."""
    found = own_file(request, number)
    case = renewal_case(found)
    sent = SelfAssessment.objects.filter(sent_at__isnull=False)
    now = sent.filter(application=case).first() if case else None
    then = sent.filter(application__decisions__reference=found.decision).first()
    shown = now or then
    context = {
        "certificate": found,
        "case": case,
        "now": now,
        "then": then,
        "report": result_of(shown, request.user.language) if shown else None,
        "nav": "certificates:wallet",
    }
    return render(request, "renewals/then_and_now.html", context)


@require_http_methods(["GET", "POST"])
def add(request: UserRequest, number: str, what: str) -> HttpResponse:
    found = own_file(request, number)
    if what not in NoteKind.values:
        raise Http404
    initial = {"on": body_day(timezone.now()), "language": request.user.language[:2]}
    initial |= {"token": uuid4(), "statement": request.GET.get("statement", "")}
    form = _form(request, found, NoteKind(what), initial)
    if form.is_valid():
        try:
            services.add(
                found,
                form.written(),
                token=form.cleaned_data["token"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is in your renewal file."))
            return redirect("renewals:file", number=number)
    return _page(request, found, form)


@require_http_methods(["GET", "POST"])
def change(request: UserRequest, number: str, pk: int) -> HttpResponse:
    found = own_file(request, number)
    note = own_note(found, pk)
    form = _form(request, found, NoteKind(note.kind), said_in(note))
    if form.is_valid():
        try:
            services.change(
                note,
                form.written(),
                revision=form.cleaned_data["revision"] or 0,
                by=request.user,
                at=timezone.now(),
            )
        except services.Conflict as refusal:
            form.add_error(None, str(refusal))
            form.data = request.POST.copy()
            form.data["revision"] = str(own_note(found, pk).revision)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("renewals:file", number=number)
    return _page(request, found, form, note)


@require_POST
def remove(request: UserRequest, number: str, pk: int) -> HttpResponse:
    note = own_note(own_file(request, number), pk)
    try:
        services.remove(note, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The entry is deleted."))
    return redirect("renewals:file", number=number)


def _form(
    request: UserRequest, found: Certificate, kind: NoteKind, initial: dict[str, object]
) -> NoteForm:
    now = timezone.now()
    asked = list(asked_in(found, renewal_case(found), now)) if kind == NoteKind.PRACTICE else []
    lines = LogSession.objects.filter(person=request.user, on__gte=found.awarded_on)
    return NoteForm(
        request.POST or None, initial=initial, kind=kind, asked=asked, log=list(lines[:RECENT])
    )


def _page(
    request: UserRequest, found: Certificate, form: NoteForm, note: Note | None = None
) -> HttpResponse:
    context = {
        "certificate": found,
        "form": form,
        "note": note,
        "kind": form.kind,
        "why_closed": services.why_closed(found, timezone.now()),
        "nav": "certificates:wallet",
    }
    return render(request, "renewals/note.html", context)
