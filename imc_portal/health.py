"""Whether the portal lives, can serve, and keeps up. Public, so it says states and numbers only."""

from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache as store
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.models import Report
from awards.models import AwardPaper
from credentials.models import Credential
from files import scanning
from imc_portal.models import Dossier
from notices.models import Message
from portfolios.models import Evidence
from trail.models import Head

STUCK = timedelta(minutes=15)  # the outbox is emptied every few seconds
LATELY = timedelta(days=2)  # a head is published every day


@login_not_required
@never_cache
@require_safe
def livez(_request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked, so that a slow database restarts nobody."""
    return JsonResponse({"ok": True})


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """The database answers and every migration is applied."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        migrated = _migrated()
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "away"}, status=503)
    except _Behind:
        migrated = False
    said = {"ok": migrated, "database": "ok", "migrations": "applied" if migrated else "behind"}
    return JsonResponse(said, status=200 if migrated else 503)


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """What a monitor watches. Whatever is away or waits is told, and only a stuck outbox is an
    outage."""
    now = timezone.now()
    try:
        outbox, counts = _outbox_age(now), _counts(now)
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "away"}, status=503)
    ok = outbox < STUCK
    said = {
        "ok": ok,
        "database": "ok",
        "cache": _cache(now),
        "scanner": scanning.state(),
        "outbox_seconds": int(outbox.total_seconds()),
        **counts,
    }
    return JsonResponse(said, status=200 if ok else 503)


def _counts(at: datetime) -> dict[str, int]:
    """How much waits that should not."""
    return {
        "dead_letters": Message.objects.dead().count(),
        "overdue_reports": Report.objects.overdue(at - STUCK).count(),
        "overdue_dossiers": Dossier.objects.overdue(at - STUCK).count(),
        "broken_heads": Head.objects.filter(unbroken=False, published_at__gte=at - LATELY).count(),
        "undrawn_award_papers": AwardPaper.objects.failed().count(),
        "unsigned_credentials": Credential.objects.failed().count(),
        "files_waiting": Evidence.objects.waiting().count(),
    }


class _Behind(Exception):
    """A migration is not applied. An exception, because `cache` keeps answers only."""


@cache
def _migrated() -> bool:
    """Asked until it is so once: migrations are never taken back under a running process."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Behind
    return True


def _outbox_age(at: datetime) -> timedelta:
    """How long the oldest letter has been due."""
    oldest: datetime | None = Message.objects.due(at).aggregate(at=Min("not_before"))["at"]
    return max(at - oldest, timedelta()) if oldest else timedelta()


def _cache(at: datetime) -> str:
    stamp = at.isoformat()
    store.set("healthz", stamp, 30)
    return "ok" if store.get("healthz") == stamp else "away"
