"""Whose self-assessment this is: the doors of this app's pages. Strangers get 404."""

from django.shortcuts import get_object_or_404

from accounts.http import UserRequest
from applicants.models import Application
from assessments.models import SelfAssessment


def own_case(request: UserRequest, pk: int) -> Application:
    """Ratings in the making are the applicant's alone; everybody else gets 404."""
    cases = Application.objects.visible_to(request.user).filter(applicant=request.user)
    return get_object_or_404(
        cases.select_related("tier", "edition", "renews", "self_assessment"), pk=pk
    )


def opened(request: UserRequest, pk: int) -> SelfAssessment:
    """Whatever this person may see; who judges still has to declare first."""
    found = SelfAssessment.objects.visible_to(request.user).select_related(
        "application__tier", "application__applicant", "application__renews"
    )
    return get_object_or_404(found, application=pk)
