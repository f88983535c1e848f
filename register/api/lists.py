"""Certificates, up to 500 at once. A POST that changes nothing, because a list fits no address."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _later
from ninja import Body, Router
from ninja.decorators import decorate_view
from pydantic import ConfigDict, Field

from accounts import limits
from register.api.certificates import Answered, told
from register.api.problems import Broken, Fault
from register.api.shapes import Day, Name, Number, Told, reads
from register.lists.checking import LISTS, MOST, Answer, Asked, Checked, check_list
from register.lists.table import HEADING, as_csv, rows_of

router = Router(tags=["Certificates"])
CSV = "text/csv"
EXAMPLE = "number,name,on\r\nIMC-2026-7F3K-Q9,Ada Example,2026-01-31\r\n"
EXAMPLE_BACK = (
    f"{','.join(HEADING)}\r\n1,IMC-2026-7F3K-Q9,Ada Example,2026-01-31,yes,valid,"
    "This certificate was valid on 31 January 2026,,Certificate of Practice - Mentor,Ada Example,"
    "2025-06-02,2027-06-02,https://portal.example.org/c/x3Kd81mWqLz0PfYtR5vB2A/,"
    "2026-11-22T09:30:00+00:00\r\n"
)


class Row(Told):
    """A certificate to be checked: both its number and a name on it."""

    model_config = ConfigDict(extra="forbid")

    number: Number = Field(description=_later("As it is printed; spaces do not matter."))
    name: Name = Field(
        description=_later("A name on the certificate. Accents, case and order do not matter.")
    )
    on: Day | None = Field(
        default=None,
        description=_later("The day of which to speak; without it, today."),
        examples=["2026-01-31"],
    )


class RowAnswered(Told):
    """The verdict for one row, in the order in which they were sent."""

    row: int = Field(description=_later("Its place in the list, from 1 on."), examples=[1])
    number: str = Field(examples=["IMC-2026-7F3K-Q9"])
    name: str = Field(examples=["Ada Example"])
    day: date = Field(
        description=_later("The day of which the answer speaks."), examples=["2026-01-31"]
    )
    found: bool = Field(
        description=_later("Is there a public certificate with this number and name?"),
        examples=[True],
    )
    valid: bool | None = Field(
        description=_later("Was it valid on that day? Null where none was found."),
        examples=[True],
    )
    answer: str = Field(
        description=_later("The same in words."),
        examples=["This certificate was valid on 31 January 2026"],
    )
    certificate: Answered | None


class ListAnswered(Told):
    checked_at: datetime = Field(examples=["2026-11-22T09:30:00Z"])
    rows: list[RowAnswered]


@router.post(
    "",
    response=ListAnswered,
    url_name="check_list",
    operation_id="check_list",
    summary=_later("Check up to 500 certificates at once"),
    description=_later(
        "Send a list of numbers and names, each with a day if you like. Every row gets its own "
        "verdict. Nothing is kept, neither the list nor the answer."
    ),
)
@decorate_view(reads("application/json"))
def check(
    request: HttpRequest,
    rows: Annotated[list[Row], Body(min_length=1, max_length=MOST)],
) -> dict[str, object]:
    asked = [Asked(row.number, row.name, row.on) for row in rows]
    checked = _checked(request, asked)
    shown = [_told(place, answer) for place, answer in enumerate(checked.answers, start=1)]
    return {"checked_at": checked.at, "rows": shown}


@router.post(
    "/table",
    response={200: None},
    url_name="check_table",
    operation_id="check_table",
    summary=_later("Check a table of up to 500 certificates"),
    description=_later(
        "The same with a table: columns “number”, “name” and, if you like, “on”, with commas, "
        "semicolons or tabs between them. The answer is a table too, and no spreadsheet will run "
        "anything in it."
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                CSV: {"schema": {"type": "string", "minLength": 1}, "example": EXAMPLE},
            },
        },
        "responses": {
            200: {"content": {CSV: {"schema": {"type": "string"}, "example": EXAMPLE_BACK}}}
        },
    },
)
@decorate_view(reads(CSV))
def check_table(request: HttpRequest) -> HttpResponse:
    sent = rows_of("list.csv", request.body)
    if sent.problems:
        raise Broken(422, errors=[Fault(detail=text, pointer="#") for text in sent.problems])
    return HttpResponse(as_csv(_checked(request, sent.rows)), content_type=f"{CSV}; charset=utf-8")


def _checked(request: HttpRequest, rows: Sequence[Asked]) -> Checked:
    at = timezone.now()
    if not limits.spend("list", LISTS, request, at):
        raise Broken(429, wait=limits.seconds_left(at))
    return check_list(rows, at=at)


def _told(place: int, answer: Answer) -> dict[str, object]:
    return {
        "row": place,
        "number": answer.asked.number,
        "name": answer.asked.name,
        "day": answer.day,
        "found": answer.verdict is not None,
        "valid": answer.valid,
        "answer": answer.words,
        "certificate": told(answer.verdict) if answer.verdict else None,
    }
