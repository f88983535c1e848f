"""Pages for everybody, and the list of what people wrote to us."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits
from accounts.http import UserRequest
from accounts.models import User
from accounts.names import visible
from accounts.roles import Role
from appeals.complaining import Told, complain
from appeals.models import Subject
from awards.finding import find as find_award
from certificates.models import Certificate
from certificates.sharing import note_check
from directory.models import Approach
from notices.models import BodyFact
from notices.texts import absolute
from register import services
from register.catalogue import CURRENT, EARLIER, offers
from register.finding import checked, find, find_paper
from register.forms import Answer, Check, Contact, OnDay
from register.models import Enquiry, Page, Topic
from register.pages import LIVE, front_of, text_of
from register.verdict import as_data, verdict
from trail.flow import Refused

# How often an hour one address may do it.
ENQUIRIES, MISSES = 5, 30
NAV = "register:check"  # what the navigation shows as open on every page of a check


def _page(slug: str) -> Page:
    page = Page.objects.for_reader(get_language()).filter(slug=slug).first()
    if page is None:
        raise Http404
    return page


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The home page of whoever is not signed in; imc_portal's home shows it."""
    page = _page("home")
    return render(request, "register/front.html", {"page": page, "front": front_of(page)})


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    if slug in LIVE:
        return redirect(LIVE[slug])
    found = _page(slug)
    context: dict[str, object] = {"page": found, "text": text_of(found)}
    if slug != "certificates":
        return render(request, "register/page.html", context)
    names = EARLIER if request.GET.get("names") == EARLIER else CURRENT
    context |= {"offers": offers(names, timezone.now()), "names": names}
    return render(request, "register/certificates.html", context)


@login_not_required
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """From a number, a code or an address to the page of that certificate."""
    at, paper = timezone.now(), request.GET.get("paper", "")
    typed = request.GET.get("number") or request.GET.get("code") or ""
    name = request.GET.get("name", "")
    if not typed.strip() and not paper:
        return render(request, "register/check.html", {"missed": False, "nav": NAV})
    if limits.used_up("check", MISSES, request, at):
        return render(request, "register/wait.html", status=429)
    found = find_paper(paper) if paper else _typed(typed, name)
    if found is None and (award := find_award(typed, paper)):
        return redirect("award:page", award.public_id)
    if found is None:
        said = {"typed": visible(typed[:200]), "name": visible(name[:200]), "by_paper": bool(paper)}
        return _missed(request, at, **said)
    address = reverse("register:certificate", args=[found.public_id])
    return redirect(f"{address}?paper={paper}" if paper else address)


@login_not_required
@require_safe
def certificate(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a certificate is worth now, or was worth on a day. No cookie is asked for or set."""
    at = timezone.now()
    found = checked(public_id)
    if found is None:
        return _missed(request, at)
    form = OnDay(request.GET)
    on = form.cleaned_data["on"] if form.is_valid() else None
    answer = verdict(found, at=at, on=on)
    context = {"answer": answer, "form": form, "zone": settings.TIME_ZONE, "nav": NAV}
    context |= {
        "address": absolute(reverse("register:certificate", args=[found.public_id])),
        "picture": absolute(static(f"previews/{answer.said['level']}.png")),
    }
    if paper := request.GET.get("paper", ""):
        context["same_paper"] = find_paper(paper) == found
    note_check(found, at)
    response = render(request, "register/verdict.html", context)
    response["Cache-Control"] = "no-store"
    if not answer.listed:
        response["X-Robots-Tag"] = "noindex"
    return response


def _typed(number: str, name: str) -> Certificate | None:
    form = Check({"number": number, "name": name})
    if not form.is_valid():
        return None
    return find(form.cleaned_data["number"], form.cleaned_data["name"])


def _missed(request: HttpRequest, at: datetime, **said: object) -> HttpResponse:
    """Private and unknown are answered alike, and only so often an hour."""
    if limits.used_up("check", MISSES, request, at):
        return render(request, "register/wait.html", status=429)
    limits.note("check", request, at)
    return render(request, "register/check.html", {"missed": True, "nav": NAV, **said}, status=404)


@login_not_required
@require_safe
def certificate_data(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    found = checked(public_id)
    form = OnDay(request.GET)
    if found is None:
        if limits.used_up("check", MISSES, request, at):
            return JsonResponse({"error": _("Too many tries. Wait an hour.")}, status=429)
        limits.note("check", request, at)
        return JsonResponse({"error": _("We have no certificate with this code.")}, status=404)
    if not form.is_valid():
        return JsonResponse({"error": _("Write the day as 2026-01-31.")}, status=400)
    note_check(found, at)
    data = as_data(verdict(found, at=at, on=form.cleaned_data["on"]))
    return JsonResponse(data, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


@login_not_required
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    user = request.user if isinstance(request.user, User) else None
    form = Contact(request.POST or None, user=user, topic=request.GET.get("topic", ""))
    if form.from_a_machine:
        return redirect("register:thanks")
    if request.GET.get("topic") == Topic.COMPLAINT and request.method == "GET":
        return redirect("appeals:complain")  # it has a form, and a way, of its own
    if form.is_valid():
        if limits.used_up("enquiry", ENQUIRIES, request, at):
            form.add_error(None, _("You wrote several times this hour. Try again in an hour."))
        else:
            limits.note("enquiry", request, at)
            return _received(form.cleaned_data, user, at)
    return render(request, "register/contact.html", {"form": form, "facts": _facts()})


def _received(said: dict[str, Any], user: User | None, at: datetime) -> HttpResponse:
    """A complaint goes the way of complaints, whichever form brought it."""
    if said["topic"] == Topic.COMPLAINT:
        told = Told(Subject.OTHER, said["text"], name=said["name"], email=said["email"])
        sender = user if user and user.email == said["email"] else None
        kept = complain(told, token=said["token"], by=sender, at=at)
        return redirect("appeals:follow", follow=kept.secret)
    topic, fields = Topic(said["topic"]), {k: said[k] for k in ("token", "name", "email", "text")}
    services.receive(topic, **fields, by=user, at=at)
    return redirect("register:thanks")


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "register/thanks.html", {"facts": _facts()})


def _facts() -> dict[str, str]:
    return BodyFact.objects.values_map()


@require_safe
def enquiries(request: UserRequest) -> HttpResponse:
    """What people wrote, unanswered first. For administrators; to others it is not there."""
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404
    rows = Enquiry.objects.visible_to(request.user).waiting_first()
    waiting = rows.filter(answered_at=None)
    answered = rows.exclude(answered_at=None)[:50]
    reported = Approach.objects.reported_to(request.user).filter(settled_at=None).count()
    context = {"waiting": waiting, "answered": answered, "form": Answer(), "reported": reported}
    return render(request, "register/enquiries.html", context)


@require_POST
def answer(request: UserRequest, pk: int) -> HttpResponse:
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user), pk=pk)
    form = Answer(request.POST)
    if form.is_valid():
        try:
            services.answer(
                enquiry, note=form.cleaned_data["note"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Marked as answered."))
        return redirect("register:enquiries")
    return render(request, "register/answer.html", {"enquiry": enquiry, "form": form})
