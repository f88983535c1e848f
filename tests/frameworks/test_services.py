"""The life of an edition: drafted, filled, published, retired; cases keep what they began under."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from applicants import services as applying
from certificates.models import Requirement, Tier
from frameworks import differences, editing, services
from frameworks.exporting import as_csv, fingerprint, table
from frameworks.importing import look_through
from frameworks.layout import Kind
from frameworks.models import (
    Area,
    AreaText,
    Crosswalk,
    Edition,
    Framework,
    PendingImport,
    Statement,
    StatementText,
)
from frameworks.readiness import findings, without_french
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(hours=1)


def asked(edition) -> Counter:
    rows = Requirement.objects.filter(statement__edition=edition)
    return Counter(rows.values_list("tier__slug", "facet"))


def verbs(edition) -> list[str]:
    return list(Event.objects.about(edition).order_by("pk").values_list("verb", flat=True))


def publish(draft, noor, at=LATER, **said):
    return services.publish(draft, **{"sample": False, "fallback": False, **said}, by=noor, at=at)


def words(draft, of, **changes) -> editing.Words:
    one = Statement.objects.get(edition=draft, code=of)
    said = one.texts.first()
    before = Statement.objects.filter(edition=draft, position__lt=one.position).last()
    return editing.Words(
        **{
            "code": of,
            "area": one.area.code,
            "after": before.code if before else "",
            "action": one.action,
            "outcome": one.outcome,
            "concept_prompt": one.concept_prompt,
            "practice_prompt": one.practice_prompt,
            "attitude": one.attitude,
            "safety_critical": one.safety_critical,
            "marks": frozenset(services.registry.marks_of(draft).get(of, ())),
            "action_fr": said.action if said else "",
            "outcome_fr": said.outcome if said else "",
            **changes,
        }
    )


def edit(draft, of, noor, **changes) -> Statement:
    one = Statement.objects.get(edition=draft, code=of)
    seen = editing.version(one)
    said = words(draft, of, **changes)
    return editing.save_statement(draft, one, words=said, seen=seen, by=noor, at=LATER)


def test_a_draft_is_the_last_edition_word_for_word(draft, published):
    for kind in Kind.values:
        assert table(draft, kind) == table(published, kind)
    assert asked(draft) == asked(published)
    assert (
        Crosswalk.objects.filter(statement__edition=draft).count()
        == Crosswalk.objects.filter(statement__edition=published).count()
        == 95
    )
    assert (draft.drafted_from, draft.published_at, draft.sample) == (published, None, True)
    assert verbs(draft) == ["draft_edition"]
    assert [finding.text for finding in findings(draft)] == ["Every word is as in 2026.1."]


def test_tasks_come_along_into_a_draft(draft, published):
    def tasks(edition):
        rows = Requirement.objects.filter(statement__edition=edition).exclude(task="")
        return sorted(rows.values_list("tier__slug", "statement__code", "task", "passes_when"))

    assert tasks(draft) == tasks(published)
    assert len(tasks(draft)) == 8


def test_the_centers_draft_keeps_what_answers_it(noor):
    center = Framework.objects.get(key="center-competencies")

    draft = services.draft(center, label="2027.1", by=noor, at=make.NOON)

    assert Crosswalk.objects.filter(indicator__edition=draft).count() == 95
    assert findings(draft)[0].text == "Every word is as in 2026.1."


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("2026.1", "There is an edition with this label already."),
        ("a/b", "Write the label with letters, digits, dots and hyphens, as in 2027.1."),
        ("compare", "Write the label with letters, digits, dots and hyphens, as in 2027.1."),
        ("", "Write the label with letters, digits, dots and hyphens, as in 2027.1."),
    ],
)
def test_a_label_names_one_edition(noor, label, why):
    mentor = Framework.objects.get(key="mentor")

    with pytest.raises(services.BadLabel, match=why.replace(".", r"\.")):
        services.draft(mentor, label=label, by=noor, at=make.NOON)


def test_labels_are_suggested_by_year_and_number(draft):
    assert services.suggested_label(draft.framework, make.NOON) == "2026.2"
    assert services.suggested_label(draft.framework, make.NOON.replace(year=2027)) == "2027.2"


def test_one_draft_at_a_time(draft, noor):
    with pytest.raises(Refused, match=r"Edition 2027.1 is in draft already"):
        services.draft(draft.framework, label="2027.2", by=noor, at=make.NOON)


@pytest.mark.parametrize("who", ["ada", "ina", "aud", "vera", "dee", "pan", "eve"])
def test_only_administrators_keep_editions(cast, published, draft, who):
    person = getattr(cast, who)
    for deed in (
        lambda: services.draft(published.framework, label="2028.1", by=person, at=LATER),
        lambda: services.discard(draft, by=person, at=LATER),
        lambda: publish(draft, person),
        lambda: services.retire(published, by=person, at=LATER),
        lambda: edit(draft, "M1.1", person, action="Anything"),
    ):
        with pytest.raises(services.NotYours):
            deed()


def test_a_discarded_draft_leaves_nothing_but_its_trail(draft, noor):
    pk = draft.pk

    services.discard(draft, by=noor, at=LATER)

    assert not Edition.objects.filter(pk=pk).exists()
    assert not Statement.objects.filter(edition=pk).exists()
    events = Event.objects.filter(subject="frameworks.edition", subject_id=str(pk))
    assert [event.verb for event in events.order_by("pk")] == ["draft_edition", "discard_edition"]


def test_running_cases_keep_theirs_and_new_ones_get_the_new(cast, draft, published, noor):
    running = applying.apply(make.tier(), by=cast.ada, at=make.NOON)
    edit(draft, "M1.1", noor, action="Write anything down")
    publish(draft, noor)

    later = applying.apply(make.tier(), by=cast.eve, at=LATER + timedelta(hours=1))

    running.refresh_from_db()
    assert (running.edition, later.edition) == (published, draft)
    first = {one.asked().first().statement.action for one in (running, later)}
    assert len(first) == 2
    assert {one.statement.edition_id for one in running.asked()} == {published.pk}
    assert {one.statement.edition_id for one in later.asked()} == {draft.pk}
    assert running.asked().count() == later.asked().count() == 144
    make.Walk(running, cast, LATER).self_assessment()
    assert running.stage == "intake"


def test_publishing_says_who_when_and_what_it_is(draft, noor):
    edition = publish(draft, noor, sample=True)

    assert (edition.published_at, edition.published_by, edition.sample) == (LATER, noor, True)
    assert edition.framework.edition_at(LATER) == edition
    event = Event.objects.about(edition).get(verb="publish_edition")
    assert (event.before, event.after, event.actor) == ("draft", "published", noor)
    assert event.facts == {"sample": True, "in_english": []}


def test_published_words_never_change_whatever_tries(draft, noor):
    edition = publish(draft, noor)
    pk = edition.pk
    tries = [
        lambda: Statement.objects.filter(edition=pk).update(action="Other"),
        lambda: Area.objects.filter(edition=pk).update(title="Other"),
        lambda: StatementText.objects.filter(statement__edition=pk).update(action="Autre"),
        lambda: StatementText.objects.filter(statement__edition=pk).delete(),
        lambda: AreaText.objects.filter(area__edition=pk).update(title="Autre"),
        lambda: Edition.objects.filter(pk=pk).update(published_at=None),
        lambda: Edition.objects.filter(pk=pk).update(sample=True),
        lambda: Edition.objects.filter(pk=pk).update(label="2027.9"),
        lambda: Edition.objects.filter(pk=pk).update(columns=["code"]),
    ]
    for change in tries:
        refused = pytest.raises(DatabaseError, match="published edition never changes")
        with refused, transaction.atomic():
            change()
    for deed in (
        lambda: edit(edition, "M1.1", noor, action="Other"),
        lambda: services.discard(edition, by=noor, at=LATER),
        lambda: publish(edition, noor),
    ):
        with pytest.raises(services.NotADraft):
            deed()


def test_what_stops_publishing_is_named(draft, noor):
    Statement.objects.filter(edition=draft, code="M1.1").update(outcome="", practice_prompt="")
    editing.save_area(
        draft,
        None,
        words=editing.AreaWords("M10", "Empty", "", "", "", "", ""),
        seen="",
        by=noor,
        at=LATER,
    )

    stopping = [(finding.code, finding.text) for finding in findings(draft) if finding.stops]

    assert stopping == [
        ("M10", "Area M10 holds no statement."),
        ("M1.1", "M1.1 needs an action and an outcome."),
        ("M1.1", "M1.1 is asked for as a Practice and has no words for what an answer shows."),
    ]
    with pytest.raises(services.NotReady, match="Area M10 holds no statement"):
        publish(draft, noor, fallback=True)


def test_an_empty_draft_says_what_it_needs(noor):
    new = Framework.objects.create(key="new", title="New", publisher="Us")

    draft = services.draft(new, label="1", by=noor, at=make.NOON)

    assert [finding.text for finding in findings(draft)] == [
        "There is no area yet.",
        "There is no statement yet.",
    ]


def test_missing_french_needs_a_stated_fallback(draft, noor):
    edit(draft, "M2.1", noor, action_fr="", outcome_fr="")
    assert without_french(draft) == ["M2.1"]

    with pytest.raises(services.NotReady, match="Say that English is shown there"):
        publish(draft, noor)
    edition = publish(draft, noor, fallback=True)

    event = Event.objects.about(edition).get(verb="publish_edition")
    assert event.facts["in_english"] == ["M2.1"]


def test_counts_are_held_against_the_published_ones(draft, noor):
    edit(draft, "M1.1", noor, marks=frozenset())
    one = Statement.objects.get(edition=draft, code="M9.8")
    editing.remove_statement(draft, one, seen=editing.version(one), by=noor, at=LATER)

    warned = [finding.text for finding in findings(draft) if not finding.stops]

    said = "{} asks for {} concepts and {} practices. Published are about {} and {}."
    assert warned == [
        said.format("Certificate of Concepts - Mentoring", 71, 0, 72, 0),
        said.format("Certificate of Practice - Mentor", 71, 71, 72, 72),
        said.format("Certificate of Recognition (Mentorship)", 28, 3, 30, 3),
        said.format("Certificate of Achievement (Mentoring)", 71, 4, 72, 5),
        said.format("Certificate of Competence (Mentor)", 71, 71, 72, 72),
    ]
    assert publish(draft, noor).published_at == LATER


def test_a_statement_that_is_added_is_asked_for_by_whole_profiles_and_its_marks(draft, noor):
    before = asked(draft)
    said = words(draft, "M1.1", code="M1.9", after="M1.8", marks=frozenset({"recognition"}))

    one = editing.save_statement(draft, None, words=said, seen="", by=noor, at=LATER)

    assert asked(draft) - before == Counter(
        {
            ("2021-recognition", "concept"): 1,
            ("2021-concepts", "concept"): 1,
            ("2021-practice", "concept"): 1,
            ("2021-practice", "practice"): 1,
            ("current-concepts", "concept"): 1,
            ("current-practice", "concept"): 1,
            ("current-practice", "practice"): 1,
        }
    )
    order = list(Statement.objects.filter(edition=draft).values_list("code", flat=True))
    assert order[7:10] == ["M1.8", "M1.9", "M2.1"]
    assert one.texts.get().action == said.action_fr


def test_reworded_english_with_old_french_is_pointed_out(draft, noor):
    edit(draft, "M1.1", noor, action="Write a plan")

    assert [finding.text for finding in findings(draft)] == [
        "Reworded in English, with French as before: M1.1. Is it still right?"
    ]


def test_nobody_overwrites_words_they_have_not_seen(draft, noor):
    one = Statement.objects.get(edition=draft, code="M1.1")
    seen = editing.version(one)
    edit(draft, "M1.1", noor, action="Theirs")

    with pytest.raises(services.Changed):
        editing.save_statement(
            draft, one, words=words(draft, "M1.1", action="Mine"), seen=seen, by=noor, at=LATER
        )

    assert Statement.objects.get(edition=draft, code="M1.1").action == "Theirs"


def test_codes_are_unique_and_french_is_whole(draft, noor):
    with pytest.raises(editing.Taken, match=r"Another statement has the code M1.2"):
        edit(draft, "M1.1", noor, code="M1.2")
    with pytest.raises(Refused, match="write both the action and the outcome"):
        edit(draft, "M1.1", noor, outcome_fr="")


def test_an_area_goes_when_nothing_stands_in_it(draft, noor):
    area = Area.objects.get(edition=draft, code="M9")
    with pytest.raises(Refused, match="Move or remove the statements"):
        editing.remove_area(draft, area, seen=editing.version(area), by=noor, at=LATER)
    for one in Statement.objects.filter(area=area):
        editing.remove_statement(draft, one, seen=editing.version(one), by=noor, at=LATER)

    editing.remove_area(draft, area, seen=editing.version(area), by=noor, at=LATER)

    assert not Area.objects.filter(edition=draft, code="M9").exists()


def pending(draft, noor, change=lambda _rows: None):
    columns, rows = table(draft, Kind.STATEMENTS)
    change(rows)
    found = look_through(draft, Kind.STATEMENTS, name="m.csv", content=as_csv(columns, rows))
    assert found.problems == []
    return services.keep(draft, found, kind=Kind.STATEMENTS, name="m.csv", by=noor, at=make.NOON)


def test_looking_through_and_keeping_changes_nothing(draft, noor):
    before = fingerprint(draft)

    pending(draft, noor, lambda rows: rows.pop())

    assert fingerprint(draft) == before
    assert verbs(draft) == ["draft_edition"]


def test_a_table_is_taken_in_whole(draft, noor):
    def change(rows) -> None:
        rows[0][3] = "Write a plan"
        rows.append(["M1.9", *rows[1][1:3], "Read widely", "so that you know", *rows[1][5:]])
        rows.insert(0, rows.pop(3))
        rows.pop(-2)

    services.take_in(pending(draft, noor, change), by=noor, at=LATER)

    found = differences.compare(
        differences.statements(draft.drafted_from), differences.statements(draft)
    )
    assert [line.code for line in found.added] == ["M1.9"]
    assert [line.code for line in found.removed] == ["M9.8"]
    assert [(c.new.code, c.moved, bool(c.reworded)) for c in found.changed] == [
        ("M1.4", "stands elsewhere in the order", False),
        ("M1.1", "", True),
    ]
    assert StatementText.objects.filter(statement__edition=draft).count() == 71
    assert not PendingImport.objects.exists()
    assert Event.objects.about(draft).last().facts == {"kind": "statements", "rows": 72}


def test_a_table_is_taken_in_once(draft, noor):
    table_ = pending(draft, noor)
    services.take_in(table_, by=noor, at=LATER)

    with pytest.raises(services.Changed, match="taken in or put away already"):
        services.take_in(table_, by=noor, at=LATER)


def test_a_table_is_not_taken_into_a_draft_that_changed_meanwhile(draft, noor):
    table_ = pending(draft, noor)
    edit(draft, "M1.1", noor, action="Theirs")

    with pytest.raises(services.Changed, match="The draft changed"):
        services.take_in(table_, by=noor, at=LATER)

    assert Statement.objects.get(edition=draft, code="M1.1").action == "Theirs"


def test_retiring_gives_new_cases_what_is_left(draft, published, noor, cast):
    publish(draft, noor)

    services.retire(draft, by=noor, at=LATER + timedelta(hours=1))

    case = applying.apply(make.tier(), by=cast.ada, at=LATER + timedelta(hours=2))
    assert case.edition == published
    assert verbs(draft)[-1] == "retire_edition"
    with pytest.raises(Refused, match="Only a published edition can be retired, and once"):
        services.retire(draft, by=noor, at=LATER + timedelta(hours=3))


def test_the_last_edition_that_certificates_rest_on_stays(published, noor):
    with pytest.raises(Refused, match="Publish another edition first"):
        services.retire(published, by=noor, at=LATER)


def test_a_framework_that_nothing_rests_on_can_retire_its_last(noor):
    center = Edition.objects.get(framework__key="center-competencies")

    assert services.retire(center, by=noor, at=LATER).retired_at == LATER


def test_an_offered_tier_that_would_ask_for_nothing_stops_publishing(draft):
    Requirement.objects.filter(
        statement__edition=draft, tier=Tier.objects.get(slug="current-concepts")
    ).delete()

    assert [finding.text for finding in findings(draft) if finding.stops] == [
        "Certificate of Concepts - Mentoring would ask for nothing."
    ]


def test_an_area_needs_a_title(draft):
    Area.objects.filter(edition=draft, code="M1").update(title="")

    assert "Area M1 has no title." in [f.text for f in findings(draft) if f.stops]


def test_french_of_an_area_needs_a_title(draft, noor):
    said = editing.AreaWords("M10", "Joy", "", "", "", "", "La joie")

    with pytest.raises(Refused, match="In French, write the title too"):
        editing.save_area(draft, None, words=said, seen="", by=noor, at=LATER)
