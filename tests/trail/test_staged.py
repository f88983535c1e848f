"""The one way to change a stage, shown on a lamp of our own that only these tests know."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections, models, transaction

from tests.make import NOON
from trail.flow import Flow, Move, Refused
from trail.models import Event, Staged

FLOW = Flow(
    Move("light", "dark", "lit", "keeper"),
    Move("put_out", "lit", "dark", "keeper"),
    Move("burn_down", "lit", "ash", "clock"),
)


class Lamp(Staged):
    keeper = models.CharField(max_length=200)
    oil = models.IntegerField(default=3)
    flow = FLOW

    class Meta:
        app_label = "trail"
        constraints = [
            models.CheckConstraint(condition=~models.Q(stage="lit", oil=0), name="lit_needs_oil")
        ]

    def acts_as(self, user):
        if user is None:
            return frozenset({"clock"})
        return frozenset({"keeper"}) if user.email == self.keeper else frozenset()

    def trail_case(self):
        return "the-house"

    def guard(self, move, by, at):  # noqa: ARG002
        if move.verb == "light" and at.hour < 6:
            raise Refused("Not before six.")


# The lamp lives here alone: migrations and checks never see it.
del Lamp._meta.apps.all_models["trail"]["lamp"]
Lamp._meta.apps.clear_cache()


def make_table():
    # Not entered: on SQLite a schema editor cannot be, inside a transaction.
    editor = connection.SchemaEditorClass(connection)
    editor.deferred_sql = []
    with connection.cursor() as cursor:
        cursor.execute(editor.table_sql(Lamp)[0])


@pytest.fixture
def lamp(db, ada):
    make_table()
    return Lamp.objects.create(keeper=ada.email, stage="dark", stage_since=NOON)


def test_a_move_changes_the_stage_and_leaves_a_trace(lamp, ada):
    at = NOON + timedelta(hours=1)

    lamp.move("light", by=ada, at=at, match="long")

    event = Event.objects.about(lamp).get()
    assert (lamp.stage, lamp.stage_since) == ("lit", at)
    assert (event.verb, event.actor, event.at) == ("light", ada, at)
    assert (event.before, event.after, event.case) == ("dark", "lit", "the-house")
    assert event.facts == {"match": "long"}


def test_a_move_sets_other_columns_in_the_same_statement(lamp, ada):
    lamp.move("light", by=ada, at=NOON, also={"oil": 2})

    assert Lamp.objects.get().oil == 2


def test_a_constraint_over_the_move_undoes_all_of_it(lamp, ada):
    with pytest.raises(IntegrityError, match="lit_needs_oil"), transaction.atomic():
        lamp.move("light", by=ada, at=NOON, also={"oil": 0})

    assert Lamp.objects.get().stage == "dark"
    assert not Event.objects.about(lamp).exists()


@pytest.mark.parametrize(
    ("who", "verb", "hour", "words"),
    [
        ("eve", "light", 12, "Only this role can do that: keeper."),
        ("clock", "light", 12, "Only this role can do that: keeper."),
        ("ada", "put_out", 12, "That cannot be done now: this is at “dark”. Look at it again."),
        ("ada", "burn_down", 12, "That cannot be done now: this is at “dark”. Look at it again."),
        ("ada", "sing", 12, "That cannot be done now: this is at “dark”. Look at it again."),
        ("ada", "light", 3, "Not before six."),
    ],
)
def test_a_refused_move_says_why_and_changes_nothing(lamp, cast, who, verb, hour, words):
    by = None if who == "clock" else getattr(cast, who)

    with pytest.raises(Refused, match=f"^{words}$"):
        lamp.move(verb, by=by, at=NOON.replace(hour=hour))

    assert Lamp.objects.get().stage == "dark"
    assert not Event.objects.about(lamp).exists()


def test_a_superuser_has_no_way_round(lamp, noor):
    noor.is_superuser = True

    with pytest.raises(Refused, match="Only this role"):
        lamp.move("light", by=noor, at=NOON)


def test_the_clock_makes_its_own_moves(lamp, ada):
    lamp.move("light", by=ada, at=NOON)
    lamp.move("burn_down", by=None, at=NOON)

    assert (lamp.stage, Event.objects.about(lamp).latest("pk").actor) == ("ash", None)


def test_whoever_comes_second_is_told_so(lamp, ada):
    stale = Lamp.objects.get()
    lamp.move("light", by=ada, at=NOON)

    with pytest.raises(Refused, match="Somebody else was faster"):
        stale.move("light", by=ada, at=NOON)


def test_buttons_are_the_moves_that_would_be_let_through(lamp, ada, eve):
    assert [move.verb for move in lamp.moves_for(ada)] == ["light"]
    assert lamp.moves_for(eve) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_of_eight_at_once_one_wins(ada):
    make_table()
    lamp = Lamp.objects.create(keeper=ada.email, stage="dark", stage_since=NOON)
    together = Barrier(8)

    def light(_):
        mine = Lamp.objects.get(pk=lamp.pk)
        together.wait()
        try:
            mine.move("light", by=ada, at=NOON)
        except Refused:
            return "refused"
        finally:
            connections.close_all()
        return "lit"

    try:
        with ThreadPoolExecutor(8) as pool:
            results = sorted(pool.map(light, range(8)))

        assert results == ["lit", *["refused"] * 7]
        assert Event.objects.about(lamp).count() == 1
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Lamp)
