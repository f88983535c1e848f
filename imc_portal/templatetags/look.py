"""How the portal looks: icons, rings, charts, the navigation, and words for days and time zones."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django import forms, template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.roles import Role
from accounts.zones import offset_words, place_name
from certificates.proposals import CONFIRMERS
from imc_portal import charts
from meetings.models import KINDS_OF_ROLE

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()


# --- Drawings ---------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of the sprite in the size of the text. With a label it speaks."""
    return _drawing(name, css="icon", label=label)


@register.simple_tag
def drawing(name: str, css: str = "") -> SafeString:
    """Any other drawing of the sprite: "mark", "tier3", "art-seed", "g-ready", "node-now"."""
    return _drawing(name, css=css)


@register.simple_tag
def ring(level: int, css: str = "") -> SafeString:
    """The growth rings of a level from 0 to 4. For a tier, the class names its season."""
    return _drawing(f"ring{level}", css=css)


def _drawing(name: str, *, css: str = "", label: str = "") -> SafeString:
    href = f"{static('svg/sprite.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


@register.simple_tag
def rings_chart(rows: Sequence[charts.Row], earlier: Sequence[charts.Row] = ()) -> SafeString:
    """Rows of (code, concept, practice). `earlier` is the outline of another time."""
    return charts.rings_chart(rows, earlier)


@register.simple_tag
def radar(series: Sequence[tuple[str, Sequence[float]]]) -> SafeString:
    """Lines over the same axes: ("self", values), ("first", values), ("final", values)."""
    return charts.radar(series)


@register.simple_tag
def bars_chart(rows: Sequence[tuple[int, Sequence[float]]]) -> SafeString:
    """Bars of (number, values upon each other)."""
    return charts.bars_chart(rows)


# --- Words ------------------------------------------------------------------------------------
@register.filter
def words(text: str | None) -> int:
    return len((text or "").split())


@register.filter
def days_left(due: date | None, today: date | None = None) -> str:
    """The distance of a day in words, beside the day itself: "in 7 days", "today", "1 day late"."""
    if due is None:
        return ""
    days = (_day(due) - (_day(today) if today else timezone.localdate())).days
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
    return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}


def _day(moment: date) -> date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


@register.filter
def zone_name(zone: str | tzinfo) -> str:
    """A time zone by its place, as people say it: "Toronto time"."""
    place = place_name(zone)
    return place if place == "UTC" else _("%(place)s time") % {"place": place}


@register.filter
def zone_offset(moment: datetime, zone: str | tzinfo | None = None) -> str:
    """How far a zone is from UTC at that moment: "UTC+7", "UTC−3:30"."""
    place = ZoneInfo(zone) if isinstance(zone, str) else zone or timezone.get_current_timezone()
    return offset_words(moment.astimezone(place))


# What allauth's fields are called here: its own labels name things, ours say them.
FIELDS = {
    "login": gettext_lazy("E-mail address"),
    "email": gettext_lazy("E-mail address"),
    "remember": gettext_lazy("Keep me signed in on this device"),
    "oldpassword": gettext_lazy("Your password now"),
    "code": gettext_lazy("Code"),
    "passwordless": gettext_lazy("This key can also sign me in without my password"),
}


@register.filter
def in_our_words(form: forms.BaseForm) -> forms.BaseForm:
    """A form of allauth with our labels. Placeholders that repeat the label go: they vanish when
    one types, and read like an answer.
    """
    for shown in form:  # the bound fields: a form that was checked has made them already
        shown.field.widget.attrs.pop("placeholder", None)
        shown.label = FIELDS.get(shown.name, shown.label)
    return form


# --- Navigation -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Link:
    """A page that the navigation knows: its words, and the name of its address."""

    label: str | Promise
    name: str
    args: tuple[str, ...] = ()
    roles: frozenset[Role] = field(default_factory=frozenset)  # empty: everyone whose list this is


@dataclass(frozen=True, slots=True)
class Item:
    """A link as a page shows it. `current` goes into aria-current: "page", "true" or ""."""

    label: str | Promise
    url: str
    current: str


