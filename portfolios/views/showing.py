"""With which entries a file or link is shown: chosen on one page, from its own side."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import UserRequest
from portfolios.gapmap import cells_of, maps_of
from portfolios.models import Evidence
from portfolios.showing import choosable, show_with
from portfolios.views.doors import own_portfolio
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def entries_of(request: UserRequest, pk: int) -> HttpResponse:
    mine = Evidence.objects.visible_to(request.user).select_related("portfolio")
    piece = get_object_or_404(mine, pk=pk)
    portfolio = own_portfolio(request, piece.portfolio.application_id)
    case = portfolio.application
    asked = list(case.asked())
    if request.method == "POST":
        chosen = [r for r in asked if str(r.pk) in request.POST.getlist("entry")]
        try:
            show_with(piece, chosen, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": piece.title})
            return redirect("portfolios:workspace", pk=case.pk)
    cells = cells_of(asked, {(e.statement_id, e.facet): e for e in portfolio.entries.all()})
    shown = set(piece.entries.values_list("statement", "facet"))
    on = {r.pk for r in asked if (r.statement_id, r.facet) in shown}
    context = {"case": case, "piece": piece, "maps": maps_of(cells), "on": on}
    context["open"] = choosable(portfolio, cells)
    return render(request, "portfolios/show_with.html", context)
