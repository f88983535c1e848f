"""Numbers that people can read out: no single slip and no swap of neighbours goes unnoticed."""

from datetime import date
from itertools import pairwise
from random import Random

import pytest

from certificates.numbers import SIGNS, check_sign, new_number, tidy


def drawn(chance):
    signs = "".join(chance.choices(SIGNS, k=5))
    return f"IMC-2026-{signs[:4]}-{signs[4]}{check_sign(2026, signs)}"


# Drawn with a seed: every worker of a parallel run must collect the same cases.
CHANCE = Random(2026)
NUMBERS = [drawn(CHANCE) for _ in range(60)]


def test_a_number_is_its_own_tidy_form():
    numbers = [new_number(date(2026, 1, 1)) for _ in range(60)]

    assert [tidy(number) for number in [*numbers, *NUMBERS]] == [*numbers, *NUMBERS]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("number", NUMBERS[:20])
def test_every_single_slip_is_noticed(number):
    """Every sign that a person could write in place of the right one, the year included."""
    for place, right in enumerate(number):
        if place < 4 or right == "-":
            continue
        for wrong in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            slip = number[:place] + wrong + number[place + 1 :]
            if wrong != right:
                assert tidy(slip) == "", slip


@pytest.mark.parametrize("number", NUMBERS)
def test_every_swap_of_neighbours_is_noticed(number):
    places = [place for place, sign in enumerate(number) if place >= 4 and sign != "-"]
    for here, there in pairwise(places):
        if number[here] == number[there]:
            continue
        swapped = list(number)
        swapped[here], swapped[there] = swapped[there], swapped[here]
        assert tidy("".join(swapped)) == "", "".join(swapped)


def test_the_check_sign_sees_every_pair_of_different_neighbours():
    """Exhaustive over what stands side by side: weights differ by one, and 31 is prime."""
    for first in SIGNS:
        for second in SIGNS:
            same = check_sign(2026, f"{first}{second}000") == check_sign(
                2026, f"{second}{first}000"
            )
            assert same is (first == second)


def test_case_spaces_dashes_and_lookalikes_are_forgiven():
    sign = check_sign(2026, "01A1B")
    number = f"IMC-2026-01A1-B{sign}"

    for typed in (
        number.lower(),
        number.replace("-", " "),
        number.replace("-", ""),
        number.replace("-", "–"),
        number.removeprefix("IMC-"),
        f"imc 2026 oial b{sign}".replace("oial", "oiai"),
        f"IMC-2O26-OLAI-B{sign}",
        f"  {number}\n",
    ):
        assert tidy(typed) == number, typed


@pytest.mark.parametrize(
    "typed", ["", "IMC", "IMC-2026", "hello", "IMC-2026-0000-0000", "IMC-20X6-7F3K-Q9", "é" * 12]
)
def test_what_cannot_be_a_number_is_none(typed):
    assert tidy(typed) == ""
