"""The demo: everybody stands where the tables say, brought there by the portal's own services.

Loading takes a while, so it happens once. What the tests ask is read out, then everything is
rolled back.
"""

from collections import Counter
from dataclasses import dataclass, field
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import override_settings
from django.urls import include, path

from accounts.middleware import DEMO_SIGN_IN
from accounts.models import Grant, User
from accounts.roles import Role
from appeals.models import Appeal
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Interest, TeachingRelation
from assessments.models import Rating
from awards.flow import SEATS
from awards.models import Award, Bid
from awards.scoring import of_sheet
from certificates.dates import body_day
from certificates.models import Certificate
from certificates.papers import Drawing
from certificates.status import GOOD
from frameworks.models import Statement
from imc_portal.demo.calendar import Calendar
from imc_portal.demo.people import PASSWORD, arrive, personas, table
from imc_portal.demo.texts import FEWEST, MOST, VOICES, entry_text
from imc_portal.renewal import renewal_work
from imc_portal.sentences import sentence
from imc_portal.urls import urlpatterns as portal
from meetings.models import Meeting, State
from notices.models import Mail, Message
from portfolios.models import Entry, EntryState, Evidence
from tests.make import NOON
from trail.models import Event
from trail.verify import verify

# The addresses of the portal are read before any test says that this is a demo.
urlpatterns = [*portal, path("demo/", include("imc_portal.demo_urls"))]
APPLICANTS = {row["key"]: row for row in table("applicants")}


@dataclass
class Seen:
    """What was read while the demo was loaded."""

    said: list[str]
    status: dict[str, str] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)


def status_of(person: User) -> str:
    """Where somebody stands, in the words of applicants.csv, from what the database says."""
    case = person.applications.latest("pk")
    booked = Meeting.objects.filter(guest=person, state=State.BOOKED, starts_at__gt=NOON).exists()
    if Appeal.objects.open().filter(decision__application=case).exists():
        return "appeal_open"
    if case.stage == Stage.PORTFOLIO:
        return _writing(case)
    return {
        Stage.SELF_ASSESSMENT: "self_assessment_open",
        Stage.INTAKE: "interview_booked" if booked else "interview_invited",
        Stage.AUDIT: "verbal_audit_booked" if booked else "in_audit",
        Stage.VERIFICATION: "verification_scheduled" if booked else "verifier_assigned",
        Stage.CERTIFIED: "certified",
    }.get(case.stage, case.stage)


def _writing(case: Application) -> str:
    if case.renews and (case.renews.expires_on - body_day(NOON)).days <= 30:
        return "recertification_due"
    if case.rounds:
        return "audit_revise"
    written = case.portfolio.entries.exclude(state=EntryState.CARRIED)
    return "portfolio_draft" if written.exists() else "action_plan_agreed"


def look() -> dict[str, object]:
    who = {key: User.objects.get(email=row["email"]) for key, row in APPLICANTS.items()}
    entries = Entry.objects.select_related("statement")
    back = entries.filter(state=EntryState.TO_IMPROVE)
    to_come = Meeting.objects.filter(state=State.BOOKED)
    bjorn = Certificate.objects.get(holder=who["bjorn"])
    return {
        "chain": verify().broken,
        "told by the verb alone": sorted(
            {
                (event.subject, event.verb)
                for event in Event.objects.select_related("actor")
                if sentence(event, who["bjorn"]).endswith(f": {event.verb.replace('_', ' ')}.")
            }
        ),
        "two parts": list(
            CaseRole.objects.values("application", "person").annotate(n=Count("pk")).filter(n__gt=1)
        ),
        "owed drawings": Drawing.objects.filter(drawn_at=None).count(),
        "drawings": Drawing.objects.count(),
        "good": sorted(
            c.holder.called for c in Certificate.objects.all() if c.status(NOON) in GOOD
        ),
        "bjorn has open": [w.step.title for w in renewal_work(bjorn, NOON) if not w.done],
        "bjorn ends in": (bjorn.expires_on - body_day(NOON)).days,
        "ngoc": Counter(
            Entry.objects.filter(portfolio__application__applicant=who["ngoc"]).values_list(
                "state", flat=True
            )
        ),
        "ngoc writes on": {
            e.statement.area.code
            for e in entries.filter(
                portfolio__application__applicant=who["ngoc"], state=EntryState.DRAFT
            )
        },
        "wulandari": Rating.objects.filter(
            assessment__application__applicant=who["wulandari"]
        ).count(),
        "jose": sorted((e.statement.code, e.facet) for e in back),
        "jose advised": all(e.advice for e in back),
        "elodie": set(
            Entry.objects.filter(portfolio__application__tier__level="journey").values_list(
                "statement__code", flat=True
            )
        ),
        "to come": {m.guest.called: (body_day(m.starts_at) - body_day(NOON)).days for m in to_come},
        "interest": [(i.person.called, i.about.called) for i in Interest.objects.all()],
        "taught": [(t.teacher.called, t.learner.called) for t in TeachingRelation.objects.all()],
        "evidence": sorted(
            Evidence.objects.values_list(
                "portfolio__application__applicant__called", "kind", "state"
            )
        ),
        "pictures": Evidence.objects.exclude(pages=[]).count(),
        "unsent": Message.objects.filter(sent_at=None, dropped_at=None).count(),
        "mail after its day": Mail.objects.filter(at__gt=NOON).count(),
        "mail": Mail.objects.count(),
        "people": User.objects.count(),
        "programmes": {
            bid.programme.name: (
                bid.stage,
                sum(score.points for score in of_sheet(bid.sheets.latest("pk"))),
                bid.held(SEATS[bid.process][0]).person.called,
            )
            for bid in Bid.objects.open().select_related("programme")
        },
        "awards": [
            (award.label, award.status(NOON), award.papers.exclude(drawn_at=None).count())
            for award in Award.objects.filter(credential__sealed_at__isnull=False)
        ],
    }


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Seen:
    said = []
    settings = {"DEMO": True, "EMAIL_BACKEND": "notices.mailbox.EmailBackend"}
    with (
        django_db_blocker.unblock(),
        override_settings(**settings),
        time_machine.travel(NOON, tick=False),
        transaction.atomic(),
    ):
        for _turn in range(2):
            out = StringIO()
            call_command("load_demo", stdout=out)
            said.append(out.getvalue())
        users = {row["email"]: key for key, row in APPLICANTS.items()}
        seen = Seen(said)
        for person in User.objects.filter(email__in=users):
            seen.status[users[person.email]] = status_of(person)
        seen.facts = look()
        transaction.set_rollback(True)
    return seen


