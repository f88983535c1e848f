"""Whose programme this is: the doors of this app's pages. Strangers get 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from awards.flow import JUDGES, SEATS, Part, Process
from awards.models import Bid, Criterion, Programme


def own_programme(request: UserRequest, pk: int) -> Programme:
    """A programme of one's own organisation; administrators look after all."""
    found = Programme.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(found, pk=pk)


def team_programme(request: UserRequest, pk: int) -> Programme:
    programme = own_programme(request, pk)
    if not programme.organisation.members.filter(person=request.user, ended_at=None).exists():
        raise Http404
    return programme


def any_bid(request: UserRequest, pk: int) -> Bid:
    found = Bid.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("programme__organisation", "scheme"), pk=pk)


def team_bid(request: UserRequest, pk: int) -> Bid:
    bid = any_bid(request, pk)
    if Part.TEAM not in bid.acts_as(request.user):
        raise Http404
    return bid


def judge_bid(request: UserRequest, pk: int) -> Bid:
    """For those who hold a part in judging it."""
    bid = any_bid(request, pk)
    if not bid.acts_as(request.user) & set(JUDGES):
        raise Http404
    return bid


def has_seat(bid: Bid, user: User) -> bool:
    """One of the two who assess here."""
    return bool(bid.acts_as(user) & set(SEATS[Process(bid.process)]))


def administrator(request: UserRequest) -> User:
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404
    return request.user


def criterion_of(code: str) -> Criterion:
    return get_object_or_404(Criterion.objects.select_related("standard"), code=code)
