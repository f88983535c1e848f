"""The life of an edition, for administrators: list, draft, compare, publish, retire."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import UserRequest
from accounts.roles import Role
from frameworks import differences, forms, services
from frameworks.models import Edition, Framework, PendingImport
from frameworks.readiness import findings, without_french
from frameworks.reading import in_force
from frameworks.views.doors import kept, kept_draft, kept_framework
from trail.flow import Refused


@require_GET
def editions(request: UserRequest) -> HttpResponse:
    """Every edition of every framework, drafts among them."""
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404
    shown = Edition.objects.kept_by(request.user).select_related("published_by", "drafted_from")
    by_framework: dict[int, list[Edition]] = {}
    for one in shown.order_by("-pk"):
        by_framework.setdefault(one.framework_id, []).append(one)
    frameworks = [
        (one, found := by_framework.get(one.pk, []), any(e.published_at is None for e in found))
        for one in Framework.objects.order_by("pk")
    ]
    context = {"frameworks": frameworks, "in_force": in_force(timezone.now())}
    return render(request, "frameworks/editions.html", context)


@require_http_methods(["GET", "POST"])
def draft(request: UserRequest, key: str) -> HttpResponse:
    framework, now = kept_framework(request, key), timezone.now()
    suggested = services.suggested_label(framework, timezone.localtime(now))
    form = forms.Draft(request.POST or None, initial={"label": suggested})
    if form.is_valid():
        try:
            new = services.draft(framework, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error("label", str(refusal))
        else:
            messages.success(request, _("The draft is ready to work on."))
            return redirect("frameworks:work", key, new.label)
    last = framework.editions.published().order_by("-published_at", "-pk").first()
    context = {"framework": framework, "form": form, "last": last}
    return render(request, "frameworks/draft.html", context)


@require_GET
def work(request: UserRequest, key: str, label: str) -> HttpResponse:
    """The draft with everything that can be done to it."""
    edition = kept_draft(request, key, label)
    words = differences.statements(edition)
    areas = differences.areas(edition)
    context = {
        "edition": edition,
        "areas": [(area, [one for one in words if one.area == area.code]) for area in areas],
        "total": len(words),
        "findings": findings(edition),
        "missing": without_french(edition),
        "kinds": PendingImport.Kind.choices,
        "pending": PendingImport.objects.filter(edition=edition, by=request.user).first(),
    }
    return render(request, "frameworks/work.html", context)


@require_GET
def compare(request: UserRequest, key: str) -> HttpResponse:
    """Two editions of one framework: what was added, removed, reworded and moved."""
    framework = kept_framework(request, key)
    there = {one.label: one for one in framework.editions.order_by("pk")}
    labels = list(there)
    new = there.get(request.GET.get("new", labels[-1] if labels else ""))
    before = new.drafted_from.label if new and new.drafted_from else ""
    old = there.get(request.GET.get("old", before))
    context = {"framework": framework, "labels": labels, "old": old, "new": new}
    if old and new:
        context["statements"] = differences.compare(
            differences.statements(old), differences.statements(new)
        )
        context["areas"] = differences.compare(differences.areas(old), differences.areas(new))
    return render(request, "frameworks/compare.html", context)


@require_http_methods(["GET", "POST"])
def publish(request: UserRequest, key: str, label: str) -> HttpResponse:
    edition, now = kept_draft(request, key, label), timezone.now()
    form = forms.Publish(request.POST if request.method == "POST" else None)
    if form.is_valid():
        sample, fallback = form.cleaned_data["standing"] == "sample", form.cleaned_data["fallback"]
        try:
            services.publish(edition, sample=sample, fallback=fallback, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The edition is published. New cases start under it."))
            return redirect("frameworks:edition", key, label)
    found = findings(edition)
    context = {
        "edition": edition,
        "form": form,
        "stopping": [finding for finding in found if finding.stops],
        "warnings": [finding for finding in found if not finding.stops],
        "missing": without_french(edition),
        "current": edition.framework.edition_at(now),
    }
    return render(request, "frameworks/publish.html", context)


@require_http_methods(["GET", "POST"])
def retire(request: UserRequest, key: str, label: str) -> HttpResponse:
    edition, now, refused = kept(request, key, label), timezone.now(), ""
    if edition.published_at is None or edition.retired_at is not None:
        raise Http404
    if request.method == "POST":
        try:
            services.retire(edition, by=request.user, at=now)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("The edition is retired. No new case starts under it."))
            return redirect("frameworks:editions")
    left = edition.framework.editions.published().filter(retired_at=None).exclude(pk=edition.pk)
    context = {
        "edition": edition,
        "refused": refused,
        "next": left.order_by("-published_at", "-pk").first(),
    }
    return render(request, "frameworks/retire.html", context)


@require_http_methods(["GET", "POST"])
def discard(request: UserRequest, key: str, label: str) -> HttpResponse:
    edition = kept_draft(request, key, label)
    if request.method == "POST":
        services.discard(edition, by=request.user, at=timezone.now())
        messages.success(request, _("The draft is gone."))
        return redirect("frameworks:editions")
    return render(request, "frameworks/discard.html", {"edition": edition})
