"""Files of a programme: the library, showing one with criteria, taking one away, reading one."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from awards import keeping
from awards.flow import WRITABLE, Stage
from awards.forms import FileForm
from awards.models import OPEN, Bid, Criterion, FrozenFile, KeptFile, Programme
from awards.views.doors import criterion_of, own_programme, team_bid, team_programme
from files.uploads import TYPES, ending_of
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def library(request: UserRequest, pk: int) -> HttpResponse:
    """Everything that a programme has collected, and a form for more."""
    here = own_programme(request, pk)
    if request.method == "GET":
        return _page(request, here)
    here = team_programme(request, pk)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        try:
            kept, new = keeping.keep(
                here, upload=said["file"], about=said["about"], dated_on=said["dated_on"],
                by=request.user, at=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _welcome(kept, new=new))
            return redirect("awards:library", pk)
    return _page(request, here, form)


def _welcome(kept: KeptFile, *, new: bool) -> str:
    words = (
        _("“%(name)s” is here. We are checking it.")
        if new
        else _("You have this already, as “%(name)s”. It is kept once.")
    )
    return words % {"name": kept.title}


def _page(request: UserRequest, here: Programme, form: FileForm | None = None) -> HttpResponse:
    frozen = set(FrozenFile.objects.filter(file__programme=here).values_list("file", flat=True))
    bid = _open_bid(here)
    codes: dict[int, list[str]] = {}
    if bid is not None:
        shown = bid.evidence.exclude(file=None).order_by("criterion__position")
        for number, code in shown.values_list("file", "criterion__code"):
            codes.setdefault(number, []).append(code)
    rows = [(kept, codes.get(kept.pk, []), kept.pk in frozen) for kept in here.files.all()]
    mine = here.organisation.members.filter(person=request.user, ended_at=None).exists()
    context = {
        "programme": here,
        "rows": rows,
        "bid": bid if mine else None,
        "mine": mine,
        "criteria": Criterion.objects.all(),
        "form": form or FileForm(),
        "nav": "awards:index",
    }
    return render(request, "awards/library.html", context)


def _open_bid(here: Programme) -> Bid | None:
    """The bid whose evidence can be added to."""
    return here.bids.filter(stage__in=[*WRITABLE, Stage.APPOINTMENT]).filter(stage__in=OPEN).first()


@require_POST
def show(request: UserRequest, pk: int, piece: int) -> HttpResponse:
    """Show a file with the criteria that were ticked."""
    here = team_programme(request, pk)
    kept, bid = get_object_or_404(here.files, pk=piece), _open_bid(here)
    if bid is None:
        raise Http404
    wanted = Criterion.objects.filter(code__in=request.POST.getlist("criteria"))
    _show(request, bid, wanted, kept)
    return redirect("awards:library", pk)


@require_POST
def attach(request: UserRequest, pk: int, criterion: str) -> HttpResponse:
    """The same from the page of one criterion."""
    bid, about = team_bid(request, pk), criterion_of(criterion)
    number = request.POST.get("kept", "")
    kept = get_object_or_404(bid.programme.files, pk=int(number) if number.isdecimal() else 0)
    _show(request, bid, [about], kept)
    return redirect("awards:criterion", pk, criterion)


def _show(request: UserRequest, bid: Bid, wanted: Iterable[Criterion], kept: KeptFile) -> None:
    try:
        keeping.show_with(bid, wanted, kept=kept, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))


@require_POST
def remove(request: UserRequest, pk: int, piece: int) -> HttpResponse:
    here = team_programme(request, pk)
    kept = get_object_or_404(here.files, pk=piece)
    try:
        keeping.remove(kept, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("awards:library", pk)


@require_GET
def download(request: UserRequest, pk: int) -> HttpResponseBase:
    """Only through the programme it belongs to, and never as a page of ours: what a file holds is
    nobody's word but its author's."""
    kept = get_object_or_404(KeptFile.objects.visible_to(request.user), pk=pk)
    team = kept.programme.organisation.members.filter(person=request.user, ended_at=None)
    if not kept.file or not (kept.open_to_others or team.exists()):
        raise Http404
    response = FileResponse(
        kept.file.open("rb"),
        as_attachment=True,
        filename=kept.title,
        content_type=TYPES.get(ending_of(kept.title), "application/octet-stream"),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
