"""Certificates, one at a time: by the code in their address, or by number and name."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _later
from ninja import Path, Query, Router
from pydantic import Field

from accounts import limits
from certificates.models import Certificate
from certificates.sharing import note_check
from notices.texts import absolute
from register.api.problems import Broken
from register.api.shapes import Day, Name, Number, Told
from register.finding import checked, named
from register.verdict import Verdict, as_data, verdict

router = Router(tags=["Certificates"])
MISSES = 30  # an hour, from one address: those of the check page and ours together
Stands = Literal[
    "not_yet", "valid", "no_end", "lapsed", "suspended", "on_hold", "withdrawn", "surrendered",
    "replaced", "reduced", "renewed",
]  # fmt: skip
Code = Annotated[
    str,
    Path(
        min_length=6,
        max_length=24,
        pattern=r"^[-a-zA-Z0-9_]+$",
        description=_later("The code in the certificate’s address: its square code leads there."),
        examples=["x3Kd81mWqLz0PfYtR5vB2A"],
    ),
]
OnDay = Annotated[
    Day | None,
    Query(
        description=_later(
            "Also say what it was worth at the end of this day of the body’s. From today on, the "
            "answer is today’s."
        ),
        examples=["2026-01-31"],
    ),
]


class Answered(Told):
    """What anybody may learn about a certificate. Once it is suspended, withdrawn or replaced, only
    its status is told, and what is not told is null."""

    number: str = Field(examples=["IMC-2026-7F3K-Q9"])
    status: Stands = Field(description=_later("What it is worth now."), examples=["valid"])
    meaning: str = Field(
        description=_later("The status in words."), examples=["This certificate is valid"]
    )
    valid: bool = Field(description=_later("Is it valid now?"), examples=[True])
    since: date | None = Field(
        description=_later("The day of the event that made the status what it is."), examples=[None]
    )
    checked_at: datetime = Field(examples=["2026-11-22T09:30:00Z"])
    on: date | None = Field(
        description=_later("The day that was asked about."), examples=["2026-01-31"]
    )
    status_on: Stands | None = Field(
        description=_later("What it was worth at the end of that day."), examples=["valid"]
    )
    valid_on: bool | None = Field(description=_later("Was it valid then?"), examples=[True])
    title: str = Field(examples=["Certificate of Practice - Mentor"])
    also: str | None = Field(
        description=_later("The name of the same certificate in the other scheme."),
        examples=["Certificate of Competence (Mentor)"],
    )
    holder: str | None = Field(
        description=_later("The name on the certificate."), examples=["Ada Example"]
    )
    scope: str | None = Field(
        description=_later("What it covers."),
        examples=["72 concepts and 72 practices, Mentor profile, edition 2026.1"],
    )
    without: list[str] | None = Field(
        description=_later("The codes that a smaller scope leaves out."), examples=[[]]
    )
    awarded_on: date | None = Field(examples=["2025-06-02"])
    valid_until: date | None = Field(
        description=_later("Its last day; null where it does not expire or is not told."),
        examples=["2027-06-02"],
    )
    issuer: str = Field(examples=["International Mentoring Community"])
    administrator: str | None = Field(examples=["WELLth Movement"])
    renewal: Literal["being decided"] | None = Field(
        description=_later("A renewal was handed in, and is being decided."), examples=[None]
    )
    renewal_handed_in_on: date | None = Field(
        description=_later("While it is decided, a timely renewal keeps the certificate valid."),
        examples=[None],
    )
    renewed_by: str | None = Field(
        description=_later("The number of its successor, if that is public."), examples=[None]
    )
    replaced_by: str | None = Field(
        description=_later("The number of what stands in its place, if that is public."),
        examples=[None],
    )
    sample: bool = Field(
        description=_later("Do its statements await the approval of the body?"), examples=[False]
    )
    note: str = Field(examples=["This is not an ISO certification, and ISO does not endorse it."])
    page: str = Field(
        description=_later("The page that says the same to people."),
        examples=["https://portal.example.org/c/x3Kd81mWqLz0PfYtR5vB2A/"],
    )


def told(answer: Verdict) -> dict[str, object]:
    """The facts of the check page's own data, each of them present."""
    page = reverse("register:certificate", args=[answer.certificate.public_id])
    return {**dict.fromkeys(Answered.model_fields), **as_data(answer), "page": absolute(page)}


@router.get(
    "/{code}",
    response=Answered,
    url_name="certificate",
    operation_id="check_certificate",
    summary=_later("Check one certificate by its code"),
    description=_later("A private certificate and one that never was are answered alike."),
)
def certificate(request: HttpRequest, code: Code, on: OnDay = None) -> dict[str, object]:
    at = timezone.now()
    return _told(request, checked(code), on, at)


@router.get(
    "",
    response=Answered,
    url_name="certificates",
    operation_id="check_by_number",
    summary=_later("Check one certificate by its number and a name"),
    description=_later(
        "Another name, a private certificate and one that never was are answered alike."
    ),
)
def by_number(
    request: HttpRequest,
    number: Annotated[Number, Query(description=_later("As it is printed; spaces do not matter."))],
    name: Annotated[
        Name,
        Query(
            description=_later("A name on the certificate. Accents, case and order do not matter.")
        ),
    ],
    on: OnDay = None,
) -> dict[str, object]:
    at = timezone.now()
    if limits.used_up("check", MISSES, request, at):
        raise Broken(429, wait=limits.seconds_left(at))
    return _told(request, named(number, name), on, at)


def _told(
    request: HttpRequest, found: Certificate | None, on: date | None, at: datetime
) -> dict[str, object]:
    if found is None:
        if not limits.spend("check", MISSES, request, at):
            raise Broken(429, wait=limits.seconds_left(at))
        raise Broken(404, _("We have no public certificate of this description."))
    note_check(found, at)
    return told(verdict(found, at=at, on=on))
