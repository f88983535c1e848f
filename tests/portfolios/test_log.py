"""The mentoring log: names, months, and a table of it that comes in and goes out."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from certificates.models import Tier
from portfolios import handing_in, log
from portfolios.log_import import COLUMNS, ROWS, look_through
from portfolios.logbook import LogSession, PendingLog

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 1)
HEAD = "date,minutes,mode,focus"


def url(name):
    return reverse(f"portfolios:{name}")


def csv(*rows, head=HEAD):
    return "\n".join([head, *rows]).encode()


@pytest.fixture
def look(ada):
    def through(content, name="log.csv"):
        return look_through(ada, name=name, content=content, today=TODAY)

    return through


@pytest.fixture
def session(ada):
    def line(**fields):
        given = {
            "sort": "mentoring",
            "on": TODAY,
            "minutes": 60,
            "mode": "video",
            "mentee_alias": "R.",
            "focus": "Goals",
            "reflection": "",
            "next_step": "",
        }
        return log.add(**{**given, **fields}, by=ada)

    return line


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "alias",
    [
        "Anna Schmidt",
        "anna@example.org",
        "Anna van der Berg",
        "ANNA SCHMIDT",
        "Anna-Lena O’Neil",
        "Schmidt, Anna",
        "José Núñez",
    ],
)
def test_real_name_is_noticed(alias):
    assert log.looks_like_a_full_name(alias)


@pytest.mark.parametrize("alias", ["", "R.", "A. S.", "Anna S.", "Sunflower", "the gardener", "AS"])
def test_alias_is_left_alone(alias):
    assert not log.looks_like_a_full_name(alias)


# --- Over time ------------------------------------------------------------------------------------


def test_months_are_twelve_with_the_empty_ones(ada, session, django_assert_num_queries):
    session(minutes=90)
    session(on=date(2026, 8, 31), sort="learning", minutes=30)
    session(on=date(2025, 10, 1), sort="supervision", minutes=60)
    session(on=date(2025, 9, 30), minutes=600)  # longer ago than the picture shows

    with django_assert_num_queries(1):
        months = log.months(ada, TODAY)

    assert [m.first for m in months[:2]] == [date(2025, 10, 1), date(2025, 11, 1)]
    assert (months[0].supervision, months[-1].mentoring, months[-2].learning) == (1, 1.5, 0.5)
    assert (len(months), sum(m.hours for m in months)) == (12, 3)


def test_page_of_the_log_shows_months_as_picture_and_table(browse, ada, session):
    session(on=timezone.localdate(), minutes=90)

    page = browse(ada).get(url("log")).text

    assert page.count('class="c-concept"') == 13  # a bar a month, and the key
    assert '<td class="n">1.5</td>' in page


def test_hours_that_are_asked_are_data(walk, ada, session):
    Tier.objects.filter(pk=walk.case.tier_id).update(log_hours=2)
    walk.case.refresh_from_db()
    session(minutes=60)

    short = [m.text for m in handing_in._log_short(walk.case)]

    assert short == ["Mentoring log: 1.0 of 2 hours"]


# --- In -------------------------------------------------------------------------------------------


def test_clean_table_is_read_as_it_stands(look):
    found = look(
        csv(
            "2026-08-30,60,video,Goals,R.,Learning,It went well,Call",
            head=f"{HEAD},mentee,kind,reflection,next_step",
        )
    )

    assert (found.problems, found.notes) == ([], [])
    assert found.rows == [
        {
            "on": "2026-08-30",
            "minutes": 60,
            "sort": "learning",
            "mode": "video",
            "mentee_alias": "R.",
            "focus": "Goals",
            "reflection": "It went well",
            "next_step": "Call",
        }
    ]


@pytest.mark.parametrize(
    "content",
    [
        "date;minutes;mode;focus\n2026-08-30;60;video;Été\n".encode("utf-8-sig"),
        "date;minutes;mode;focus\r\n2026-08-30;60;video;Été\r\n".encode("cp1252"),
        "date\tminutes\tmode\tfocus\n2026-08-30\t60\tvideo\tÉté\n".encode("utf-16"),
        "Date,Minutes,Mode,Focus\n2026-8-30,60,En Vidéo,Été\n".replace(
            "En Vidéo", "VIDEO"
        ).encode(),
    ],
)
def test_table_of_any_spreadsheet_is_read(look, content):
    found = look(content)

    assert found.problems == []
    assert [(row["on"], row["focus"]) for row in found.rows] == [("2026-08-30", "Été")]


@pytest.mark.parametrize(
    ("cell", "day"),
    [("31/08/2026", "2026-08-31"), ("08/31/2026", "2026-08-31"), ("3.3.2026", "2026-03-03")],
)
def test_day_that_can_only_be_one_is_taken(look, cell, day):
    assert look(csv(f"{cell},60,video,Goals")).rows[0]["on"] == day


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (
            "03/04/2026,60,video,Goals",
            "date",
            "“03/04/2026” could be 2026-04-03 or 2026-03-04. Write it in one of these ways",
        ),
        ("2026-02-30,60,video,Goals", "date", "“2026-02-30” is no day that we can read."),
        ("yesterday,60,video,Goals", "date", "“yesterday” is no day that we can read."),
        (",60,video,Goals", "date", "is empty"),
        ("2026-09-02,60,video,Goals", "date", "this day is still to come"),
        ("2026-08-30,4,video,Goals", "minutes", "“4” is no number of minutes from 5 to 720"),
        ("2026-08-30,721,video,Goals", "minutes", "“721” is no number"),
        ("2026-08-30,1.5,video,Goals", "minutes", "“1.5” is no number"),
        ("2026-08-30,,video,Goals", "minutes", "is empty"),
        ("2026-08-30,60,telepathy,Goals", "mode", "“telepathy” is none of these: in person, video"),
        ("2026-08-30,60,,Goals", "mode", "is empty"),
        ("2026-08-30,60,video,", "focus", "is empty"),
        (f"2026-08-30,60,video,{'a' * 301}", "focus", "has 301 characters, 300 fit"),
    ],
)
def test_fault_is_told_by_row_and_column(look, row, column, words):
    found = look(csv("2026-08-29,60,video,Before", row))

    assert [(p.row, p.column) for p in found.problems] == [(3, column)]
    assert found.problems[0].text.startswith(words)


def test_every_fault_is_told_at_once(look):
    found = look(csv("x,60,video,Goals", "2026-08-30,1,walking,", "2026-08-30,60,group,Goals"))

    assert [(p.row, p.column) for p in found.problems] == [
        (2, "date"),
        (3, "focus"),
        (3, "minutes"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"date,minutes\n2026-08-30,60\n", "the column is missing"),
        (csv("2026-08-30,60,video,Goals,x", head=f"{HEAD},mood"), "we know no such column"),
        (b"date,minutes,mode,focus\n", "There are no rows below the heading."),
        (b"\x00\x01\x02", "This is no text that we can read."),
        (b"", "There are no rows below the heading."),
    ],
)
def test_table_that_is_none_is_refused_whole(look, content, words):
    assert words in [problem.text.partition(" Save")[0] for problem in look(content).problems]


def test_what_is_there_already_is_left_out_and_told(look, session):
    session(on=date(2026, 8, 30), mentee_alias="")
    rows = ["2026-08-30,60,video,goals", "2026-08-29,60,video,Goals", "2026-08-29,60,phone,Goals"]

    found = look(csv(*rows))

    assert [row["on"] for row in found.rows] == ["2026-08-29"]
    assert found.notes == [
        "2 rows are in your log already, or twice in the table, and are left out: 2, 4."
    ]


def test_table_that_is_there_already_changes_nothing(look, session):
    session(on=date(2026, 8, 30), mentee_alias="")

    found = look(csv("2026-08-30,60,video,Goals"))

    assert [p.text for p in found.problems] == [
        "Every session of this table is in your log already."
    ]


def test_real_names_are_noticed_by_row(look):
    rows = [f"2026-08-{n:02},60,video,Goals,Anna Schmidt" for n in range(1, 12)]

    found = look(csv(*rows, head=f"{HEAD},mentee"))

    (note,) = found.notes
    assert note.startswith("11 rows seem to hold real names: 2, 3, 4, 5, 6, 7, 8, 9 and 3 more.")


def days(count):
    return [
        f"{TODAY - timedelta(days=n % 3000)},{30 + n % 600},video,Goals {n}" for n in range(count)
    ]


def test_five_thousand_rows_come_in_and_one_more_does_not(
    look, ada, at, django_assert_max_num_queries
):
    found = look(csv(*days(ROWS)))
    assert (len(found.rows), found.problems) == (ROWS, [])
    pending = log.keep(found.rows, notes=[], name="log.csv", by=ada, at=at)

    with django_assert_max_num_queries(60):  # SQLite takes fewer rows at once
        assert log.take_in(pending, seen=at, by=ada) == ROWS

    assert LogSession.objects.filter(person=ada).count() == ROWS
    more = look(csv(*days(ROWS + 1)))
    assert [p.text for p in more.problems] == [
        "The table has more than 5000 rows. Send it in parts."
    ]


def test_nothing_is_half_imported(ada, look, at):
    found = look(csv("2026-08-30,60,video,Goals", "2026-08-29,60,video,Goals"))
    found.rows[1]["minutes"] = 9999  # what no check would let through
    pending = log.keep(found.rows, notes=[], name="log.csv", by=ada, at=at)

    with pytest.raises(Exception, match="log_session_5_to_720_minutes"):
        log.take_in(pending, seen=at, by=ada)


def test_table_is_taken_in_once(ada, look, at):
    found = look(csv("2026-08-30,60,video,Goals"))
    pending = log.keep(found.rows, notes=[], name="log.csv", by=ada, at=at)
    log.take_in(pending, seen=at, by=ada)

    with pytest.raises(log.TakenAlready):
        log.take_in(pending, seen=at, by=ada)

    assert LogSession.objects.count() == 1


def test_what_came_into_the_log_since_is_not_taken_twice(ada, look, at, session):
    found = look(csv("2026-08-30,60,video,Goals", "2026-08-29,60,video,Goals"))
    pending = log.keep(found.rows, notes=[], name="log.csv", by=ada, at=at)
    session(on=date(2026, 8, 30), mentee_alias="")

    assert log.take_in(pending, seen=at, by=ada) == 1


def test_replaced_table_is_not_confirmed_unseen(ada, look, at):
    first = look(csv("2026-08-30,60,video,Goals"))
    log.keep(first.rows, notes=[], name="a.csv", by=ada, at=at)
    other = look(csv("2026-08-29,60,video,Goals"))
    pending = log.keep(other.rows, notes=[], name="b.csv", by=ada, at=at + timedelta(minutes=1))

    with pytest.raises(log.TakenAlready):
        log.take_in(pending, seen=at, by=ada)

    assert LogSession.objects.count() == 0


# --- The pages ------------------------------------------------------------------------------------


def upload(browser, content, name="log.csv"):
    from tests.portfolios import files

    return browser.post(url("import_log"), {"file": files.upload(name, content)}, follow=True)


def test_table_is_looked_through_confirmed_and_taken_in(browse, ada):
    browser = browse(ada)
    page = upload(browser, csv("2026-01-30,60,video,Goals"))
    assert "One session, and no fault in it" in page.text
    assert LogSession.objects.count() == 0

    seen = PendingLog.objects.get().at.isoformat()
    done = browser.post(url("review_log"), {"seen": seen}, follow=True)

    assert "1 session is in your log now." in done.text
    assert LogSession.objects.get().person == ada
    assert PendingLog.objects.count() == 0


def test_faulty_table_is_answered_on_its_page(browse, ada):
    page = upload(browse(ada), csv("03/04/2026,60,video,Goals"))

    assert "log.csv has one fault" in page.text
    assert "could be 2026-04-03 or 2026-03-04" in page.text
    assert PendingLog.objects.count() == 0


def test_table_is_put_away(browse, ada):
    browser = browse(ada)
    upload(browser, csv("2026-01-30,60,video,Goals"))

    browser.post(url("put_away_log"))

    assert (PendingLog.objects.count(), LogSession.objects.count()) == (0, 0)


def test_somebody_elses_table_is_out_of_reach(browse, ada, eve):
    upload(browse(ada), csv("2026-01-30,60,video,Goals"))

    answer = browse(eve).post(url("review_log"))

    assert answer.status_code == 404
    assert LogSession.objects.count() == 0


def test_what_comes_out_goes_in_again(browse, ada, eve, session):
    session(focus="=1+1", reflection="- a list\n- of two, “quoted”", mentee_alias="")
    session(on=date(2026, 8, 1), sort="supervision", mode="in person")
    answer = browse(ada).get(url("export_log"))
    assert answer["Content-Disposition"] == 'attachment; filename="mentoring-log.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode())
    assert b"\n2026-09-01,60,mentoring,video,,'=1+1," in answer.content

    found = look_through(
        User.objects.get(pk=eve.pk), name="log.csv", content=answer.content, today=TODAY
    )

    assert found.problems == []
    assert [tuple(row.values()) for row in found.rows] == [
        tuple(str(v) if isinstance(v, date) else v for v in line)
        for line in LogSession.objects.filter(person=ada)
        .order_by("on")
        .values_list(
            "on", "minutes", "sort", "mode", "mentee_alias", "focus", "reflection", "next_step"
        )
    ]