VISITOR = (
    Link(gettext_lazy("Certificates"), "register:page", ("certificates",)),
    Link(gettext_lazy("How it works"), "register:page", ("how-it-works",)),
    Link(gettext_lazy("Check a certificate"), "register:check"),
    Link(gettext_lazy("Find a mentor"), "directory:index"),
    Link(gettext_lazy("Sign in"), "account_login"),
)
APPLICANT = (
    Link(gettext_lazy("Home"), "home"),
    Link(gettext_lazy("My certificates"), "certificates:wallet"),
    Link(gettext_lazy("Meetings"), "meetings:mine"),
    Link(gettext_lazy("Programmes"), "awards:index"),
    Link(gettext_lazy("Profile"), "accounts:profile"),
)
HOSTS = frozenset(KINDS_OF_ROLE)
ASSESSING = frozenset({Role.ASSESSOR, Role.PANEL_CHAIR})
STAFF = (
    Link(gettext_lazy("Home"), "home"),
    Link(gettext_lazy("Worklist"), "worklist"),
    Link(gettext_lazy("My day"), "meetings:day", roles=HOSTS),
    Link(gettext_lazy("Calendar"), "meetings:mine"),
    Link(gettext_lazy("Catalogue"), "certificates:catalogue"),
    Link(gettext_lazy("Certificates"), "certificates:records", roles=CONFIRMERS),
    Link(gettext_lazy("Audits"), "portfolios:audits", roles=frozenset({Role.DECIDER})),
    Link(gettext_lazy("Programmes"), "awards:index", roles=ASSESSING),
    Link(gettext_lazy("People"), "accounts:people", roles=frozenset({Role.ADMINISTRATOR})),
    Link(gettext_lazy("Impartiality"), "applicants:impartiality", roles=frozenset({Role.DECIDER})),
    Link(gettext_lazy("Enquiries"), "register:enquiries", roles=frozenset({Role.ADMINISTRATOR})),
    Link(gettext_lazy("Profile"), "accounts:profile"),
)
ADMINISTRATION = Link(gettext_lazy("Administration"), "admin:index")
FOOT = (
    Link(gettext_lazy("Profiles and frameworks"), "frameworks:index"),
    Link(gettext_lazy("Awarded programmes"), "awards:listed"),
    Link(gettext_lazy("Public API"), "register:api"),
    Link(gettext_lazy("Education providers"), "register:providers"),
    Link(gettext_lazy("Questions and answers"), "register:page", ("faq",)),
    Link(gettext_lazy("Conduct and appeals"), "register:page", ("conduct",)),
    Link(gettext_lazy("Privacy"), "register:page", ("privacy",)),
    Link(gettext_lazy("Contact"), "register:contact"),
)
ACCOUNT = (
    Link(gettext_lazy("Profile"), "accounts:profile"),
    Link(gettext_lazy("E-mail address"), "account_email"),
    Link(gettext_lazy("Password"), "account_change_password"),
    Link(gettext_lazy("Second factor"), "mfa_index"),
    Link(gettext_lazy("Where you are signed in"), "usersessions_list"),
)


@register.simple_tag(takes_context=True)
def nav_items(context: template.Context) -> list[Item]:
    """The way through the portal for whoever looks. A page may name its entry as `nav`."""
    return _items(_links(context.get("user")), context)


@register.simple_tag(takes_context=True)
def foot_items(context: template.Context) -> list[Item]:
    return _items(FOOT, context)


@register.simple_tag(takes_context=True)
def account_items(context: template.Context) -> list[Item]:
    """The pages of one's own account."""
    return _items(ACCOUNT, context)


def _links(user: object) -> Iterable[Link]:
    if not getattr(user, "is_authenticated", False):
        return VISITOR
    roles = frozenset(getattr(user, "roles", ()))
    if not roles:
        return APPLICANT
    links = [link for link in STAFF if not link.roles or link.roles & roles]
    return [*links, ADMINISTRATION] if getattr(user, "is_staff", False) else links


def _items(links: Iterable[Link], context: template.Context) -> list[Item]:
    request: HttpRequest | None = context.get("request")
    found = list(_found(links))
    path = request.path if request else ""
    here = _here(found, path, context.get("nav"))
    return [
        Item(link.label, url, ("page" if url == path else "true") if url == here else "")
        for link, url in found
    ]


def _found(links: Iterable[Link]) -> Iterator[tuple[Link, str]]:
    for link in links:
        # A page that is left out of this installation has no entry.
        with suppress(NoReverseMatch):
            yield link, reverse(link.name, args=link.args)


def _here(found: list[tuple[Link, str]], path: str, named: str | None) -> str | None:
    """The address of the entry that a page belongs to: the named one, or the closest above it."""
    for link, url in found:
        if named == link.name:
            return url
    above = [url for _, url in found if path == url or (url != "/" and path.startswith(url))]
    return max(above, key=len, default=None)
