"""Which credentials are signed anew after a key was changed. How, stands in resealing.py."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.batch_flow import Kind
from certificates.bulk import CHOSEN, Asked, Chosen, Option
from certificates.dates import body_day
from credentials.models import Credential, SigningKey
from credentials.registry import CERTIFICATE


def sealed(asked: Asked) -> QuerySet[Any]:
    sealed_ones = Credential.objects.filter(kind=CERTIFICATE).exclude(sealed_at=None)
    rows = sealed_ones.select_related("certificate")
    which = asked.get("which", "")
    if which.isdigit():
        return rows.filter(key=int(which))
    newest = SigningKey.objects.filter(retired_at=None).order_by("-made_at", "-pk").values("pk")[:1]
    return rows.exclude(key__in=newest)


def keys() -> list[Option]:
    words = _("Signed with %(name)s, made on %(day)s: %(n)d")
    ours = Count("credentials", filter=Q(credentials__kind=CERTIFICATE))
    rows = SigningKey.objects.annotate(n=ours).filter(n__gt=0)
    return [
        (str(pk), words % {"name": name, "day": date_format(body_day(made), "j F Y"), "n": n})
        for pk, name, made, n in rows.values_list("pk", "name", "made_at", "n")
    ]


def _called(credential: Credential) -> str:
    one = credential.certificate
    return f"{one.number}, {one.snapshot['holder']}" if one else str(credential)


CHOSEN[Kind.RESEAL] = Chosen(sealed, _called, keys)
