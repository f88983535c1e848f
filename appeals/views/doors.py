"""Whose appeal or complaint this is. Strangers, and whomever it is about, get 404."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.http import UserRequest
from appeals import forms
from appeals.models import Appeal, Complaint, Matter
from appeals.page import matter_page
from applicants.views.doors import declare_first


def appeal_of(request: UserRequest, pk: int) -> Appeal:
    whole = ("decision__application__tier", "decision__application__applicant", "decision__by")
    seen = Appeal.objects.visible_to(request.user).select_related(*whole)
    found: Appeal = get_object_or_404(seen, pk=pk)
    return found


def complaint_of(request: UserRequest, pk: int) -> Complaint:
    whole = ("sender", "against", "certificate__tier", "proposal")
    seen = Complaint.objects.visible_to(request.user).select_related(*whole)
    found: Complaint = get_object_or_404(seen, pk=pk)
    return found


def undeclared(request: UserRequest, matter: Matter) -> HttpResponse | None:
    """A panel says what binds it before it reads an appeal; the secretary only keeps it."""
    if not isinstance(matter, Appeal) or matter.writer == request.user:
        return None
    judges = "panel_chair" in matter.acts_as(request.user) or any(
        seat.person_id == request.user.pk for seat in matter.panel()
    )
    if judges and not matter.application.declared(request.user):
        return declare_first(request, matter.application)
    return None


def appeal_page(
    request: UserRequest, found: Appeal, bound: tuple[str, forms.Deed] | None = None
) -> dict[str, Any]:
    page = matter_page(found, request.user, timezone.now(), bound)
    return {
        "page": page,
        "matter": found,
        "decision": found.decision,
        "application": found.decision.application,
        "may_take_back": page.mine and found.is_open,
        "nav": "home" if page.mine else "worklist",
    }


def complaint_page(
    request: UserRequest, found: Complaint, bound: tuple[str, forms.Deed] | None = None
) -> dict[str, Any]:
    page = matter_page(found, request.user, timezone.now(), bound)
    return {"page": page, "matter": found, "nav": "home" if page.mine else "worklist"}
