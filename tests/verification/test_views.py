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

    def go(name, page, *args, data=None, area="", headers=None):
        client.force_login(getattr(on.cast, name))
        path = reverse(f"verification:{page}", args=[on.case.pk, *args])
        with time_machine.travel(on.at, tick=False):
            if data is None:
                return client.get(path, {"area": area} if area else {})
            return client.post(path, data, headers=headers or {})

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
@pytest.mark.parametrize("page", ["desk", "record", "send_back", "add"])
@pytest.mark.parametrize("name", ["ada", "ina", "aud", "dee", "noor", "eve"])
def test_nobody_else_reaches_the_desk(visit, page, name):
    assert visit(name, page).status_code == 404


@pytest.mark.parametrize("page", ["desk", "record", "send_back", "add"])
def test_who_has_not_declared_declares_first(visit, on, page):
    other = make.person("vic", Role.VERIFIER)
    assigning.assign(on.case, Role.VERIFIER, person=other, by=on.cast.noor, at=on.at)
    object.__setattr__(on.cast, "vera", other)

    answer = visit("vera", page)

    assert answer.headers["Location"] == reverse("applicants:declare", args=[on.case.pk])


def test_who_has_not_declared_writes_nothing_and_reads_nothing_by_writing(visit, on):
    other = make.person("vic", Role.VERIFIER)
    assigning.assign(on.case, Role.VERIFIER, person=other, by=on.cast.noor, at=on.at)
    object.__setattr__(on.cast, "vera", other)

    for headers in (None, SAVES_ITSELF):
        answer = visit("vera", "outcome", "M1", "M1.1", data=found("confirmed"), headers=headers)
        assert answer.headers["Location"] == reverse("applicants:declare", args=[on.case.pk])
    assert Verification.objects.count() == 0


def test_the_desk_shows_the_script_and_one_area(visit):
    answer = visit("vera", "desk", area="M2")

    assert answer.context["script"].minutes == 64
    assert answer.context["desk"].statements[0].code == "M2.1"
    assert Verification.objects.count() == 0  # reading writes nothing


def test_an_unknown_area_is_the_first(visit):
    assert visit("vera", "desk", area="X9").context["desk"].area.code == "M1"


SAVES_ITSELF = {"X-Autosave": "1"}


def found(choice, note="", revision=0):
    return {"found": choice, "note": note, "revision": revision}


def test_a_statement_is_saved_without_javascript_and_the_page_stays_there(visit, on):
    answer = visit("vera", "outcome", "M1", "M1.1", data=found("not_confirmed", "No example."))

    assert answer.headers["Location"] == f"/verification/{on.case.pk}/?area=M1#M1.1"
    kept = Outcome.objects.get()
    assert (kept.statement.code, kept.found, kept.note, kept.revision) == (
        "M1.1",
        Found.NOT_CONFIRMED,
        "No example.",
        1,
    )


def test_without_javascript_a_gap_keeps_what_was_typed(visit):
    answer = visit("vera", "outcome", "M1", "M1.2", data=found("", "Good story"))

    assert "Good story" in text(answer)
    assert "Choose an outcome for this note." in text(answer)
    assert Outcome.objects.count() == 0


def test_one_outcome_is_saved_as_it_is_chosen(visit):
    answer = visit("vera", "outcome", "M1", "M1.1", data=found("confirmed"), headers=SAVES_ITSELF)

    assert answer.json()["revision"] == 1
    assert answer.json()["said"].startswith("Saved at")
    assert Outcome.objects.get().found == Found.CONFIRMED


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (found("not_confirmed"), "Say why it is not confirmed. Your choice is kept."),
        (found("not_explored", " "), "Say why it was not explored. Your choice is kept."),
        (found("", "A note"), "Choose an outcome for this note. Your words are kept."),
    ],
)
def test_half_an_outcome_is_not_saved(visit, data, said):
    answer = visit("vera", "outcome", "M1", "M1.1", data=data, headers=SAVES_ITSELF)

    assert (answer.status_code, answer.json()) == (422, {"refused": said})
    assert Outcome.objects.count() == 0


def test_two_windows_show_both_and_overwrite_nothing(visit):
    first = found("confirmed", "She told it well.")
    visit("vera", "outcome", "M1", "M1.1", data=first, headers=SAVES_ITSELF)

    second = found("not_confirmed", "No.")
    answer = visit("vera", "outcome", "M1", "M1.1", data=second, headers=SAVES_ITSELF)

    assert answer.status_code == 409
    assert answer.json()["stored"] == "Confirmed. She told it well."
    assert answer.json()["values"] == {"found": "confirmed", "note": "She told it well."}
    page = text(visit("vera", "outcome", "M1", "M1.1", data=second))
    assert "Confirmed. She told it well." in page
    assert ">No.</textarea>" in page
    assert Outcome.objects.get().note == "She told it well."
    visit("vera", "outcome", "M1", "M1.1", data={**second, "revision": 1})
    assert Outcome.objects.get().note == "No."


