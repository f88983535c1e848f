"""The verifier's pages, and the one on which the applicant chooses a time."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from applicants import assigning
from applicants.flow import Stage
from frameworks.models import GuideQuestion
from tests import make
from verification import script as scripts
from verification import services
from verification.models import Found, Outcome, Verification

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client, on):
    """A page as somebody sees it at the walker's time; with data, what they send."""

    def go(name, page, *args, data=None, area=""):
        client.force_login(getattr(on.cast, name))
        path = reverse(f"verification:{page}", args=[on.case.pk, *args])
        with time_machine.travel(on.at, tick=False):
            if data is None:
                return client.get(path, {"area": area} if area else {})
            return client.post(path, data)

    return go


def text(answer):
    return answer.content.decode()


# --- Booking ----------------------------------------------------------------------------------
def first_time(page):
    return page.context["picker"].page.days[0].times[0].value


def confirms(slot, host, **changes):
    return {"slot": slot, "host": host.pk, "how": "video", "confirm": "1", **changes}


def test_the_applicant_chooses_a_time_and_finds_it_booked(visit, on):
    slot = first_time(visit("ada", "book"))

    visit("ada", "book", data={"slot": slot})
    answer = visit("ada", "book", data=confirms(slot, on.cast.vera))

    booked = services.upcoming(on.case, on.at)
    assert answer.headers["Location"] == reverse("meetings:manage", args=[booked.pk])
    assert f"{booked.starts_at:%Y-%m-%dT%H:%MZ}" == slot


def test_who_has_booked_is_led_to_the_meeting(visit, on):
    slot = services.slots(on.case, at=on.at)[0]
    services.book(
        on.case,
        starts_at=slot.starts_at,
        how="video",
        support_needs="",
        by=on.cast.ada,
        at=on.at,
    )
    meeting = services.upcoming(on.case, on.at)

    answer = visit("ada", "book")

    assert answer.headers["Location"] == reverse("meetings:manage", args=[meeting.pk])


def test_a_time_nobody_offers_is_refused_and_nothing_is_lost(visit, on):
    slot = f"{on.at + timedelta(days=9):%Y-%m-%dT12:07Z}"
    data = confirms(slot, on.cast.vera, support_needs="Captions, please")

    answer = visit("ada", "book", data=data)

    assert answer.status_code == 200
    assert "Vera does not meet people at that time." in text(answer)
    assert "Captions, please" in text(answer)
    assert services.upcoming(on.case, on.at) is None


@pytest.mark.parametrize("name", ["eve", "vera", "noor", "dee"])
def test_nobody_else_reaches_the_booking(visit, name):
    assert visit(name, "book").status_code == 404


def test_without_a_verifier_the_page_says_what_happens(visit, on):
    assigning.recuse(on.case, why="A friend.", by=on.cast.vera, at=on.at)

    assert "We are choosing your verifier" in text(visit("ada", "book"))


# --- Desk -------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["desk", "record", "send_back"])
@pytest.mark.parametrize("name", ["ada", "ina", "aud", "dee", "noor", "eve"])
def test_nobody_else_reaches_the_desk(visit, page, name):
    assert visit(name, page).status_code == 404


@pytest.mark.parametrize("page", ["desk", "record", "send_back"])
def test_who_has_not_declared_declares_first(visit, on, page):
    other = make.person("vic", Role.VERIFIER)
    assigning.assign(on.case, Role.VERIFIER, person=other, by=on.cast.noor, at=on.at)
    object.__setattr__(on.cast, "vera", other)

    answer = visit("vera", page)

    assert answer.headers["Location"] == reverse("applicants:declare", args=[on.case.pk])


def test_the_desk_shows_the_script_and_one_area(visit):
    answer = visit("vera", "desk", area="M2")

    assert answer.context["script"].minutes == 64
    assert answer.context["desk"].statements[0].code == "M2.1"
    assert Verification.objects.count() == 0  # reading writes nothing


def test_an_unknown_area_is_the_first(visit):
    assert visit("vera", "desk", area="X9").context["desk"].area.code == "M1"


def test_an_area_is_saved_without_javascript_and_the_next_opens(visit, on):
    data = {
        "M1.1-found": "confirmed",
        "M1.2-found": "not_confirmed",
        "M1.2-note": "No example.",
    }

    answer = visit("vera", "area", "M1", data=data)

    assert answer.headers["Location"] == f"/verification/{on.case.pk}/?area=M2"
    assert list(Outcome.objects.values_list("statement__code", "found")) == [
        ("M1.1", Found.CONFIRMED),
        ("M1.2", Found.NOT_CONFIRMED),
    ]


def test_an_area_with_a_gap_keeps_what_was_typed_and_saves_nothing(visit):
    data = {"M1.1-found": "confirmed", "M1.1-note": "Good story", "M1.2-found": "not_confirmed"}

    answer = visit("vera", "area", "M1", data=data)

    assert "Good story" in text(answer)
    assert "Say why it is not confirmed." in text(answer)
    assert Outcome.objects.count() == 0


