"""All audits together, for the Director: what is being read, and how far auditors agree."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import UserRequest
from portfolios.agreement import FEW, Line, agreement
from portfolios.panels import SecondAuditShare
from portfolios.rulebook import Criterion
from portfolios.views.doors import director
from portfolios.workload import going, loads

WIDTH, HEIGHT, EDGE = 640, 160, 12
MOST = 24  # months in the picture


@require_GET
def audits(request: UserRequest) -> HttpResponse:
    director(request)
    now = timezone.now()
    found = agreement()
    context = {
        "going": going(request.user, now),
        "loads": loads(now),
        "agreement": found,
        "few": FEW,
        "titles": dict(Criterion.objects.values_list("key", "title")),
        "picture": drift(found.months[-MOST:]),
        "shares": SecondAuditShare.objects.select_related("tier"),
        "may_edit": request.user.is_staff,
        "nav": "portfolios:audits",
    }
    return render(request, "portfolios/audits.html", context)


def drift(months: Sequence[Line]) -> dict[str, Any]:
    """Where the points of the picture lie: 100 % at the top, one step a month."""
    step = (WIDTH - 2 * EDGE) / max(len(months) - 1, 1)
    points = [
        {
            "x": round(EDGE + n * step, 1),
            "y": round(EDGE + (HEIGHT - 2 * EDGE) * (100 - month.percent) / 100, 1),
            "few": month.count < FEW,
        }
        for n, month in enumerate(months)
    ]
    line = " ".join(f"{point['x']},{point['y']}" for point in points)
    levels = [EDGE, HEIGHT / 2, HEIGHT - EDGE]
    return {
        "points": points,
        "line": line,
        "levels": levels,
        "width": WIDTH,
        "height": HEIGHT,
    }
