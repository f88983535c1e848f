"""The applicant chooses a time with the assigned verifier."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import UserRequest
from accounts.models import User
from applicants.flow import Stage
from applicants.models import Application
from meetings.booking import Door, answer
from meetings.models import Meeting
from verification import services
from verification.script import meeting_kind, meeting_minutes


@require_http_methods(["GET", "POST"])
def book(request: UserRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    mine = Application.objects.visible_to(request.user).filter(applicant=request.user)
    application = get_object_or_404(mine.select_related("tier"), pk=pk)
    if (booked := services.upcoming(application, now)) is not None:
        return redirect("meetings:manage", pk=booked.pk)
    verifier, waits = services.verifier_of(application), application.stage == Stage.VERIFICATION
    context = {
        "application": application,
        "verifier": verifier,
        "waits": waits,
        "minutes": meeting_minutes(application),
    }
    if verifier is None or not waits:
        return render(request, "verification/book.html", context)
    return answer(request, _door(application, verifier, context, request.user, now), at=now)


def _door(
    application: Application, verifier: User, context: dict[str, Any], by: User, at: datetime
) -> Door:
    def book_it(_verifier: User, **answers: Any) -> Meeting:
        """The service finds the verifier itself: whoever holds the part by then."""
        return services.book(application, **answers, by=by, at=at).meeting

    kind, about = meeting_kind(application), application.trail_case()
    return Door(kind, about, [verifier], book_it, "verification/book.html", context)