def test_one_outcome_is_saved_at_once(visit):
    answer = visit("vera", "outcome", "M1", "M1.1", data={"M1.1-found": "confirmed"})

    assert "Saved at" in text(answer)
    assert Outcome.objects.get().found == Found.CONFIRMED


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"M1.1-found": "not_confirmed"}, "Say why it is not confirmed."),
        ({"M1.1-note": "A note"}, "Choose an outcome for this note."),
        ({}, ""),
    ],
)
def test_half_an_outcome_is_not_saved(visit, data, said):
    answer = visit("vera", "outcome", "M1", "M1.1", data=data)

    assert said in text(answer)
    assert Outcome.objects.count() == 0


def test_a_statement_of_another_area_does_not_exist_there(visit):
    answer = visit("vera", "outcome", "M1", "M2.1", data={"M2.1-found": "confirmed"})

    assert answer.status_code == 404


# --- Record -----------------------------------------------------------------------------------
FRAME = {
    "identity_checked": "Passport on screen",
    "persons_present": "Both",
    "adjustments_made": "Captions",
    "summary": "Consistent.",
}


def test_the_frame_is_saved_and_signed_later(visit):
    visit("vera", "record", data={**FRAME, "save": "1"})

    record = Verification.objects.get()
    assert (record.summary, record.signed_at) == ("Consistent.", None)


def test_signing_too_early_says_what_is_missing_and_keeps_the_words(visit):
    answer = visit("vera", "record", data={**FRAME, "recommendation": "award", "sign": "1"})

    assert "Record at least one outcome for" in text(answer)
    assert "Passport on screen" in text(answer)
    assert Verification.objects.filter(signed_at__isnull=False).count() == 0


def test_signing_without_a_recommendation_asks_for_it(visit):
    answer = visit("vera", "record", data={**FRAME, "sign": "1"})

    assert "Choose what you recommend." in text(answer)


def test_signing_hands_the_case_on_and_the_desk_becomes_read_only(visit, on):
    on.verify(services.open_verification(on.case, by=on.cast.vera, at=on.at))

    answer = visit("vera", "record", data={**FRAME, "recommendation": "award", "sign": "1"})

    on.case.refresh_from_db()
    assert (answer.headers["Location"], on.case.stage) == (reverse("worklist"), Stage.DECISION)
    assert "A signed record does not change." in text(visit("vera", "record"))
    visit("vera", "record", data={**FRAME, "summary": "Changed", "save": "1"})
    assert Verification.objects.get().summary == "Consistent."
    assert "hx-post" not in text(visit("vera", "desk"))


# --- Sending back -----------------------------------------------------------------------------
def test_entries_go_back_from_the_page(visit, on):
    statement = on.case.asked().first().statement

    answer = visit(
        "vera", "send_back", data={"statements": [statement.pk], "why": "Say what came of it."}
    )

    on.case.refresh_from_db()
    assert (answer.headers["Location"], on.case.stage) == (reverse("worklist"), Stage.PORTFOLIO)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"why": "My own words"}, "My own words"),
        ({"why": ""}, "Say what is missing. Your choice above is kept."),
    ],
)
def test_sending_back_keeps_what_was_typed(visit, on, data, said):
    answer = visit("vera", "send_back", data=data)

    on.case.refresh_from_db()
    assert said in text(answer)
    assert on.case.stage == Stage.VERIFICATION


# --- Script -----------------------------------------------------------------------------------
def test_the_script_fits_into_the_minutes(on):
    for minutes in (10, 30, 64, 75):
        found = scripts.script(on.case, minutes)
        assert found.minutes <= minutes
        positions = [ask.question.position for ask in found.asks]
        assert positions == sorted(positions)


def test_a_short_script_opens_closes_and_asks_about_authorship(on):
    stages = {ask.question.stage for ask in scripts.script(on.case, 14).asks}

    assert stages == {"opening", "authorship", "closing"}


def test_hints_come_first_and_are_named(on, monkeypatch):
    hint = scripts.Hint("M8.6", "came back in audit 1", weight=3)
    monkeypatch.setattr(scripts, "HINTERS", [lambda _case: [hint, hint]])

    found = scripts.script(on.case, 16)

    hinted = [ask for ask in found.asks if ask.hints]
    assert [(ask.question.code, list(ask.hints)) for ask in hinted] == [("VM20", [hint])]


def test_a_hint_without_a_question_is_shown_beside_the_script(on, monkeypatch):
    hint = scripts.Hint("M1.1", "a short entry, 12 words")
    monkeypatch.setattr(scripts, "HINTERS", [lambda _case: [hint]])

    assert list(scripts.script(on.case).left_over) == [hint]


def test_the_guide_follows_the_certificate(on):
    assert scripts.guide_of(on.case) == "verification_meeting"
    on.case.tier = make.tier("current-journey")
    assert scripts.guide_of(on.case) == "journey_meeting"
    on.case.renews_id = 1
    assert scripts.guide_of(on.case) == "renewal_talk"
    assert GuideQuestion.objects.filter(meeting_type="renewal_talk").count() == 4
