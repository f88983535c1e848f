"""The demo's open door and its mailbox. Their addresses exist in the demo alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.middleware import DEMO_SIGN_IN
from accounts.models import User
from accounts.roles import WHAT_THEY_DO, Role
from imc_portal.demo.people import Persona, leads_programme, personas
from notices.models import Mail

ORDER = (
    Role.INTAKE_MANAGER,
    Role.AUDITOR,
    Role.VERIFIER,
    Role.DECIDER,
    Role.ADMINISTRATOR,
    Role.PANEL_CHAIR,
    Role.ASSESSOR,
)
SHOWN = 50
LETTER_ONLY = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "sandbox": True}


@dataclass(frozen=True, slots=True)
class Group:
    """People who can show the same part of the portal."""

    title: str | Promise
    does: str | Promise
    people: list[tuple[User, Persona]]


@login_not_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the demo, by what they are."""
    return render(request, "demo/people.html", {"groups": list(_groups())})


def _groups() -> Iterator[Group]:
    known = {persona.email: persona for persona in personas().values()}
    users = {user.email: user for user in User.objects.filter(email__in=known)}
    pairs = [(users[email], persona) for email, persona in known.items() if email in users]
    yield Group(
        _("Applicants and holders"),
        _("Each stands somewhere else on the way to a certificate."),
        [pair for pair in pairs if not pair[1].roles and not leads_programme(pair[1])],
    )
    yield Group(
        _("Programme teams"),
        _("They lead a programme that is on its way to an award."),
        [pair for pair in pairs if leads_programme(pair[1])],
    )
    for role in ORDER:
        yield Group(role.label, WHAT_THEY_DO[role], [p for p in pairs if role in p[1].roles])


@login_not_required
@require_POST
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """One click, no password and no second factor: for people of the demo and nobody else."""
    addresses = [persona.email for persona in personas().values()]
    user = get_object_or_404(User, pk=pk, email__in=addresses, is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[DEMO_SIGN_IN] = True
    return redirect("worklist" if user.roles else "home")


@login_not_required
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """What would have been sent, newest first."""
    words = request.GET.get("to", "")
    found = Mail.objects.filter(to__icontains=words).order_by("-at", "-pk")
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page, "words": words})


@login_not_required
@require_GET
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "demo/mail.html", {"mail": get_object_or_404(Mail, pk=pk)})


@login_not_required
@require_GET
@csp(LETTER_ONLY)  # type: ignore[arg-type]  # typed for views without arguments
def mail_html(_request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as a mail program shows it: its own styles, no script, nothing of this site."""
    return HttpResponse(get_object_or_404(Mail, pk=pk).html)
