"""Letters that were reported, for administrators. To others the page is not there."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import UserRequest
from accounts.roles import Role
from directory import writing
from directory.forms import Settle
from directory.models import Approach
from trail.flow import Refused

NAV = "register:enquiries"


@require_safe
def reports(request: UserRequest) -> HttpResponse:
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404
    return render(request, "directory/reports.html", _reports(request))


@require_POST
def settle(request: UserRequest, pk: int) -> HttpResponse:
    approach = get_object_or_404(Approach.objects.reported_to(request.user), pk=pk)
    form = Settle(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            writing.settle(
                approach, note=said["note"], bar=said["bar"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Marked as settled."))
        return redirect("directory:reports")
    context = _reports(request) | {"form": form, "at_fault": approach.pk}
    return render(request, "directory/reports.html", context)


def _reports(request: UserRequest) -> dict[str, object]:
    rows = Approach.objects.reported_to(request.user).select_related("entry__person", "settled_by")
    return {
        "waiting": rows.filter(settled_at=None).order_by("reported_at"),
        "settled": rows.exclude(settled_at=None).order_by("-settled_at")[:50],
        "form": Settle(),
        "nav": NAV,
    }
