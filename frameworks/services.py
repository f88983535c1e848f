"""The life of an edition: drafted from the last, filled, published for good, retired."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from frameworks import registry
from frameworks.copying import copy
from frameworks.exporting import fingerprint
from frameworks.importing import Found
from frameworks.models import Area, Edition, Framework, PendingImport, Statement
from frameworks.readiness import findings, without_french
from frameworks.taking import let_go, take
from trail.flow import Refused
from trail.models import Event

LABEL = re.compile(r"[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*")
TAKEN = {"compare", "draft"}  # addresses of ours stand where labels do


class NotYours(Refused):
    """Editions are kept by administrators."""


class NotADraft(Refused):
    """Published words never change."""


class BadLabel(Refused):
    """A label that cannot name this edition."""


class NotReady(Refused):
    """Something stands in the way of publishing."""


class Changed(Refused):
    """Somebody changed the draft after it was looked at."""


def hold(edition: Edition, by: User) -> Edition:
    """The draft, locked until the end of the transaction."""
    if Role.ADMINISTRATOR not in by.roles:
        raise NotYours(_("Only an administrator can do this."))
    held = Edition.objects.select_for_update(of=("self",)).select_related("framework")
    draft = held.get(pk=edition.pk)
    if draft.published_at is not None:
        raise NotADraft(_("This edition is published: its words never change."))
    return draft


def suggested_label(framework: Framework, at: datetime) -> str:
    """The year, and the next number in it."""
    labels = set(framework.editions.values_list("label", flat=True))
    number = 1
    while f"{at.year}.{number}" in labels:
        number += 1
    return f"{at.year}.{number}"


@transaction.atomic
def draft(framework: Framework, *, label: str, by: User, at: datetime) -> Edition:
    """A copy of the last published edition, to be worked on. One draft at a time."""
    if Role.ADMINISTRATOR not in by.roles:
        raise NotYours(_("Only an administrator can do this."))
    Framework.objects.select_for_update().get(pk=framework.pk)
    if not LABEL.fullmatch(label) or len(label) > 40 or label.lower() in TAKEN:
        raise BadLabel(_("Write the label with letters, digits, dots and hyphens, as in 2027.1."))
    if framework.editions.filter(label__iexact=label).exists():
        raise BadLabel(_("There is an edition with this label already."))
    open_one = framework.editions.drafts().first()
    if open_one is not None:
        words = _("Edition %(label)s is in draft already. Publish or discard it first.")
        raise Refused(words % {"label": open_one.label})
    source = framework.editions.published().order_by("-published_at", "-pk").first()
    new = Edition.objects.create(
        framework=framework,
        label=label,
        drafted_from=source,
        columns=source.columns if source else [],
    )
    if source is not None:
        copy(source, new)
        for keeper in registry.KEEPERS:
            keeper.drafted(source, new)
    Event.objects.record(
        "draft_edition",
        about=new,
        by=by,
        at=at,
        after="draft",
        label=label,
        source=source.pk if source else None,
    )
    return new


@transaction.atomic
def discard(edition: Edition, *, by: User, at: datetime) -> None:
    """Throw a draft away. The trail keeps that there was one."""
    going = hold(edition, by)
    let_go(going, list(Statement.objects.filter(edition=going).values_list("code", flat=True)))
    Area.objects.filter(edition=going).delete()
    Event.objects.record(
        "discard_edition", about=going, by=by, at=at, before="draft", label=going.label
    )
    going.delete()


@transaction.atomic
def keep(
    edition: Edition, found: Found, *, kind: str, name: str, by: User, at: datetime
) -> PendingImport:
    """Put a clean table by until it is confirmed. The draft stays as it is."""
    going_to = hold(edition, by)
    PendingImport.objects.filter(edition=going_to, by=by).delete()
    return PendingImport.objects.create(
        edition=going_to,
        kind=kind,
        name=name[:100],
        columns=found.columns,
        rows=found.rows,
        notes=found.notes,
        seen=fingerprint(going_to),
        by=by,
        at=at,
    )


@transaction.atomic
def take_in(pending: PendingImport, *, by: User, at: datetime) -> Edition:
    """Take a table into its draft: all of it, or nothing."""
    into = hold(pending.edition, by)
    if not PendingImport.objects.filter(pk=pending.pk).delete()[0]:
        raise Changed(_("This table was taken in or put away already."))
    if fingerprint(into) != pending.seen:
        raise Changed(_("The draft changed since you sent this table. Send it again and look."))
    take(into, pending.kind, pending.columns, pending.rows)
    Event.objects.record(
        "import_edition", about=into, by=by, at=at, kind=pending.kind, rows=len(pending.rows)
    )
    return into


@transaction.atomic
def put_away(pending: PendingImport, *, by: User) -> None:
    """Forget a table that was not taken in."""
    PendingImport.objects.filter(pk=pending.pk, by=by).delete()


@transaction.atomic
def publish(edition: Edition, *, sample: bool, fallback: bool, by: User, at: datetime) -> Edition:
    """From now on new cases start under it, and no word of it changes. `fallback` says that
    English is shown where French is missing."""
    ready = hold(edition, by)
    stopping = [finding.text for finding in findings(ready) if finding.stops]
    if stopping:
        raise NotReady(" ".join(stopping))
    missing = without_french(ready)
    if missing and not fallback:
        raise NotReady(_("Some French is missing. Say that English is shown there, or add it."))
    PendingImport.objects.filter(edition=ready).delete()
    Edition.objects.filter(pk=ready.pk).update(sample=sample, published_at=at, published_by=by)
    ready.refresh_from_db()
    Event.objects.record(
        "publish_edition",
        about=ready,
        by=by,
        at=at,
        before="draft",
        after="published",
        sample=sample,
        in_english=missing,
    )
    return ready


@transaction.atomic
def retire(edition: Edition, *, by: User, at: datetime) -> Edition:
    """No new case starts under it. Whatever was started keeps it."""
    if Role.ADMINISTRATOR not in by.roles:
        raise NotYours(_("Only an administrator can do this."))
    framework = Framework.objects.select_for_update().get(pk=edition.framework_id)
    going = framework.editions.published().filter(pk=edition.pk, retired_at=None).first()
    if going is None:
        raise Refused(_("Only a published edition can be retired, and once."))
    others = framework.editions.published().filter(retired_at=None).exclude(pk=going.pk)
    resting = [name for keeper in registry.KEEPERS for name in keeper.rests_on(framework)]
    if resting and not others.exists():
        raise Refused(_("Publish another edition first: certificates could not be begun."))
    Edition.objects.filter(pk=going.pk).update(retired_at=at)
    going.refresh_from_db()
    Event.objects.record(
        "retire_edition", about=going, by=by, at=at, before="published", after="retired"
    )
    return going
