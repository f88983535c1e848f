"""Whose case this is: the doors of the verifier's pages. Strangers get 404."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.http import UserRequest
from accounts.roles import Role
from applicants.asking_more import open_question
from applicants.flow import Stage
from applicants.models import Application
from verification import services
from verification.models import Found
from verification.script import meeting_minutes


def assigned(request: UserRequest, pk: int) -> Application:
    """The verifier of this case, and nobody else."""
    mine = Application.objects.visible_to(request.user).filter(
        cast__person=request.user, cast__role=Role.VERIFIER, cast__ended_at=None
    )
    return get_object_or_404(mine.select_related("tier", "applicant", "edition"), pk=pk)


def common(application: Application) -> dict[str, Any]:
    """What every page of the verifier shows."""
    return {
        "application": application,
        "found": Found,
        "minutes": meeting_minutes(application),
        "meeting": services.upcoming(application, timezone.now()),
        "question": open_question(application),
        "open": application.stage == Stage.VERIFICATION,
        "nav": "worklist",
    }
