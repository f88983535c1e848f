"""Looking tables through: every fault has its row and column, and nothing is changed."""

import csv
import io
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from frameworks.exporting import as_csv, as_xlsx, fingerprint, table
from frameworks.importing import look_through
from frameworks.layout import Kind
from frameworks.tables import ROWS, read

pytestmark = pytest.mark.django_db


def words(draft, kind=Kind.STATEMENTS) -> list[list[str]]:
    columns, rows = table(draft, kind)
    return [columns, *rows]


def csv_of(lines) -> bytes:
    """As anybody's spreadsheet writes it: without our care for formulas."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def faults(draft, content, *, kind=Kind.STATEMENTS, name="table.csv") -> list[tuple]:
    found = look_through(draft, kind, name=name, content=content)
    return [(problem.row, problem.column, problem.text) for problem in found.problems]


def test_what_is_exported_is_clean(draft):
    for kind in Kind.values:
        columns, rows = table(draft, kind)
        assert faults(draft, as_csv(columns, rows), kind=kind) == []
        assert faults(draft, as_xlsx(columns, rows, kind), kind=kind, name="t.xlsx") == []


def test_a_file_with_twelve_faults_reports_all_twelve(draft):
    lines = words(draft)
    heading = lines[0]
    before = fingerprint(draft)

    def spoil(row: int, column: str, cell: str) -> None:
        lines[row - 1][heading.index(column)] = cell

    heading.append("atitude")
    for line in lines[1:]:
        line.append("")
    spoil(2, "code", "M1 1")
    spoil(3, "area_code", "M77")
    spoil(4, "action", "")
    spoil(5, "outcome", "=HYPERLINK(1)")
    spoil(6, "code", "m1.6")
    spoil(7, "code", "M1.6")
    spoil(8, "attitude", "x" * 201)
    spoil(9, "concept_prompt", "Explain zero\u200bwidth")
    spoil(10, "recognition", "maybe")
    spoil(11, "area_title", "Communication")
    spoil(12, "outcome", "so that\nit breaks")
    lines[12].append("one too many")
    spoil(14, "practice_prompt", "@cmd")

    found = faults(draft, csv_of(lines))

    assert found == [
        (1, "atitude", "we know no such column; did you mean “attitude”?"),
        (2, "code", "“M1 1” may hold letters, digits, . and - only"),
        (3, "area_code", "there is no area “M77” in this draft"),
        (4, "action", "is empty"),
        (5, "outcome", "begins with “=”, which a spreadsheet runs as a formula"),
        (7, "code", "“M1.6” stands in row 6 already"),
        (8, "attitude", "has 201 characters, 200 fit"),
        (
            9,
            "concept_prompt",
            "has an invisible character (zero width space) after “Explain zero”",
        ),
        (10, "recognition", "“maybe” is neither yes nor no"),
        (11, "area_title", "area M2 is called “Ethics” in this draft"),
        (12, "outcome", "has a line break after “so that”"),
        (13, "", "has 13 cells, the heading has 12"),
        (14, "practice_prompt", "begins with “@”, which a spreadsheet runs as a formula"),
    ]
    assert fingerprint(draft) == before


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_a_cell_that_a_spreadsheet_runs_is_refused(draft, sign):
    lines = words(draft)
    lines[1][3] = f"{sign}1+1"

    assert faults(draft, csv_of(lines)) == [
        (2, "action", f"begins with “{sign}”, which a spreadsheet runs as a formula")
    ]


def test_a_missing_column_is_named(draft):
    lines = [[line[0], *line[2:]] for line in words(draft)]

    assert faults(draft, csv_of(lines)) == [(1, "area_code", "the column is missing")]


def test_a_column_that_stands_twice_is_named(draft):
    lines = [[*line, line[0]] for line in words(draft)]

    assert faults(draft, csv_of(lines)) == [(1, "code", "stands in the heading twice")]


def test_a_column_without_a_name_is_told_by_its_place(draft):
    lines = [[*line[:5], "", *line[5:]] for line in words(draft)]

    assert faults(draft, csv_of(lines)) == [(1, "column 6", "has no name in the heading")]


@pytest.mark.parametrize(
    ("encoding", "separator", "notes"),
    [
        ("utf-8", ",", []),
        ("utf-8-sig", ",", []),
        ("utf-8-sig", ";", ["Read with semicolons between the columns."]),
        ("utf-16", "\t", ["Read with tabs between the columns."]),
        (
            "cp1252",
            ";",
            [
                "Read as Windows-1252, for it is no UTF-8. Look at the accents below.",
                "Read with semicolons between the columns.",
            ],
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_spreadsheets_write_csv_in_many_ways(draft, encoding, separator, notes, newline):
    lines = words(draft, Kind.STATEMENTS_FR)
    # Windows-1252 has no narrow space; nobody who works in it writes one.
    lines = [[cell.replace("\u202f", "\u00a0") for cell in line] for line in lines]
    quoted = (separator.join(f'"{cell}"' for cell in line) for line in lines)
    content = newline.join(quoted).encode(encoding)

    found = look_through(draft, Kind.STATEMENTS_FR, name="fr.csv", content=content)

    assert (found.problems, found.notes) == ([], notes)
    assert [list(row.values()) for row in found.rows] == lines[1:]


NO_ROWS = "There are no rows below the heading."
NO_TEXT = "This is no text that we can read. Save the table as CSV in UTF-8."
OLD = "This is an old spreadsheet. Save it as .xlsx or .csv first."
NAMED_OTHERWISE = "The name of the file and what is in it do not agree."
BROKEN = "The spreadsheet cannot be opened. Save it again, or save it as CSV."
TOO_BIG = "The file is larger than 5 MB. Send it in parts."


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.csv", b"", NO_ROWS),
        ("a.csv", b"code,action\n", NO_ROWS),
        ("a.csv", b"\n\n", NO_ROWS),
        ("a.csv", b"code\0,action\0", NO_TEXT),
        ("a.csv", b"\x81\x8d,\x90", NO_TEXT),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", OLD),
        ("a.xlsx", b"code,action\n1,2\n", NAMED_OTHERWISE),
        ("a.csv", b"PK\x03\x04rest", NAMED_OTHERWISE),
        ("a.xlsx", b"PK\x03\x04rest", BROKEN),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), TOO_BIG),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(draft, name, content, fault):
    assert faults(draft, content, name=name)[0] == (0, "", fault)


def test_an_open_quote_is_told_by_its_row(draft):
    lines = csv_of(words(draft)[:3]).decode() + '"M1.3,M1'

    assert (4, "", "cannot be read from here on (unexpected end of data)") in faults(
        draft, lines.encode()
    )


def test_blank_rows_count_but_say_nothing(draft):
    lines = csv_of(words(draft)).decode().split("\r\n")
    lines[1:1] = ["", ",,,"]
    lines[5] = lines[5].replace("M1.3,M1,", "M1.3,M77,", 1)

    assert faults(draft, "\n".join(lines).encode()) == [
        (6, "area_code", "there is no area “M77” in this draft")
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_twenty_thousand_rows_are_refused_at_once(draft, ending):
    columns, rows = table(draft, Kind.STATEMENTS)
    many = [[f"X{n}", *rows[0][1:3], "do", "so", "", "", "", *rows[0][8:]] for n in range(20_000)]
    content = as_csv(columns, many) if ending == "csv" else as_xlsx(columns, many, "many")
    began = time.process_time()

    found = faults(draft, content, name=f"many.{ending}")

    assert found == [(0, "", f"The table has more than {ROWS:d} rows. Send it in parts.")]
    assert time.process_time() - began < 10


def test_as_many_rows_as_fit_are_checked_quickly(draft):
    columns, rows = table(draft, Kind.STATEMENTS)
    many = [[f"X{n}", *rows[n % len(rows)][1:]] for n in range(ROWS)]
    began = time.process_time()

    assert faults(draft, as_csv(columns, many)) == []
    assert time.process_time() - began < 10


def book_of(lines, spoil=lambda _sheet: None) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    spoil(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_that_a_spreadsheet_computed_or_turned_are_refused(draft):
    def spoil(sheet) -> None:
        sheet["D2"] = "=1+1"
        sheet["E3"] = date(2027, 1, 2)
        sheet["I4"] = True
        sheet["D5"] = "#REF!"

    assert faults(draft, book_of(words(draft), spoil), name="t.xlsx") == [
        (2, "action", "holds a formula. Write what it says, not how to find it"),
        (
            3,
            "outcome",
            "was turned into a date by the spreadsheet. Format the column as text",
        ),
        (4, "recognition", "holds a true-or-false cell. Write yes or no"),
        (5, "action", "holds an error of the spreadsheet: #REF!"),
    ]


def test_numbers_in_a_spreadsheet_are_read_as_they_look(draft):
    lines = words(draft, Kind.AREAS)
    for line in lines[1:]:
        line[5], line[6] = int(line[5]), float(line[6])

    found = look_through(draft, Kind.AREAS, name="areas.xlsx", content=book_of(lines))

    assert found.problems == []
    assert [list(row.values()) for row in found.rows] == table(draft, Kind.AREAS)[1]


def test_of_several_sheets_the_first_is_read_and_named(draft):
    def spoil(sheet) -> None:
        sheet.title = "Profile"
        sheet.parent.create_sheet("Notes")["A1"] = "hello"

    found = look_through(
        draft, Kind.STATEMENTS, name="t.xlsx", content=book_of(words(draft), spoil)
    )

    assert (found.problems, found.notes) == (
        [],
        ["The file has 2 sheets. The first one, “Profile”, was read."],
    )


@pytest.mark.parametrize("evil", ["bomb", "entity", "many", "nothing"])
def test_a_crooked_spreadsheet_is_refused(draft, evil):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        if evil == "bomb":
            parts.writestr("xl/workbook.xml", b"0" * (21 * 1024 * 1024))
        elif evil == "entity":
            parts.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
        elif evil == "many":
            for n in range(501):
                parts.writestr(f"{n}.txt", "")
        else:
            parts.writestr("hello.txt", "hello")

    assert faults(draft, out.getvalue(), name="t.xlsx") == [(0, "", BROKEN)]


def test_a_translation_names_what_it_lacks_and_what_is_unknown(draft):
    lines = words(draft, Kind.STATEMENTS_FR)
    whole = look_through(draft, Kind.STATEMENTS_FR, name="fr.csv", content=csv_of(lines[:-2]))
    lines[2][0], lines[3][1] = "M7.77", ""

    assert faults(draft, csv_of(lines), kind=Kind.STATEMENTS_FR) == [
        (3, "code", "there is no “M7.77” in this draft"),
        (4, "action_fr", "is empty"),
    ]
    assert (whole.problems, whole.notes) == ([], ["Without French in this table: M9.7, M9.8."])


def test_areas_keep_their_statements_their_profile_and_their_places(draft):
    lines = words(draft, Kind.AREAS)
    without = faults(draft, csv_of(lines[:-1]), kind=Kind.AREAS)
    lines[2][1], lines[3][6], lines[4][5] = "journey", lines[2][6], "many"

    assert without == [(0, "area_code", "area M9 is missing, and 8 statements stand in it")]
    assert faults(draft, csv_of(lines), kind=Kind.AREAS) == [
        (3, "profile", "“journey” is another profile; this one is “mentor”"),
        (4, "position", "place 2 is taken by row 3 already"),
        (5, "statement_count", "“many” is no whole number up to 9999"),
    ]


def test_a_table_is_read_without_knowing_what_it_means():
    found = read("a.csv", b"a,b\n1, two \n")

    assert (found.heading, [line.cells for line in found.lines]) == (["a", "b"], [["1", "two"]])


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("Ask fran\ufffdois", "lost a character after “Ask fran”"),
        ("Ask\u202ehim", "has an invisible character (right-to-left override) after “Ask”"),
        ("Ask\u3164him", "has an invisible character (hangul filler) after “Ask”"),
        ("Ask\x07him", "has an invisible character (u+0007) after “Ask”"),
    ],
)
def test_what_nobody_sees_is_refused(draft, cell, fault):
    lines = words(draft)
    lines[1][3] = cell

    assert faults(draft, csv_of(lines)) == [(2, "action", fault)]


def test_narrow_spaces_of_french_are_text(draft):
    lines = words(draft, Kind.STATEMENTS_FR)
    lines[1][1] = "Dire\u202f: «\u00a0oui\u00a0»"

    assert faults(draft, csv_of(lines), kind=Kind.STATEMENTS_FR) == []