def test_a_statement_of_another_area_does_not_exist_there(visit):
    answer = visit("vera", "outcome", "M1", "M2.1", data=found("confirmed"))

    assert answer.status_code == 404


# --- Record -----------------------------------------------------------------------------------
FRAME = {
    "identity_checked": "Passport on screen",
    "identity_document": "passport",
    "mode": "video",
    "interruptions": "The line dropped once",
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
    assert "data-autosave" not in text(visit("vera", "desk"))


def test_the_frame_saves_itself_and_never_signs(visit):
    data = {**FRAME, "recommendation": "award", "sign": "1", "revision": "0"}

    answer = visit("vera", "record", data=data, headers=SAVES_ITSELF)

    assert (answer.status_code, answer.json()["revision"]) == (200, 1)
    record = Verification.objects.get()
    assert (record.identity_document, record.mode, record.signed_at) == ("passport", "video", None)


def test_two_windows_of_the_frame_overwrite_nothing(visit):
    visit("vera", "record", data={**FRAME, "revision": "0"}, headers=SAVES_ITSELF)

    other = {**FRAME, "summary": "Other words", "revision": "0"}
    answer = visit("vera", "record", data=other, headers=SAVES_ITSELF)

    assert answer.status_code == 409
    assert answer.json()["values"]["summary"] == "Consistent."
    assert Verification.objects.get().summary == "Consistent."
    assert "Other words" in text(visit("vera", "record", data={**other, "save": "1"}))


@pytest.mark.parametrize("headers", [None, SAVES_ITSELF])
def test_a_number_of_a_paper_is_refused_and_the_words_are_kept(visit, headers):
    data = {**FRAME, "identity_checked": "Passport 7712345"}

    answer = visit("vera", "record", data=data, headers=headers)

    assert "Leave numbers of papers out." in text(answer)
    assert Verification.objects.count() == 0


def test_the_way_of_meeting_is_proposed_as_it_was_booked(visit, on):
    on.meet_verifier()

    assert visit("vera", "record").context["form"].initial["mode"] == "video"


# --- Going on, and adding ----------------------------------------------------------------------
def test_a_meeting_is_broken_off_from_the_desk_and_the_rest_is_booked(visit, on):
    record = on.meet_verifier()
    assert "The time is up, and something is left" in text(visit("vera", "desk"))

    visit("vera", "later", data={"left": "M5 to M9"})

    assert [m.left for m in services.meetings_of(record)] == ["M5 to M9"]
    page = text(visit("vera", "desk"))
    assert "Left: M5 to M9" in page
    assert "The time is up" not in page
    assert visit("ada", "book").status_code == 200


def test_a_script_for_a_second_meeting_asks_what_is_open_first(on):
    full = scripts.script(on.case, 30)
    codes = {code for ask in full.asks for code in ask.codes}

    rest = scripts.script(on.case, 30, explored=codes)

    again = [a for a in rest.asks if a.codes and a.question.stage not in scripts.ALWAYS]
    assert codes
    assert not any(set(ask.codes) <= codes for ask in again)


def test_what_did_not_fit_is_said(visit, on):
    found = scripts.script(on.case, 30)

    every = GuideQuestion.objects.filter(meeting_type="verification_meeting")
    assert len(found.asks) + len(found.left_out) == every.count()
    assert found.minutes_left_out == sum(q.minutes for q in every) - found.minutes
    minutes = visit("vera", "desk").context["script"].left_out
    assert minutes == []


def test_something_is_added_from_the_page_and_stands_in_the_case_file(visit, on, client):
    assert visit("vera", "add").headers["Location"] == f"/verification/{on.case.pk}/record/"
    on.verify(services.open_verification(on.case, by=on.cast.vera, at=on.at))
    visit("vera", "record", data={**FRAME, "recommendation": "award", "sign": "1"})
    chosen = on.case.asked().get(statement__code="M2.1", facet="practice").statement
    data = {"statement": chosen.pk, "text": "It was M2.2.", "why": "Wrong line."}

    assert "Say why you add it." in text(visit("vera", "add", data={**data, "why": ""}))
    visit("vera", "add", data=data)

    assert "It was M2.2." in text(visit("vera", "record"))
    with time_machine.travel(on.at, tick=False):
        file = client.get(reverse("case_file", args=[on.case.pk])).content.decode()
    assert file.count("It was M2.2.") == 2  # beside the record, and beside the statement
    assert "Paper: Passport." in file


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