def test_everybody_stands_where_the_tables_say(demo):
    assert demo.status == {key: row["status"] for key, row in APPLICANTS.items()}


def test_the_two_programmes_stand_where_the_tables_say(demo):
    stage = {"second_check": "second_check", "adjusting": "adjustment"}
    points = {"harbourlight": 81, "semilla": 71}
    called = {"sinead": "Sinéad", "ximena": "Ximena"}

    assert demo.facts["programmes"] == {
        row["name"]: (stage[row["status"]], points[row["key"]], called[row["first_assessor"]])
        for row in table("programmes")
    }


def test_one_programme_holds_an_award_with_its_papers_and_its_credential(demo):
    assert demo.facts["awards"] == [("Bronze", "valid", 4)]


def test_a_second_load_changes_nothing(demo):
    assert "Loaded in" in demo.said[0]
    assert demo.said[1] == "The people of the demo are here already.\n"
    assert demo.facts["people"] == len(personas())


def test_the_trail_of_the_demo_is_unbroken(demo):
    assert demo.facts["chain"] is None


def test_everything_in_the_trail_of_the_demo_is_told_in_words(demo):
    assert demo.facts["told by the verb alone"] == []


def test_nobody_holds_two_parts_in_a_case(demo):
    assert demo.facts["two parts"] == []


def test_every_certificate_is_drawn_on_both_papers(demo):
    assert demo.facts["good"] == ["Björn", "Ikaika", "Sushmita", "Zoë", "Élodie"]
    assert (demo.facts["drawings"], demo.facts["owed drawings"]) == (10, 0)


def test_bjorns_certificate_ends_in_28_days_with_three_steps_open(demo):
    assert demo.facts["bjorn ends in"] == 28
    assert demo.facts["bjorn has open"] == [
        "New evidence",
        "Ethics declaration",
        "Short renewal talk",
    ]


def test_ngoc_has_41_entries_ready_and_works_on_ethics(demo):
    assert demo.facts["ngoc"] == {EntryState.READY: 41, EntryState.DRAFT: 3}
    assert demo.facts["ngoc writes on"] == {"M2"}


def test_wulandari_has_rated_43_statements(demo):
    assert demo.facts["wulandari"] == 43


def test_jose_has_two_entries_to_revise_with_the_auditors_words(demo):
    assert demo.facts["jose"] == [("M6.6", "practice"), ("M9.2", "practice")]
    assert demo.facts["jose advised"]


def test_elodie_has_written_17_statements_her_own_words_among_them(demo):
    told = {r["statement_code"] for r in table("portfolio_entries") if r["persona"] == "elodie"}

    assert len(demo.facts["elodie"]) == 17
    assert told - demo.facts["elodie"] == set()


