import pytest
from django.db import models
from django.utils.translation import gettext_lazy, override

from trail.flow import Flow, Move, Refused

LAMP = Flow(Move("light", "dark", "lit", "keeper"), Move("put_out", "lit", "dark", "keeper"))


def test_a_flow_finds_the_move_of_a_stage():
    assert LAMP.find("dark", "light") == Move("light", "dark", "lit", "keeper")


def test_a_flow_refuses_other_moves_in_plain_words():
    with pytest.raises(Refused, match=r"That cannot be done now: this is at “dark”\."):
        LAMP.find("dark", "put_out")


class Light(models.TextChoices):
    DARK = "dark", gettext_lazy("Home")
    LIT = "lit", gettext_lazy("Worklist")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "this is at “Worklist”"), ("fr-ca", "Liste de travail")]
)
def test_a_refusal_says_the_stage_in_the_readers_language(language, words):
    flow = Flow(Move("light", Light.DARK, Light.LIT, "keeper"))

    with override(language), pytest.raises(Refused, match=words):
        flow.find("lit", "light")  # as the database has it: without its label


def test_a_flow_knows_who_is_awaited():
    assert LAMP.waits_for("dark") == {"keeper"}
    assert LAMP.waits_for("broken") == frozenset()


def test_a_flow_cannot_lead_two_ways_at_once():
    with pytest.raises(ValueError, match="two moves share"):
        Flow(Move("go", "a", "b", "x"), Move("go", "a", "c", "y"))


def test_a_flow_draws_itself():
    assert LAMP.mermaid().split("\n") == [
        "stateDiagram-v2",
        "    dark --> lit: light (keeper)",
        "    lit --> dark: put_out (keeper)",
    ]
