"""The administration as a whole: who comes in, and what it leaves to the portal's own pages."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db.models import Model

# One door: the sign-in with limits and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.enable_nav_sidebar = True

# Whoever could change these could become somebody else, or give rights that roles do not know.
CLOSED: tuple[type[Model], ...] = (Authenticator, EmailAddress, Group, Session, UserSession)
for model in CLOSED:
    if admin.site.is_registered(model):
        admin.site.unregister(model)
