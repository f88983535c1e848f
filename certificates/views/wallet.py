"""The wallet: a person's certificates, their papers, who sees them and how they are renewed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from accounts.roles import Role
from certificates import services
from certificates.catalogue import asked_by
from certificates.dates import body_day
from certificates.flow import POSSIBLE, Deed
from certificates.forms import VisibilityForm
from certificates.holding import agreed, share_log
from certificates.linkedin import add_to_profile
from certificates.models import Certificate, Scheme, Tier, Visibility
from certificates.papers import MOST_ATTEMPTS, Drawing, Paper, PaperSigner
from certificates.renewal import grace_ends, may_renew, opens_on
from certificates.sharing import checks
from certificates.status import Standing, Status
from certificates.steps import RenewalStep
from certificates.tags import TAGS
from certificates.terms import terms
from frameworks.models import Edition
from trail.flow import Refused

# To its holder, one that has lapsed is something to do.
OWN_TAGS = {**TAGS, Status.LAPSED: ("you", "clock")}


@dataclass(frozen=True, slots=True)
class Card:
    """A certificate as its holder meets it today."""

    certificate: Certificate
    standing: Standing
    why_not: str  # why it cannot be renewed now; empty when it can
    check_url: str

    @property
    def label(self) -> str:
        return str(self.standing.status.label)

    @property
    def tag(self) -> str:
        return OWN_TAGS[self.standing.status][0]

    @property
    def icon(self) -> str:
        return OWN_TAGS[self.standing.status][1]

    @property
    def renewable(self) -> bool:
        return not self.why_not

    @property
    def ends(self) -> bool:
        """Has it a renewal file? One that was renewed or stopped has none to keep."""
        stands = self.standing.status in {Status.VALID, Status.LAPSED}
        return self.certificate.ends_on is not None and stands

    @property
    def case_open(self) -> bool:
        return any(case.is_open for case in self.certificate.renewal_cases.all())

    @property
    def opens_on(self) -> date | None:
        ends = self.certificate.ends_on
        return opens_on(ends) if ends else None

    @property
    def grace_ends(self) -> date | None:
        ends = self.certificate.ends_on
        return grace_ends(ends) if ends else None


def card_of(certificate: Certificate, at: datetime) -> Card:
    return Card(
        certificate,
        certificate.standing(at),
        may_renew(certificate, at),
        reverse("register:certificate", args=[certificate.public_id]),
    )


@require_GET
def wallet(request: UserRequest) -> HttpResponse:
    now = timezone.now()
    mine = Certificate.objects.visible_to(request.user)
    found = mine.select_related("tier").prefetch_related("events", "drawings", "renewal_cases")
    context = {"cards": [card_of(one, now) for one in found], "nav": "certificates:wallet"}
    return render(request, "certificates/wallet.html", context)


@require_GET
def certificate(request: UserRequest, number: str) -> HttpResponse:
    return _page(request, _own(request, number))


@require_POST
def show(request: UserRequest, number: str) -> HttpResponse:
    """The holder's choice of who sees the certificate."""
    found, form = _own(request, number), VisibilityForm(request.POST)
    if form.is_valid():
        chosen = Visibility(form.cleaned_data["visibility"])
        try:
            services.show(found, chosen, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("visibility", str(refusal))
        else:
            messages.success(request, _("Your choice is saved and holds from now on."))
            return redirect("certificates:certificate", number=number)
    return _page(request, found, form)


@require_GET
def files(request: UserRequest, number: str) -> HttpResponse:
    """The papers alone: asked again every two seconds while they are being drawn."""
    found = _own(request, number)
    return render(request, "certificates/_files.html", _papers(found))


@require_GET
def download(request: UserRequest, number: str, paper: str) -> HttpResponseBase:
    """For the holder, and for administrators who have to send it by other means."""
    drawings = Drawing.objects.filter(drawn_at__isnull=False, certificate__number=number)
    if Role.ADMINISTRATOR not in request.user.roles:
        drawings = drawings.filter(certificate__holder=request.user, certificate__stopped_at=None)
    drawing = get_object_or_404(drawings.select_related("certificate"), paper=paper)
    own = drawing.certificate.holder_id == request.user.pk
    if own and not agreed(drawing.certificate):
        return redirect("certificates:certificate", number=number)
    title = slugify(str(drawing.certificate.snapshot["title"]))
    name = f"{number}-{title}-{Paper(paper).value}.pdf"
    return FileResponse(
        drawing.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/pdf",
        headers={"Cache-Control": "private, no-store"},
    )


@require_GET
def catalogue(request: UserRequest) -> HttpResponse:
    """What can be earned, as it stands today. Changed in the administration."""
    if not request.user.roles:
        raise Http404
    now = timezone.now()
    tiers = Tier.objects.select_related("scheme", "framework")
    context = {
        "schemes": Scheme.objects.all(),
        "offers": asked_by(tiers, now),
        "editions": Edition.objects.select_related("framework", "published_by"),
        "steps": RenewalStep.objects.all(),
        "keeps": Role.ADMINISTRATOR in request.user.roles,
        "nav": "certificates:catalogue",
    }
    return render(request, "certificates/catalogue.html", context)


@login_not_required
@require_GET
def signers(request: HttpRequest) -> HttpResponse:
    """Who signed our PDFs, for those whose program does not know the signer."""
    return render(request, "certificates/signers.html", {"signers": PaperSigner.objects.all()})


@login_not_required
@require_GET
def signer(_request: HttpRequest, fingerprint: str) -> HttpResponse:
    found = get_object_or_404(PaperSigner, fingerprint=fingerprint)
    return HttpResponse(found.chain, content_type="application/x-pem-file")


def _own(request: UserRequest, number: str) -> Certificate:
    mine = Certificate.objects.visible_to(request.user)
    return get_object_or_404(
        mine.select_related("tier", "renews", "replaces", "credential"), number=number
    )


def _papers(found: Certificate) -> dict[str, object]:
    drawings = list(found.drawings.order_by("paper"))
    stopped = found.stopped_at is not None
    return {
        "certificate": found,
        "drawings": drawings,
        "stopped": stopped,
        "terms": terms(),
        "agreed": agreed(found),
        "failed": any(_failed(drawing) for drawing in drawings),
        "drawing_now": any(not d.drawn_at and not _failed(d) for d in drawings),
    }


def _shows(found: Certificate, at: datetime) -> bool:
    """Only what is valid, and can be checked, is worth a place in a profile."""
    return found.visibility != Visibility.PRIVATE and found.standing(at).good


def _failed(drawing: Drawing) -> bool:
    return drawing.drawn_at is None and drawing.attempts >= MOST_ATTEMPTS


def _asked_for_renewal(level: str) -> Iterable[RenewalStep]:
    """Lists inside JSON cannot be asked of every database, and there are ten."""
    return [step for step in RenewalStep.objects.all() if level in step.levels]


def _page(
    request: UserRequest, found: Certificate, form: VisibilityForm | None = None
) -> HttpResponse:
    now = timezone.now()
    initial = {
        "visibility": found.visibility,
        "consent": found.visibility == Visibility.DIRECTORY,
    }
    context = _papers(found) | {
        "card": card_of(found, now),
        "linkedin": add_to_profile(found) if _shows(found, now) else "",
        "today": body_day(now),
        "form": form or VisibilityForm(initial=initial),
        "visibilities": Visibility.choices,
        "successor": Certificate.objects.filter(renews=found).first(),
        "log": share_log(found),
        "checks": checks(found, body_day(now)),
        "asked": found.name_requests.filter(answered_at=None).first(),
        "may_give_back": found.status(now) in POSSIBLE[Deed.SURRENDER],
        "may_correct": found.status(now) in POSSIBLE[Deed.REPLACE],
        "after": Certificate.objects.filter(replaces=found).first(),
        "steps": _asked_for_renewal(found.tier.level) if found.expires_on else [],
        "nav": "certificates:wallet",
    }
    return render(request, "certificates/certificate.html", context)