def test_evidence_was_collected_and_looked_into(demo):
    assert demo.facts["evidence"] == [
        ("José María", "file", "type"),
        ("José María", "file", "type"),
        ("José María", "text", ""),
        ("Layla", "file", "type"),
        ("Layla", "sessions", ""),
        ("Layla", "text", ""),
        ("Ngọc", "file", "type"),
        ("Ngọc", "text", ""),
        ("Thandeka", "file", "type"),
        ("Thandeka", "file", "type"),
        ("Thandeka", "sessions", ""),
    ]
    assert demo.facts["pictures"] == 5


def test_meetings_to_come_are_on_their_days(demo):
    assert demo.facts["to come"] == {"Aisha": 2, "Thandeka": 6, "Søren": 7}


def test_relations_are_declared_by_those_whom_they_bind(demo):
    assert demo.facts["interest"] == [("Ingrid", "Ngọc")]
    assert demo.facts["taught"] == [
        ("Élodie", "Ngọc"),
        ("Élodie", "Sushmita"),
        ("Kwabena", "Wulandari"),
    ]


def test_letters_are_history_and_none_waits(demo):
    assert demo.facts["mail"] > 100
    assert (demo.facts["unsent"], demo.facts["mail after its day"]) == (0, 0)


@pytest.mark.parametrize("command", ["demo", "load_demo"])
def test_commands_refuse_outside_a_demo(command):
    with pytest.raises(CommandError):
        call_command(command)


@pytest.mark.django_db
def test_sample_texts_are_as_long_as_people_write():
    lengths = {
        len(entry_text(key, statement, facet).split())
        for key in VOICES
        for statement in Statement.objects.filter(edition__framework__key__in=["mentor", "journey"])
        for facet in ("concept", "practice")
    }

    assert lengths
    assert min(lengths) >= FEWEST
    assert max(lengths) <= MOST


# --- The open door and the mailbox ----------------------------------------------------------------
@pytest.fixture
def door(db, settings, client):
    settings.DEMO = True
    settings.ROOT_URLCONF = __name__
    return client


@pytest.fixture
def everybody(door) -> dict[str, User]:
    return arrive(Calendar(NOON))


def test_roles_of_staff_are_those_of_the_tables(everybody):
    held = {
        key: set(Grant.objects.filter(user=everybody[key]).values_list("role", flat=True))
        for key in ("noor", "desmond", "aki", "sinead", "layla")
    }

    assert held == {
        "noor": {Role.ADMINISTRATOR},
        "desmond": {Role.DECIDER},
        "aki": {Role.VERIFIER, Role.PANEL_CHAIR},
        "sinead": {Role.ASSESSOR},
        "layla": set(),
    }


def test_page_lists_everybody_with_what_they_show(door, everybody):
    page = door.get("/demo/").content.decode()

    assert [p.name for p in personas().values() if p.name.replace("'", "&#x27;") not in page] == []
    assert APPLICANTS["layla"]["where_they_stand"] in page


def test_one_click_signs_staff_in_without_a_second_factor(door, everybody):
    answer = door.post(f"/demo/sign-in/{everybody['noor'].pk}/")

    assert (answer.status_code, answer.url) == (302, "/worklist/")
    assert door.session[DEMO_SIGN_IN] is True
    assert door.get("/people/").status_code == 200


def test_one_click_is_for_people_of_the_demo_alone(door, everybody):
    stranger = User.objects.create_user("stranger@example.org", full_name="A Stranger")

    assert door.post(f"/demo/sign-in/{stranger.pk}/").status_code == 404


def test_applicants_can_sign_in_with_the_printed_password(door, everybody):
    answer = door.post(
        "/accounts/login/", {"login": everybody["layla"].email, "password": PASSWORD}
    )

    assert answer.status_code == 302
    assert door.session["_auth_user_id"] == str(everybody["layla"].pk)


def test_mailbox_shows_letters_with_their_text(door):
    mail = Mail.objects.create(
        to="layla@example.org", subject="Hello", text="Words <b>", html="<p>Words</p>"
    )

    assert "Hello" in door.get("/demo/mail/").content.decode()
    assert "Words &lt;b&gt;" in door.get(f"/demo/mail/{mail.pk}/").content.decode()


def test_mail_as_html_may_do_nothing(door):
    mail = Mail.objects.create(to="a@example.org", subject="x", text="x", html="<p>Words</p>")

    answer = door.get(f"/demo/mail/{mail.pk}/html/")

    policy = answer.headers["Content-Security-Policy"]
    assert answer.content == b"<p>Words</p>"
    assert sorted(part.strip() for part in policy.split(";")) == [
        "default-src 'none'",
        "sandbox",
        "style-src 'unsafe-inline'",
    ]


@pytest.mark.django_db
def test_the_open_door_is_not_there_outside_a_demo(client):
    assert client.get("/demo/").status_code == 404
