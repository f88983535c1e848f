"""The private calendar feed: its page, and the feed itself for programs that cannot sign in."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import limits
from accounts.http import UserRequest
from meetings import feed as feeds
from meetings.models import CalendarFeed
from notices.texts import absolute

# How often an hour one address may read one feed, or ask for feeds that do not exist.
READS, MISSES = 60, 60


@require_GET
def feed(request: UserRequest) -> HttpResponse:
    mine = CalendarFeed.objects.filter(person=request.user).first()
    secret = feeds.secret_of(mine) if mine else ""
    address = absolute(reverse("meetings:read_feed", args=[secret])) if secret else ""
    context = {
        "feed": mine,
        "address": address,
        # The same place under the name that calendar programs have signed up for.
        "webcal": address.replace(address.partition(":")[0], "webcal", 1),
        "nav": "meetings:mine",
    }
    return render(request, "meetings/feed.html", context)


@require_POST
def make_feed(request: UserRequest) -> HttpResponse:
    feeds.make(by=request.user, at=timezone.now())
    messages.success(request, _("Here is your new address. Give it to your calendar program."))
    return redirect("meetings:feed")


@require_POST
def revoke_feed(request: UserRequest) -> HttpResponse:
    feeds.revoke(by=request.user, at=timezone.now())
    messages.success(request, _("The address is revoked. Nobody can read it any more."))
    return redirect("meetings:feed")


@login_not_required
@require_safe
def read_feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    at = timezone.now()
    found = feeds.find(secret)
    whose, most = (f"feed:{found.pk}", READS) if found else ("feed", MISSES)
    if limits.used_up(whose, most, request, at):
        return HttpResponse(status=429, headers={"Retry-After": str(limits.HOUR)})
    limits.note(whose, request, at)
    if found is None:
        # Plain words: our page of this kind would set a cookie, and a program reads neither.
        nothing = _("There is no calendar at this address.")
        return HttpResponse(nothing, status=404, content_type="text/plain; charset=utf-8")
    feeds.note_read(found, at=at)
    content = feeds.calendar_of(found.person, at=at)
    etag = quote_etag(sha256(content).hexdigest()[:32])
    answer = HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, no-cache", "ETag": etag, "X-Robots-Tag": "noindex"},
    )
    return get_conditional_response(request, etag=etag, response=answer) or answer
