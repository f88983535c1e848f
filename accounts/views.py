"""One's own profile; and for administrators, people and their roles."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import ChooseLanguage, FindPerson, GiveRole, Profile
from accounts.http import UserRequest
from accounts.models import Grant, User
from accounts.roles import WHAT_THEY_DO, Role
from accounts.services import end_grant, grant
from trail.flow import Refused

SHOWN = 50
LANGUAGE_SECONDS = 365 * 24 * 60 * 60


def _administrators_only(request: UserRequest) -> None:
    """Pages about other people are not there for anybody else."""
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404


@require_http_methods(["GET", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    form = Profile(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the pages: kept in a cookie, and with the person who is signed in."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(asked if safe else "home")
    form = ChooseLanguage(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=LANGUAGE_SECONDS,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_GET
def people(request: UserRequest) -> HttpResponse:
    _administrators_only(request)
    form = FindPerson(request.GET)
    form.is_valid()
    words = form.cleaned_data.get("q", "")
    found = User.objects.filter(is_active=True)
    if words:
        found = found.filter(Q(full_name__icontains=words) | Q(email__icontains=words))
    else:
        today = timezone.localdate()
        found = found.filter(pk__in=Grant.objects.in_force(today).values("user"))
    shown = found.order_by("full_name").prefetch_related("grants")[:SHOWN]
    context = {"form": form, "people": shown, "words": words, "today": timezone.localdate()}
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "POST"])
def person(request: UserRequest, pk: int) -> HttpResponse:
    _administrators_only(request)
    someone = get_object_or_404(User, pk=pk, is_active=True)
    today = timezone.localdate()
    form = GiveRole(request.POST or None, initial={"starts_on": today})
    if form.is_valid():
        given = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        try:
            grant(given.pop("role"), to=someone, by=request.user, at=timezone.now(), **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is given."))
            return redirect("accounts:person", pk=pk)
    context = {
        "someone": someone,
        "form": form,
        "grants": someone.grants.select_related("given_by").order_by("-starts_on"),
        "today": today,
        "roles": [(role.label, words) for role, words in WHAT_THEY_DO.items()],
    }
    return render(request, "accounts/person.html", context)


@require_POST
def end(request: UserRequest, pk: int) -> HttpResponse:
    _administrators_only(request)
    given = get_object_or_404(Grant.objects.in_force(timezone.localdate()), pk=pk)
    try:
        end_grant(given, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role is ended."))
    return redirect("accounts:person", pk=given.user_id)
