"""Writing entries: what is kept, what is refused, what carries over."""

from datetime import timedelta

import pytest

from applicants.flow import Stage
from applicants.models import Application
from certificates.models import Facet
from notices.models import Message
from portfolios import writing
from portfolios.models import Entry, EntryState, Portfolio
from tests import make
from tests.portfolios.conftest import TEXT
from trail.models import Event

pytestmark = pytest.mark.django_db


def test_opening_twice_opens_once(walk, ada, portfolio):
    again = writing.open_portfolio(walk.case, by=ada, at=walk.at)

    assert again == portfolio
    assert Portfolio.objects.count() == 1
    assert Event.objects.about(portfolio).count() == 1


def test_opening_waits_for_its_stage(cast, at):
    case = make.application(cast)

    with pytest.raises(writing.NotNow):
        writing.open_portfolio(case, by=cast.ada, at=at)


def test_opening_is_the_applicants_alone(walk, noor):
    with pytest.raises(writing.NotYours):
        writing.open_portfolio(walk.case, by=noor, at=walk.at)


def test_entry_is_kept_as_draft_and_counts_its_saves(save):
    first = save("M1.1", "One.")
    second = save("M1.1", "One, two.", revision=first.revision)

    assert (second.text, second.state, second.revision) == ("One, two.", EntryState.DRAFT, 2)


def test_entry_marked_ready_is_ready(save):
    assert save("M1.1", ready=True).state == EntryState.READY


def test_saving_the_same_again_changes_nothing(save):
    first = save("M1.1")

    again = save("M1.1", revision=0)

    assert (again.pk, again.revision) == (first.pk, first.revision)


def test_two_windows_give_both_texts_back(save):
    save("M1.1", "From the first window.")

    with pytest.raises(writing.Conflict) as caught:
        save("M1.1", "From the second window.", revision=0)

    assert caught.value.stored.text == "From the first window."
    assert Entry.objects.get().text == "From the first window."


def test_nothing_stored_is_no_conflict(save):
    save("M1.1", "")

    assert save("M1.1", "Words.", revision=0).text == "Words."


def test_empty_entry_is_never_ready(save):
    with pytest.raises(writing.Empty):
        save("M1.1", "  \n ", ready=True)


def test_length_is_refused_only_beyond_reason(save):
    assert save("M1.1", "a" * 20_000).revision == 1
    with pytest.raises(writing.TooLong):
        save("M1.2", "a" * 20_001)


def test_strangers_and_staff_write_nothing(save, eve, noor):
    for person in (eve, noor):
        with pytest.raises(writing.NotYours):
            save("M1.1", by=person)

    assert Entry.objects.count() == 0


def test_what_is_not_asked_is_not_written(portfolio, ada, walk):
    practice = make.tier("current-practice").requirements.filter(facet=Facet.PRACTICE).first()

    with pytest.raises(writing.NotAsked):
        writing.save_entry(
            portfolio,
            practice,
            text=TEXT,
            language="en",
            ready=False,
            revision=0,
            by=ada,
            at=walk.at,
        )


def test_nothing_is_written_while_the_auditor_reads(handed_in, ada):
    case = handed_in.case

    with pytest.raises(writing.NotNow):
        writing.save_entry(
            case.portfolio,
            case.asked()[0],
            text="Later.",
            language="en",
            ready=True,
            revision=1,
            by=ada,
            at=handed_in.at,
        )


@pytest.fixture
def practice_case(cast):
    """Ada holds Concepts and now writes for Practice, which nests it."""
    earned = make.certified(cast, "current-concepts")
    later = earned.at + timedelta(days=30)
    return earned, make.walk(cast, to=Stage.PORTFOLIO, at=later)


def test_concepts_carry_over_from_a_nested_certificate(practice_case, ada):
    earned, walk = practice_case

    portfolio = writing.open_portfolio(walk.case, by=ada, at=walk.at)

    carried = portfolio.entries.filter(state=EntryState.CARRIED)
    assert carried.count() == 72
    assert set(carried.values_list("facet", "carried_from")) == {
        (Facet.CONCEPT, earned.certificate.pk)
    }


def test_concepts_older_than_five_years_do_not_carry_over(practice_case, ada):
    _earned, walk = practice_case

    portfolio = writing.open_portfolio(walk.case, by=ada, at=walk.at + timedelta(days=6 * 366))

    assert portfolio.entries.count() == 0


def test_carried_entries_stay_as_they_are(practice_case, ada):
    _earned, walk = practice_case
    portfolio = writing.open_portfolio(walk.case, by=ada, at=walk.at)
    concept = walk.case.asked().filter(facet=Facet.CONCEPT)[0]

    with pytest.raises(writing.Settled):
        writing.save_entry(
            portfolio,
            concept,
            text="Other words.",
            language="en",
            ready=True,
            revision=1,
            by=ada,
            at=walk.at,
        )


def test_silence_is_answered_three_times_and_then_the_case_rests(walk, portfolio, at):
    def after(days):
        return writing.remind_idle(portfolio.touched_at + timedelta(days=days))

    assert [after(n) for n in (29, 30, 31, 60, 90, 100)] == [0, 1, 0, 1, 1, 0]
    assert Message.objects.filter(kind="portfolio_reminder").count() == 3

    Message.objects.update(not_before=at)
    after(105)

    assert Application.objects.get(pk=walk.case.pk).stage == Stage.DORMANT


def test_paused_reminders_are_not_written(walk, portfolio):
    Application.objects.update(reminders_paused=True)

    assert writing.remind_idle(portfolio.touched_at + timedelta(days=40)) == 0
