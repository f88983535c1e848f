"""Many certificates at once: through the API, as a table, and on the page for employers."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from certificates.models import Certificate, Visibility
from certificates.numbers import new_number
from certificates.status import Kind
from register.lists.checking import MOST, Asked, check_list
from register.lists.table import HEADING, rows_of
from tests.make import NOON, person
from tests.register.conftest import certificate, happened
from tests.register.test_check import LATER, in_status

pytestmark = pytest.mark.django_db
JSON, TABLE, PAGE = "/api/v1/checks", "/api/v1/checks/table", "/check/list/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(LATER, tick=False):
        yield


def check(client, rows, **extra):
    return client.post(JSON, rows, content_type="application/json", **extra)


def table(client, text, **extra):
    return client.post(TABLE, text, content_type="text/csv", **extra)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_every_row_gets_its_verdict_in_order(client, bjorn):
    good = certificate(bjorn)
    gone = in_status(person("bo", full_name="Bo Li"), "withdrawn")
    hidden = certificate(person("cy", full_name="Cy"), visibility=Visibility.PRIVATE)

    said = check(
        client,
        [
            {"number": good.number, "name": "Björn Þórsson"},
            {"number": gone.number, "name": "Bo Li"},
            {"number": gone.number, "name": "Bo Li", "on": "2026-09-05"},
            {"number": hidden.number, "name": "Cy"},
            {"number": good.number.lower().replace("-", " "), "name": "bjorn"},
            {"number": good.number, "name": "Bo Li"},
            {"number": "nonsense", "name": "Bo Li", "on": None},
        ],
    ).json()

    told = [(row["row"], row["found"], row["valid"]) for row in said["rows"]]
    assert told == [
        (1, True, True),
        (2, True, False),
        (3, True, True),
        (4, False, None),
        (5, True, True),
        (6, False, None),
        (7, False, None),
    ]
    assert said["rows"][2]["answer"] == "This certificate was valid on 5 September 2026"
    assert said["rows"][3]["answer"] == said["rows"][5]["answer"] == said["rows"][6]["answer"]
    assert said["rows"][1]["certificate"]["holder"] is None


def test_private_and_unknown_rows_differ_in_what_was_sent_alone(client, bjorn):
    hidden = certificate(bjorn, visibility=Visibility.PRIVATE)
    missing = new_number(NOON.date())

    private = check(client, [{"number": hidden.number, "name": "Björn Þórsson"}]).content
    unknown = check(client, [{"number": missing, "name": "Björn Þórsson"}]).content

    assert private.replace(hidden.number.encode(), missing.encode()) == unknown


@pytest.mark.parametrize("with_day", [False, True])
def test_five_hundred_rows_cost_as_many_queries_as_one(
    client, bjorn, django_assert_num_queries, with_day
):
    issued = [certificate(person(f"p{n}", full_name=f"P {n}")) for n in range(3)]
    replaced = in_status(bjorn, "replaced")
    new = Certificate.objects.get(replaces=replaced)
    day = {"on": "2026-09-02"} if with_day else {}
    few = [{"number": new.number, "name": "Right", **day}]
    many = few + [
        {"number": issued[n % 3].number, "name": f"P {n % 3}", **day} for n in range(MOST - 1)
    ]

    # The certificates and their events; with a day also those in whose place others stand.
    for sent in (few, many):
        with django_assert_num_queries(4 if with_day else 2):
            answer = check(client, sent)
        assert len(answer.json()["rows"]) == len(sent)
        assert all(row["valid"] for row in answer.json()["rows"])


def test_what_stood_in_its_place_is_read_through_the_whole_chain(client, bjorn):
    first = certificate(bjorn)
    happened(first, Kind.REPLACED, at=NOON + timedelta(days=9))
    second = Certificate.objects.get(replaces=first)
    alone = Certificate.objects.get(pk=second.pk)

    [answer] = check_list(
        [Asked(second.number, "Right Name", (NOON + timedelta(days=3)).date())], at=LATER
    ).answers

    assert answer.valid is True
    assert answer.verdict.then == alone.standing(NOON + timedelta(days=4))


def test_more_than_five_hundred_are_refused(client):
    row = {"number": "IMC", "name": "Ada"}

    refused = check(client, [row] * (MOST + 1))

    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"detail": "The list is too long: at most 500 rows fit.", "pointer": "#"}
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], "#"),
        ({}, "#"),
        ([{"number": "IMC"}], "#/0/name"),
        ([{"number": "IMC", "name": "A\u0000b"}], "#/0/name"),
        ([{"number": "IMC", "name": "A" * 201}], "#/0/name"),
        ([{"number": 5, "name": "A"}], "#/0/number"),
        ([{"number": "IMC", "name": "A", "on": "1700000000"}], "#/0/on"),
        ([{"number": "IMC", "name": "A", "on": "2026-02-30"}], "#/0/on"),
        ([{"number": "IMC", "name": "A", "x/y": 1}], "#/0/x~1y"),
    ],
)
def test_awkward_lists_are_refused_with_the_place(client, body, pointer):
    refused = check(client, body)

    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_lists_are_limited_for_page_and_api_together(client, bjorn):
    row = [{"number": "IMC", "name": "Ada"}]
    for _ in range(30):
        assert check(client, row).status_code == 200
        assert client.post(PAGE, {"text": "number,name\nIMC,Ada"}).status_code == 200

    assert check(client, row).status_code == 429
    assert table(client, "number,name\nIMC,Ada").status_code == 429
    assert client.post(PAGE, {"text": "number,name\nIMC,Ada"}).status_code == 429


# --- As a table -------------------------------------------------------------------------------
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("heading", ["number{0}name{0}on\n", "Numéro{0}Nom{0}Jour\n", ""])
def test_a_table_of_any_spreadsheet_is_read(client, bjorn, separator, heading):
    good = certificate(bjorn)
    sent = heading.format(separator) + separator.join([good.number, "Björn Þórsson", "2026-09-05"])

    answer = table(client, sent.encode())

    [row] = rows(answer.content.decode())
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert tuple(row) == HEADING
    assert (row["day"], row["valid"], row["holder"]) == ("2026-09-05", "yes", "Björn Þórsson")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t="])
def test_no_cell_of_the_answer_is_a_formula(client, sign):
    name = f'"{sign}HYPERLINK(1)"'

    answer = table(client, f"number,name\n{sign}1+1,{name}\nIMC,{name}".encode())

    for row in csv.reader(io.StringIO(answer.content.decode())):
        assert [cell for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}] == []


def test_rows_that_cannot_be_read_say_so_and_the_others_are_answered(client, bjorn):
    good = certificate(bjorn)
    sent = "\n".join(
        [
            "number,name,on",
            f"{good.number},Björn,31/01/2026",
            ",Björn,",
            f"{good.number},,",
            f"{good.number},A\u202eb,",
            f"{good.number},{'x' * 201},",
            f"{good.number},Björn,",
        ]
    )

    answer = rows(table(client, sent.encode()).content.decode())

    assert [row["answer"] for row in answer] == [
        "Write the day as 2026-01-31.",
        "Number is missing.",
        "Name is missing.",
        "Name has an invisible character (right-to-left override) after “A”.",
        "Name has 201 characters, 200 fit.",
        "This certificate is valid",
    ]
    assert [row["valid"] for row in answer] == ["", "", "", "", "", "yes"]


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        (b"\n", "There are no rows below the heading."),
        (b"who,what\na,b", "The first row has to name two columns “number” and “name”."),
        (b"number,name\n" + b"a,b\n" * 501, "The table has more than 500 rows. Send it in parts."),
        (
            b"number,name\n\0,b\n",
            "This is no text that we can read. Save the table as CSV in UTF-8.",
        ),
    ],
)
def test_a_table_that_is_none_is_refused_in_a_sentence(client, sent, detail):
    refused = table(client, sent)

    assert refused.status_code == 422
    assert [error["detail"] for error in refused.json()["errors"]] == [detail]


# --- On the page ------------------------------------------------------------------------------
def test_an_employer_pastes_a_list_and_takes_the_answer_along(client, bjorn):
    good = certificate(bjorn)
    strict = type(client)(enforce_csrf_checks=True)
    pasted = f"{good.number}\tBjörn Þórsson\n{good.number}\tBo Li\t\n{good.number}\tBjörn\t1.1.26"

    page = strict.post(PAGE, {"text": pasted})
    words = page.content.decode()
    again = page.context["form"].sent_again
    taken = strict.post(PAGE, {"text": again, "table": "csv"})

    assert (page.status_code, dict(page.cookies), dict(taken.cookies)) == (200, {}, {})
    checked = page.context["checked"]
    assert (checked.good, checked.other, checked.unknown, checked.faulty) == (1, 0, 1, 1)
    assert f"/c/{good.public_id}/" in words
    assert "Checked on 1 October 2026 at 12:00 UTC" in words
    assert taken["Content-Disposition"] == 'attachment; filename="certificates-2026-10-01.csv"'
    assert [row["valid"] for row in rows(taken.content.decode())] == ["yes", "", ""]
    assert rows(taken.content.decode())[2]["answer"] == "Write the day as 2026-01-31."


def test_an_employer_uploads_a_spreadsheet(client, bjorn):
    good = certificate(bjorn)
    book, out = Workbook(), io.BytesIO()
    book.active.append(["number", "name"])
    book.active.append([good.number, "Björn Þórsson"])
    book.save(out)

    page = client.post(PAGE, {"file": SimpleUploadedFile("list.xlsx", out.getvalue())})

    assert (page.context["checked"].good, page.context["checked"].unknown) == (1, 0)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Paste a list, or choose a file."),
        ({"text": "who,what\na,b"}, "The first row has to name two columns"),
    ],
)
def test_a_list_that_cannot_be_read_stays_as_it_was_typed(client, sent, words):
    page = client.post(PAGE, sent)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert sent.get("text", "") in page.content.decode()


def test_the_page_for_employers_asks_for_no_cookie(client):
    page = client.get(PAGE)

    assert (page.status_code, dict(page.cookies)) == (200, {})
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("sent", "number", "name"),
    [
        ('"IMC-2026-05AM-65","Ada"', "IMC-2026-05AM-65", "Ada"),
        ("IMC-2026-05AM-6, Ada", "IMC-2026-05AM-6", "Ada"),  # a letter was lost
        ("IMC-2026-05AM-65;Li, Ada", "IMC-2026-05AM-65", "Li, Ada"),
        ("IMC-2026-05AM-65", "IMC-2026-05AM-65", ""),
    ],
)
def test_a_heading_is_given_where_none_was_sent(sent, number, name):
    read = rows_of("list.csv", f"{sent}\n".encode())

    assert read.problems == ()
    assert [(row.number, row.name) for row in read.rows] == [(number, name)]
