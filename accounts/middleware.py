"""The person's own clock and language, and the second factor of everybody who works here."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User

Answer = Callable[[HttpRequest], HttpResponse]
DEMO_SIGN_IN = "demo_sign_in"  # set in the session by the demo's one-click sign-in alone
BEGAN, LAST_MOVE = "began", "last_move"


def own_time_and_language(get_response: Answer) -> Answer:
    """Pages speak the person's language and show the person's time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return get_response(request)
        translation.activate(user.language)
        with timezone.override(user.zone):
            return get_response(request)

    return middleware


def second_factor_for_staff(get_response: Answer) -> Answer:
    """Whoever holds a role sets up a second factor before any other page, and is signed out after
    half an hour without a move, or twelve hours in all."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not (user.roles or user.is_staff):
            return get_response(request)
        if _over(request):
            logout(request)
            messages.info(request, _("You were away for a while, so we signed you out."))
            return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.path})}")
        # Signing in and out and setting up the factor itself: all of it is below one address.
        free = request.path.startswith(reverse("account_logout").removesuffix("logout/"))
        if free or _has_second_factor(request, user):
            return get_response(request)
        messages.warning(
            request, _("Your role asks for a second factor. Set it up first; it takes a minute.")
        )
        return redirect("mfa_activate_totp")

    return middleware


def _has_second_factor(request: HttpRequest, user: User) -> bool:
    return bool(settings.DEMO and request.session.get(DEMO_SIGN_IN)) or is_mfa_enabled(user)


def _over(request: HttpRequest) -> bool:
    """Has this session been idle, or gone on, for longer than a staff session may?"""
    now = int(timezone.now().timestamp())
    session = request.session
    began, last = session.get(BEGAN, now), session.get(LAST_MOVE, now)
    if BEGAN not in session or now - last > 60:
        # Written once a minute at most, so that reading pages does not write a row each time.
        session[BEGAN], session[LAST_MOVE] = began, now
    idle, whole = now - last, now - began
    return bool(idle > settings.STAFF_IDLE_SECONDS or whole > settings.STAFF_SESSION_SECONDS)
