"""Whose case this is: the doors of this app's pages. Strangers get 404."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application, ApplicationQuerySet


def _whole(cases: ApplicationQuerySet) -> ApplicationQuerySet:
    return cases.select_related("tier", "tier__scheme", "applicant", "edition", "renews")


def own_case(request: UserRequest, pk: int) -> Application:
    """The applicant's own."""
    return get_object_or_404(_whole(Application.objects.filter(applicant=request.user)), pk=pk)


def any_case(request: UserRequest, pk: int) -> Application:
    """Whatever this person may see."""
    return get_object_or_404(_whole(Application.objects.visible_to(request.user)), pk=pk)


def file_to_open(request: UserRequest, pk: int) -> Application:
    """A case in which somebody else has to say what binds them. A panel has no part in a case
    until it answers, and declares before it reads the appeal."""
    allowed = Q(pk__in=Application.objects.visible_to(request.user).values("pk"))
    if Role.PANEL_CHAIR in request.user.roles:
        allowed |= Q(stage=Stage.DECLINED, decisions__appeals__isnull=False)
    cases = Application.objects.filter(allowed).exclude(applicant=request.user).distinct()
    return get_object_or_404(_whole(cases), pk=pk)


def declare_first(request: UserRequest, application: Application) -> HttpResponse:
    """Whoever has not said what binds them is asked, and comes back here."""
    here = urlencode({"next": request.path})
    return redirect(f"{reverse('applicants:declare', args=[application.pk])}?{here}")


def administrator(request: UserRequest) -> User:
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404
    return request.user
