"""Organisations and programmes: founding, the profile, the team, who helps, and a new bid."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from awards import bidding, organising
from awards.forms import FoundForm, HelperForm, InviteForm, ProfileForm
from awards.models import AwardScheme, Bid, HelperKind, Programme
from awards.turns import turns_of
from awards.views.doors import own_programme, team_programme
from certificates.dates import body_day
from certificates.proposals import PROPOSERS
from trail.flow import Refused


@require_GET
def index(request: UserRequest) -> HttpResponse:
    """Programmes of one's own, and bids in which one has a part."""
    today = body_day(timezone.now())
    bids = Bid.objects.visible_to(request.user).select_related("programme__organisation", "scheme")
    turns = turns_of(list(bids.order_by("-pk")[:50]), request.user, today)
    context = {
        "programmes": Programme.objects.visible_to(request.user).select_related("organisation"),
        "underway": [(bid, turn) for bid, turn in turns if bid.is_open],
        "over": [(bid, turn) for bid, turn in turns if not bid.is_open],
        "keeps": bool(request.user.roles & PROPOSERS),
        "nav": "awards:index",
    }
    return render(request, "awards/index.html", context)


@require_http_methods(["GET", "POST"])
def found(request: UserRequest) -> HttpResponse:
    form = FoundForm(request.POST or None)
    if form.is_valid():
        try:
            programme = organising.found(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("awards:profile", programme.pk)
    return render(request, "awards/found.html", {"form": form, "nav": "awards:index"})


@require_GET
def programme(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, own_programme(request, pk))


@require_http_methods(["GET", "POST"])
def profile(request: UserRequest, pk: int) -> HttpResponse:
    here = team_programme(request, pk)
    form = ProfileForm(request.POST or None, instance=Programme.objects.get(pk=pk))
    if form.is_valid():
        said = organising.Profile(**form.cleaned_data)
        try:
            organising.describe(here, said, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("awards:programme", pk)
    context = {"programme": here, "form": form, "nav": "awards:index"}
    return render(request, "awards/profile.html", context)


@require_POST
def begin(request: UserRequest, pk: int) -> HttpResponse:
    here = team_programme(request, pk)
    scheme = get_object_or_404(AwardScheme, key=request.POST.get("scheme", ""))
    try:
        bid = bidding.open_bid(here, scheme, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("awards:programme", pk)
    return redirect("awards:workspace", bid.pk)


@require_POST
def invite(request: UserRequest, pk: int) -> HttpResponse:
    here = team_programme(request, pk)
    form = InviteForm(request.POST)
    if form.is_valid():
        address = form.cleaned_data["address"]
        try:
            organising.invite(
                here.organisation, address=address, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("The invitation to %(address)s is on its way.")
            messages.success(request, words % {"address": address})
            return redirect("awards:programme", pk)
    return _page(request, here, invite_form=form)


@require_POST
def take_back(request: UserRequest, pk: int, piece: int) -> HttpResponse:
    here = team_programme(request, pk)
    invitation = get_object_or_404(here.organisation.invitations, pk=piece)
    organising.take_back(invitation, by=request.user, at=timezone.now())
    messages.success(request, _("The invitation works no more."))
    return redirect("awards:programme", pk)


@require_POST
def leave(request: UserRequest, pk: int, piece: int) -> HttpResponse:
    here = team_programme(request, pk)
    member = get_object_or_404(here.organisation.members.filter(ended_at=None), pk=piece)
    try:
        organising.end_membership(member, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("awards:programme", pk)
    messages.success(request, _("Noted. What they wrote stays."))
    if member.person_id == request.user.pk:
        return redirect("awards:index")
    return redirect("awards:programme", pk)


@require_POST
def name_helper(request: UserRequest, pk: int) -> HttpResponse:
    here = team_programme(request, pk)
    form = HelperForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            organising.name_helper(
                here,
                name=said["name"],
                email=said["email"],
                kind=HelperKind(said["kind"]),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Named. They can never assess this programme."))
            return redirect("awards:programme", pk)
    return _page(request, here, helper_form=form)


@require_http_methods(["GET", "POST"])
def invitation(request: UserRequest, invite: UUID) -> HttpResponse:
    """For the address that was invited; everybody else finds nothing here."""
    now = timezone.now()
    found = organising.open_invitation(invite, request.user, now)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            organising.accept(found, by=request.user, at=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("awards:index")
        words = _("Welcome to the team of %(organisation)s.")
        messages.success(request, words % {"organisation": found.organisation})
        return redirect("awards:index")
    return render(request, "awards/invitation.html", {"invitation": found})


def _page(
    request: UserRequest,
    here: Programme,
    *,
    invite_form: InviteForm | None = None,
    helper_form: HelperForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    organisation = here.organisation
    members = organisation.members.filter(ended_at=None).select_related("person")
    bids = list(here.bids.select_related("scheme").order_by("-opened_at"))
    context = {
        "programme": here,
        "members": members,
        "mine": any(member.person_id == request.user.pk for member in members),
        "invitations": organisation.invitations.open(now),
        "helpers": here.helpers.all(),
        "bids": bids,
        "awards": here.awards.all(),
        "may_begin": not any(bid.is_open for bid in bids),
        "schemes": AwardScheme.objects.all(),
        "invite_form": invite_form or InviteForm(),
        "helper_form": helper_form or HelperForm(),
        "nav": "awards:index",
    }
    return render(request, "awards/programme.html", context)
