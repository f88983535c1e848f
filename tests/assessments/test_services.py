"""Rating oneself, through the real services and on the real content."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from applicants.flow import Stage
from applicants.services import rest, withdraw
from assessments import services
from assessments.models import NOTE_LENGTH, Rating, SelfAssessment
from assessments.services import Answer, Closed, Incomplete, NoteTooLong
from certificates.models import Facet
from notices.models import Message
from tests import make
from tests.assessments.conftest import everything, statements
from trail.models import Event

pytestmark = pytest.mark.django_db


def stored(assessment, pk):
    rating = Rating.objects.get(assessment=assessment, statement=pk)
    return Answer(rating.concept, rating.practice, rating.note, rating.revision)


def test_start_goes_on_with_what_was_begun(case, ada, at):
    first = services.start(case, by=ada, at=at)

    again = services.start(case, by=ada, at=at + timedelta(days=1))

    assert (again.pk, again.started_at) == (first.pk, at)


def test_start_is_refused_to_everybody_else(case, cast, at):
    for other in (cast.eve, cast.noor, cast.ina):
        with pytest.raises(Closed):
            services.start(case, by=other, at=at)

    assert SelfAssessment.objects.count() == 0


def test_start_is_refused_while_the_case_rests(case, ada, at):
    rest(case, at=at)

    with pytest.raises(Closed, match="resting"):
        services.start(case, by=ada, at=at)


def test_save_counts_revisions(assessment, case, ada, at):
    pk = statements(case)["M3.1"]
    services.save(assessment, {pk: Answer(concept=2)}, by=ada, at=at)

    saved = services.save(
        assessment, {pk: Answer(concept=2, practice=1, revision=1)}, by=ada, at=at
    )

    assert saved == services.Saved(revisions={pk: 2}, conflicts={})
    assert stored(assessment, pk) == Answer(2, 1, "", 2)


def test_save_of_the_same_words_changes_nothing(assessment, case, ada, at):
    pk = statements(case)["M3.1"]
    services.save(assessment, {pk: Answer(concept=2)}, by=ada, at=at)

    saved = services.save(assessment, {pk: Answer(concept=2, revision=0)}, by=ada, at=at)

    assert saved.revisions == {pk: 1}
    assert stored(assessment, pk) == Answer(2, None, "", 1)


def test_an_older_window_overwrites_nothing(assessment, case, ada, at):
    pk, other = statements(case)["M3.1"], statements(case)["M3.2"]
    services.save(assessment, {pk: Answer(concept=2, note="First")}, by=ada, at=at)

    saved = services.save(
        assessment, {pk: Answer(concept=4, note="Second"), other: Answer(concept=1)}, by=ada, at=at
    )

    assert saved.revisions == {other: 1}
    assert saved.conflicts == {
        pk: services.Conflict(mine=Answer(4, None, "Second", 0), stored=Answer(2, None, "First", 1))
    }
    assert stored(assessment, pk) == Answer(2, None, "First", 1)


def test_choosing_ones_own_answer_after_a_conflict_saves_it(assessment, case, ada, at):
    pk = statements(case)["M3.1"]
    services.save(assessment, {pk: Answer(concept=2)}, by=ada, at=at)
    told = services.save(assessment, {pk: Answer(concept=4)}, by=ada, at=at).conflicts[pk]

    services.save(assessment, {pk: Answer(concept=4, revision=told.stored.revision)}, by=ada, at=at)

    assert stored(assessment, pk) == Answer(4, None, "", 2)


def test_only_asked_facets_and_statements_are_stored(cast, at):
    case = make.application(cast, slug="2021-recognition")
    assessment = services.start(case, by=cast.ada, at=at)
    asked: dict[int, set[str]] = {}
    for requirement in case.asked():
        asked.setdefault(requirement.statement_id, set()).add(requirement.facet)
    knows = next(pk for pk, facets in asked.items() if facets == {Facet.CONCEPT})
    practice = make.tier("current-practice").requirements.exclude(statement__in=asked).first()

    saved = services.save(
        assessment,
        {knows: Answer(concept=3, practice=4), practice.statement_id: Answer(concept=1)},
        by=cast.ada,
        at=at,
    )

    assert saved.revisions == {knows: 1}
    assert list(Rating.objects.values_list("statement", "concept", "practice")) == [
        (knows, 3, None)
    ]


def test_a_note_has_an_end(assessment, case, ada, at):
    pk = statements(case)["M3.1"]

    with pytest.raises(NoteTooLong, match="2000"):
        services.save(assessment, {pk: Answer(note="x" * (NOTE_LENGTH + 1))}, by=ada, at=at)

    assert Rating.objects.count() == 0


def test_save_is_refused_to_strangers(assessment, case, cast, at):
    pk = statements(case)["M3.1"]

    for other in (cast.eve, cast.noor):
        with pytest.raises(Closed, match="Only the applicant"):
            services.save(assessment, {pk: Answer(concept=1)}, by=other, at=at)

    assert Rating.objects.count() == 0


def test_save_is_refused_once_sent_and_once_withdrawn(cast, at):
    on = make.walk(cast, to=Stage.INTAKE)
    assessment = on.case.self_assessment
    pk = statements(on.case)["M3.1"]

    with pytest.raises(Closed, match="was sent"):
        services.save(assessment, {pk: Answer(concept=0, revision=1)}, by=cast.ada, at=on.at)
    withdraw(on.case, by=cast.ada, at=on.at)
    with pytest.raises(Closed):
        services.save(assessment, {pk: Answer(concept=0, revision=1)}, by=cast.ada, at=on.at)

    assert stored(assessment, pk).concept == 3


def test_one_answer_costs_three_queries_and_all_of_them_too(assessment, case, ada, at, queries):
    answers = everything(case)
    pk = next(iter(answers))
    assessment = SelfAssessment.objects.select_related(
        "application__tier", "application__edition"
    ).get()

    with queries(3):
        services.save(assessment, {pk: Answer(concept=1)}, by=ada, at=at)
    with queries(3):
        services.save(
            assessment, {key: answers[key] for key in answers if key != pk}, by=ada, at=at
        )

    assert Rating.objects.count() == 72


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=some.lists(
        some.tuples(
            some.sampled_from(["phone", "laptop"]),
            some.integers(0, 2),  # which statement
            some.integers(0, 4),  # the rating
            some.booleans(),  # whether a conflict is settled for one's own answer
        ),
        max_size=25,
    )
)
def test_two_clients_never_overwrite_what_they_have_not_seen(assessment, case, ada, at, steps):
    """Whatever two clients save in whatever order: each one's last acknowledged answer is stored in
    the end, or was replaced by somebody who had seen it."""
    Rating.objects.all().delete()
    pks = list(statements(case).values())[:3]
    seen = {client: dict.fromkeys(pks, 0) for client in ("phone", "laptop")}
    acknowledged: dict[tuple[str, int], tuple[int, int]] = {}  # client, statement: revision, rating
    written: dict[
        tuple[int, int], tuple[int, int]
    ] = {}  # statement, revision: rating, revision seen

    for client, which, rating, insist in steps:
        pk = pks[which]
        answer = Answer(concept=rating, revision=seen[client][pk])
        saved = services.save(assessment, {pk: answer}, by=ada, at=at)
        if pk in saved.conflicts:
            told = saved.conflicts[pk].stored
            assert told.revision > answer.revision
            seen[client][pk] = told.revision
            if not insist:
                continue
            answer = Answer(concept=rating, revision=told.revision)
            saved = services.save(assessment, {pk: answer}, by=ada, at=at)
        revision = saved.revisions[pk]
        written.setdefault((pk, revision), (rating, answer.revision))
        seen[client][pk] = revision
        acknowledged[client, pk] = (revision, rating)

    for (_client, pk), (revision, rating) in acknowledged.items():
        now = stored(assessment, pk)
        assert written[pk, revision][0] == rating
        for later in range(revision + 1, now.revision + 1):
            assert written[pk, later][1] == later - 1  # had seen the one before
        assert written[pk, now.revision][0] == now.concept


def test_send_names_what_is_open_and_changes_nothing(assessment, case, ada, at):
    answers = everything(case)
    left = statements(case)["M3.2"]
    answers[left] = Answer(concept=2)
    services.save(assessment, answers, by=ada, at=at)

    with pytest.raises(Incomplete, match="1 statement has no rating yet") as refusal:
        services.send(assessment, by=ada, at=at)

    assert [(r.statement_id, r.facet) for r in refusal.value.missing] == [(left, Facet.PRACTICE)]
    assessment.refresh_from_db()
    case.refresh_from_db()
    assert (assessment.sent_at, case.stage) == (None, Stage.SELF_ASSESSMENT)


def test_send_freezes_wording_and_ratings(assessment, case, ada, at):
    answers = everything(case)
    pk = statements(case)["M3.2"]
    answers[pk] = Answer(concept=0, practice=4, note="Rarely at work")
    services.save(assessment, answers, by=ada, at=at)

    services.send(assessment, by=ada, at=at)

    row = next(row for row in assessment.answers if row["code"] == "M3.2")
    assert len(assessment.answers) == 72
    assert row == {
        "statement": pk,
        "code": "M3.2",
        "action": "Ask open questions that help the mentee think before you offer a view",
        "outcome": "so that they find ideas of their own and are likely to act on them",
        "area": "M3",
        "area_title": "Listen and speak well",
        "edition": str(case.edition),
        "asked": ["concept", "practice"],
        "concept": 0,
        "practice": 4,
        "note": "Rarely at work",
    }


def test_send_hands_over_and_owes_two_letters(assessment, case, ada, at):
    services.save(assessment, everything(case), by=ada, at=at)

    services.send(assessment, by=ada, at=at)

    case.refresh_from_db()
    owed = Message.objects.filter(to=ada).exclude(kind="welcome").order_by("pk")
    last = Event.objects.about(case).last()
    assert case.stage == Stage.INTAKE
    assert [message.kind for message in owed] == [
        "self_assessment_received",
        "interview_invitation",
    ]
    assert (last.verb, last.before, last.after) == ("complete", "self_assessment", "intake")


def test_send_is_the_applicants_and_happens_once(assessment, case, cast, at):
    services.save(assessment, everything(case), by=cast.ada, at=at)

    with pytest.raises(Closed):
        services.send(assessment, by=cast.noor, at=at)
    services.send(assessment, by=cast.ada, at=at)
    with pytest.raises(Closed, match="was sent"):
        services.send(assessment, by=cast.ada, at=at)

    assert Message.objects.filter(kind="interview_invitation").count() == 1


def test_profile_is_the_mean_of_each_area(assessment, case, ada, at):
    answers = everything(case, level=2)
    for code in ("M1.1", "M1.2"):
        answers[statements(case)[code]] = Answer(concept=4, practice=0)
    services.save(assessment, answers, by=ada, at=at)

    first, second, *_rest = services.profile(assessment)

    assert (first.area, first.title, first.statements, first.rated) == (
        "M1",
        "Keep growing as a mentor",
        8,
        8,
    )
    assert (first.concept, first.practice) == (2.5, 1.5)
    assert second.row == ("M2", 2.0, 2.0)


def test_profile_of_a_facet_that_is_not_asked_is_empty(cast, at):
    case = make.application(cast, slug="2021-recognition")
    assessment = services.start(case, by=cast.ada, at=at)
    services.save(assessment, everything(case), by=cast.ada, at=at)

    areas = {area.area: area for area in services.profile(assessment)}

    assert (areas["M2"].concept, areas["M2"].practice) == (3.0, None)


def test_profile_speaks_the_language_of_the_reader(assessment):
    first = services.profile(assessment, "fr-ca")[0]

    assert (first.title, first.lang) == ("Continuer de grandir comme mentor ou mentore", "")


def test_strengths_and_gaps_go_by_the_weaker_facet(assessment, case, ada, at):
    answers = everything(case, level=3)
    codes = statements(case)
    answers[codes["M2.1"]] = Answer(concept=4, practice=4)
    answers[codes["M2.2"]] = Answer(concept=4, practice=0)
    answers[codes["M2.3"]] = Answer(concept=1, practice=2)
    services.save(assessment, answers, by=ada, at=at)

    strengths, gaps = services.strengths_and_gaps(assessment)

    assert [line.code for line in strengths] == ["M2.1", "M1.1", "M1.2", "M1.3", "M1.4"]
    assert [(line.code, line.facet_label, line.value, line.label) for line in gaps] == [
        ("M2.2", "Practice", 0, "Not yet"),
        ("M2.3", "Concept", 1, "Aware"),
    ]
    assert strengths[0].facet_label == "Concept, Practice"
    assert gaps[0].next_step == "Read or talk about the idea with someone who knows it."


def test_a_baseline_needs_its_moment_and_the_other_way_round(assessment, at):
    row = SelfAssessment.objects.filter(pk=assessment.pk)

    row.update(sent_at=at, baseline={"answers": []})
    row.update(sent_at=None, baseline=None)
    for half in ({"sent_at": at}, {"baseline": {"answers": []}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**half)


def test_a_rating_lies_between_0_and_4(assessment, case, at):
    one, two, *_rest = case.asked().filter(facet=Facet.CONCEPT)
    made = Rating.objects.create(assessment=assessment, statement=one.statement, saved_at=at)

    for facet in ("concept", "practice"):
        for value in (0, 4):
            Rating.objects.filter(pk=made.pk).update(**{facet: value})
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.filter(pk=made.pk).update(**{facet: 5})
    Rating.objects.create(assessment=assessment, statement=two.statement, saved_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(assessment=assessment, statement=one.statement, saved_at=at)
