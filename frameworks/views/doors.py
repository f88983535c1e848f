"""Whom these pages are for: for everybody but administrators there is nothing here."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.http import UserRequest
from accounts.roles import Role
from frameworks.models import Edition, Framework


def kept(request: UserRequest, key: str, label: str) -> Edition:
    mine = Edition.objects.kept_by(request.user).select_related("framework", "drafted_from")
    return get_object_or_404(mine, framework__key=key, label=label)


def kept_draft(request: UserRequest, key: str, label: str) -> Edition:
    drafts = Edition.objects.kept_by(request.user).drafts()
    found = drafts.select_related("framework", "drafted_from__framework")
    return get_object_or_404(found, framework__key=key, label=label)


def kept_framework(request: UserRequest, key: str) -> Framework:
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404
    return get_object_or_404(Framework, key=key)
