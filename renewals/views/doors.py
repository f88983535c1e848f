"""How a page reaches what it shows. Who may not come in gets 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.http import UserRequest
from accounts.roles import Role
from certificates.models import Certificate
from renewals.models import Leave, Note


def own_file(request: UserRequest, number: str) -> Certificate:
    """The file of one's own certificate that ends."""
    mine = Certificate.objects.visible_to(request.user).filter(expires_on__isnull=False)
    related = ("tier__framework", "tier__scheme", "holder", "replaces")
    found = mine.select_related(*related).prefetch_related("events")
    return get_object_or_404(found, number=number)


def own_note(certificate: Certificate, pk: int) -> Note:
    """An entry of one's own file."""
    return get_object_or_404(Note.objects.of(certificate).select_related("certificate"), pk=pk)


def seen_leave(request: UserRequest, pk: int) -> Leave:
    seen = Leave.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("certificate__holder", "certificate__tier"), pk=pk)


def administrator(request: UserRequest) -> None:
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404
