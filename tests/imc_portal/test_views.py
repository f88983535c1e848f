"""The pages that put the apps together, as each of the cast sees them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from applicants import assigning, services
from applicants.flow import Stage
from applicants.models import Application, CaseRole, IntakeInterview
from imc_portal import casefile, views
from imc_portal.greeting import greeting
from imc_portal.worklist import worklist
from meetings.closing import keep_note
from meetings.models import PrivateNote
from notices.models import Message
from tests import make

pytestmark = pytest.mark.django_db

SECRET = "planted-private-note"
STAFF = ("ina", "aud", "vera", "dee", "noor")


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker):
    """A case that waits for its decision: the file is full. Vic is a verifier without a part."""
    with django_db_blocker.unblock(), transaction.atomic():
        way = make.walk(make.cast(), to=Stage.DECISION)
        held = IntakeInterview.objects.get().meeting
        keep_note(held, text=SECRET, by=held.host)
        yield way
        transaction.set_rollback(True)


@pytest.fixture
def cast(walked, db):
    return walked.cast


@pytest.fixture
def case(walked, db):
    return Application.objects.get(pk=walked.case.pk)


@pytest.fixture
def see(client, cast, walked):
    """A page as somebody sees it, on the day where the walk stopped."""

    def look(name, path, **query):
        client.force_login(getattr(cast, name))
        with time_machine.travel(walked.at, tick=False):
            return client.get(path, query)

    return look


def text(answer):
    return answer.content.decode()


# --- Home -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "said"),
    [(4, "Good morning"), (11, "Good morning"), (12, "Good afternoon"), (18, "Good evening")],
)
def test_greeting_goes_by_the_persons_own_clock(at, said, ada):
    ada.time_zone = "UTC"

    assert greeting(ada, datetime(2026, 9, 1, at, tzinfo=UTC)) == f"{said}, Ada"


def test_home_of_a_visitor_is_the_public_one(client):
    answer = client.get(reverse("home"))

    assert answer.status_code == 200
    assert answer.templates[0].name != "imc_portal/home_applicant.html"


def test_home_of_the_applicant_says_what_is_next(see):
    answer = see("ada", reverse("home"))

    assert "Good morning, Ada" in text(answer)
    assert "Your case waits for the decision" in text(answer)
    assert answer.context["home"].first.step.state == "waiting"


def test_home_without_a_case_offers_the_choice(see):
    answer = see("eve", reverse("home"))

    assert reverse("applicants:choose") in text(answer)
    assert answer.context["home"].first is None


@pytest.mark.parametrize("name", [*STAFF, "pan"])
def test_home_of_the_staff_is_their_worklist(see, name):
    answer = see(name, reverse("home"))

    assert answer.templates[0].name == "imc_portal/home_staff.html"


def test_the_most_urgent_case_comes_first(see, cast, walked):
    services.apply(make.tier("2021-recognition"), by=cast.ada, at=walked.at)

    answer = see("ada", reverse("home"))

    home = answer.context["home"]
    assert home.first.step.heading == "Rate yourself"
    assert [other.case.tier.level for other in home.others] == ["practice"]


def test_what_happened_is_told_without_the_steps_among_the_staff(see):
    answer = see("ada", reverse("home"))

    told = [line.text for line in answer.context["home"].first.history]
    assert told[:3] == [
        "Vera signed the record of the verification.",
        "You booked a meeting: Verification meeting.",
        "Vera became the verifier of this case.",
    ]
    assert [line for line in told if "declared" in line] == []


def test_staff_with_an_application_of_their_own_see_it_apart(see, cast, walked):
    services.apply(make.tier("2021-recognition"), by=cast.ina, at=walked.at)

    answer = see("ina", reverse("home"))

    assert "You act only as the applicant in it." in text(answer)


# --- Worklist ---------------------------------------------------------------------------------
def many(cast, walked, count):
    """Cases of other people, at their first stage."""
    for n in range(count):
        person = make.person(f"p{n:02}", full_name=f"Person {n:02} <b>Bold</b>")
        services.apply(make.tier("2021-recognition"), by=person, at=walked.at)


def test_the_worklist_is_for_staff(see):
    assert see("ada", reverse("worklist")).headers["Location"] == reverse("home")


@pytest.mark.parametrize(
    ("name", "rows"), [("dee", 1), ("noor", 1), ("ina", 0), ("aud", 0), ("vera", 0), ("pan", 0)]
)
def test_my_turn_holds_what_i_can_move(see, name, rows):
    answer = see(name, reverse("worklist"))

    assert len(answer.context["work"].rows) == rows


@pytest.mark.parametrize(
    ("name", "rows"), [("ina", 1), ("aud", 1), ("vera", 1), ("dee", 1), ("noor", 1), ("pan", 0)]
)
def test_all_open_holds_only_visible_cases(see, name, rows):
    answer = see(name, reverse("worklist"), show="open")

    assert len(answer.context["work"].rows) == rows


def test_my_own_case_is_never_in_my_worklist(see, cast, walked):
    services.apply(make.tier("2021-recognition"), by=cast.noor, at=walked.at)

    answer = see("noor", reverse("worklist"), show="open")

    assert [row.case.applicant for row in answer.context["work"].rows] == [cast.ada]


def test_late_is_said_in_words(see, case):
    Application.objects.filter(pk=case.pk).update(due_on=date(2026, 9, 1))

    answer = see("noor", reverse("worklist"), show="late")

    assert [row.late for row in answer.context["work"].rows] == [True]
    assert "days late" in text(answer)


def test_counts_go_with_the_filters(see, cast, walked):
    many(cast, walked, 2)

    answer = see("noor", reverse("worklist"), show="applicants")

    work = answer.context["work"]
    assert {f.key: f.count for f in work.filters} == {
        "mine": "1",
        "open": "3",
        "late": "0",
        "applicants": "2",
    }
    assert len(work.rows) == 2


def test_counts_stop_at_a_thousand(see, cast, walked, monkeypatch):
    monkeypatch.setattr("imc_portal.worklist.CAP", 2)
    many(cast, walked, 2)

    answer = see("noor", reverse("worklist"), show="open")

    assert answer.context["work"].filters[1].count == "2+"


def test_search_finds_a_part_of_the_name(see, cast, walked):
    many(cast, walked, 3)

    answer = see("noor", reverse("worklist"), show="open", q="person 02")

    assert [row.case.applicant.called for row in answer.context["work"].rows] == ["P02"]


def test_names_are_escaped(see, cast, walked):
    many(cast, walked, 1)

    assert "<b>Bold</b>" not in text(see("noor", reverse("worklist"), show="open"))


def test_pages_turn_by_key_and_miss_nobody(see, cast, walked):
    many(cast, walked, 45)
    seen, query = [], {"show": "open"}

    for _page in range(3):
        work = see("noor", reverse("worklist"), **query).context["work"]
        seen += [row.case.pk for row in work.rows]
        query = dict(part.split("=") for part in work.next_url[1:].split("&") if part)

    assert len(seen) == len(set(seen)) == 46
    assert query == {}


def test_a_broken_key_begins_at_the_start(see):
    answer = see("noor", reverse("worklist"), show="open", after="not-a-day.x")

    assert len(answer.context["work"].rows) == 1


@pytest.mark.parametrize("count", [3, 30])
def test_the_worklist_asks_five_questions_however_long_it_is(
    cast, walked, count, django_assert_num_queries
):
    many(cast, walked, count)
    assert Role.ADMINISTRATOR in cast.noor.roles

    with django_assert_num_queries(5):
        work = worklist(cast.noor, walked.at, {"show": "open"})

    assert len(work.rows) == min(count + 1, 20)


# --- Case file --------------------------------------------------------------------------------
def test_the_case_file_holds_the_whole_chain(see, case, cast, walked):
    assigning.assign(case, Role.DECIDER, person=cast.dee, by=cast.noor, at=walked.at)
    assigning.declare(case, clear=True, note="", by=cast.dee, at=walked.at)

    answer = see("dee", reverse("case_file", args=[case.pk]))

    file = answer.context["file"]
    assert len(file.chains) == 72
    first = file.chains[0]
    assert first.rating == [("Concept", 3), ("Practice", 3)]
    assert [entry.facet for entry in first.entries] == ["Concept", "Practice"]
    assert [finding.who for finding in first.findings] == ["Aud Example", "Aud Example"]
    assert first.outcome.who == "Vera Example"
    assert file.met == file.asked == 144
    assert file.independent == "4 people, no shared part"
    assert "Ada sent the portfolio." in text(answer)


@pytest.mark.parametrize("name", ["eve", "pan"])
def test_the_case_file_does_not_exist_for_strangers(see, case, name):
    assert see(name, reverse("case_file", args=[case.pk])).status_code == 404


@pytest.mark.parametrize(
    "role", [Role.VERIFIER, Role.AUDITOR, Role.INTAKE_MANAGER, Role.PANEL_CHAIR]
)
def test_staff_without_a_part_get_404(see, case, cast, role, client):
    cast.eve.roles = frozenset()
    other = make.person("other", role)
    client.force_login(other)

    assert client.get(reverse("case_file", args=[case.pk])).status_code == 404


def test_the_applicant_is_led_to_their_own_page(see, case):
    answer = see("ada", reverse("case_file", args=[case.pk]))

    assert answer.headers["Location"] == reverse("applicants:case", args=[case.pk])


def test_a_decider_declares_before_the_file_opens(see, case):
    answer = see("dee", reverse("case_file", args=[case.pk]))

    assert answer.headers["Location"] == reverse("applicants:declare", args=[case.pk])


def test_an_administrator_sees_the_file_without_the_entries(see, case):
    answer = see("noor", reverse("case_file", args=[case.pk]))

    assert answer.status_code == 200
    assert "I met a mentee who had lost heart" not in text(answer)
    assert "I met a mentee who had lost heart" in text(
        see("aud", reverse("case_file", args=[case.pk]))
    )


def test_letters_of_the_case_are_listed(see, case):
    answer = see("noor", reverse("case_file", args=[case.pk]))

    titles = [letter.title for letter in answer.context["file"].letters]
    assert "Portfolio submitted" in titles
    assert "Audit result pass" in titles
    assert len(titles) == len(set(titles))


def queries(case, reader, at):
    request = RequestFactory().get("/")
    request.user, request.COOKIES = reader, {}
    reader.__dict__.pop("roles", None)
    with time_machine.travel(at, tick=False), CaptureQueriesContext(connection) as asked:
        views.case_file(request, case.pk)
    return len(asked)


def test_the_case_file_asks_no_more_for_72_statements_than_for_30(walked, cast, case):
    small = make.walk(cast, to=Stage.INTAKE, slug="2021-recognition", by=cast.eve, at=walked.at)
    small.intake()
    small.assign(Role.AUDITOR, cast.aud)

    of_72 = queries(case, cast.aud, walked.at)
    of_30 = queries(small.case, cast.aud, small.at)

    assert max(of_30, of_72) <= 54


def test_an_open_audit_is_the_auditors_own(see, cast, case, walked):
    from portfolios.models import Audit

    Audit.objects.filter(application=case).update(closed_at=None, result="")

    file = casefile.case_file(case, cast.vera, case.history())

    assert [chain.findings for chain in file.chains if chain.findings] == []


# --- Confidentiality --------------------------------------------------------------------------
PAGES = ("home", "worklist", "case_file")


@pytest.mark.parametrize("name", ["ada", "ina", "aud", "vera", "dee", "noor", "pan", "eve"])
def test_no_page_of_ours_holds_the_interviewers_private_note(see, case, cast, walked, name):
    assert PrivateNote.objects.get(meeting__intake__application=case).text == SECRET
    assigning.declare(case, clear=True, note="", by=cast.dee, at=walked.at)

    for page in PAGES:
        args = [case.pk] if page == "case_file" else []
        answer = see(name, reverse(page, args=args))
        assert SECRET not in text(answer)


def test_the_shared_note_is_read_with_the_case_file(see, case, cast, walked):
    """By who may read the file, once they have declared; administrators read no entries."""
    assigning.declare(case, clear=True, note="", by=cast.dee, at=walked.at)

    pages = {
        name: text(see(name, reverse("case_file", args=[case.pk]))) for name in ("dee", "noor")
    }

    words = "Go on with this certificate."
    assert {name: words in page for name, page in pages.items()} == {"dee": True, "noor": False}


@pytest.mark.parametrize("name", ["aud", "vera", "dee"])
def test_who_stepped_back_sees_the_file_no_more(see, case, cast, walked, name):
    person = getattr(cast, name)
    if not CaseRole.objects.filter(application=case, person=person).exists():
        assigning.take(case, by=person, at=walked.at)
    assigning.recuse(case, why="A friend.", by=person, at=walked.at)

    answer = see(name, reverse("case_file", args=[case.pk]))

    # A decider still sees that a decision waits, and is asked to declare; the file stays shut.
    assert answer.status_code in ((302, 404) if name == "dee" else (404,))


# --- The rest ---------------------------------------------------------------------------------
def test_a_form_that_cannot_be_trusted_is_answered_kindly(cast):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.ada)

    answer = strict.post(reverse("accounts:language"), {"language": "en"})

    assert answer.status_code == 403
    assert "Nothing was changed." in text(answer)


def test_letters_that_wait_are_shown_as_waiting(see, case, walked):
    Message.objects.filter(to=case.applicant).update(sent_at=None)

    answer = see("noor", reverse("case_file", args=[case.pk]))

    assert "Waits to be sent" in text(answer)


def test_the_file_of_a_new_case_is_empty_and_opens(see, cast, walked):
    fresh = services.apply(make.tier("2021-recognition"), by=cast.eve, at=walked.at)

    answer = see("noor", reverse("case_file", args=[fresh.pk]))

    assert answer.context["file"].met == 0
    assert answer.context["file"].independent == "Nobody is assigned yet"


def test_days_to_come_are_counted_from_today(see, case, walked):
    Application.objects.filter(pk=case.pk).update(due_on=walked.at.date() + timedelta(days=7))

    assert "in 7 days" in text(see("noor", reverse("worklist")))
