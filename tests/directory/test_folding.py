"""How words are compared, and countries named."""

import pytest
from django.utils import translation

from directory.folding import apart, fold
from directory.world import countries, country_code, country_name, language_name


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Þórsson,  Björn", "thorsson bjorn"),
        ("Søren Østergård-Kjær", "soren ostergard kjaer"),
        ("Nguyễn Thị Bích Ngọc", "nguyen thi bich ngoc"),
        ("Olúfúnmiláyọ̀ Adébáyọ̀", "olufunmilayo adebayo"),
        ("Paolo D’Amico", "paolo damico"),
        ("Nukuʻalofa", "nukualofa"),
        ("Wiśniewski Łódź Straße", "wisniewski lodz strasse"),
        ("IŞIK ışık", "isik isik"),
        ("ليلى الخطيب", "ليلى الخطيب"),
        ("सुष्मिता", "सुषमिता"),
        ("  %_* ", ""),
    ],
)
def test_fold(written, folded):
    assert fold(written) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("bjorn", "bjorn", 0), ("bjorn", "bjron", 1), ("bjorn", "bjor", 1), ("bjorn", "bjorns", 1),
     ("bjorn", "bjork", 1), ("anna", "maria", 3), ("", "abc", 3)],
)  # fmt: skip
def test_apart(one, other, slips):
    assert apart(one, other) == apart(other, one) == slips


def test_countries_and_languages_speak_to_the_reader():
    assert (country_name("IS"), language_name("is")) == ("Iceland", "Icelandic")
    with translation.override("fr-ca"):
        assert (country_name("IS"), language_name("is")) == ("Islande", "islandais")
    assert country_name("XX") == ""
    assert len(countries()) == 249


@pytest.mark.parametrize(
    ("name", "code"),
    [("Iceland", "IS"), ("islande", "IS"), ("CANADA", "CA"), ("Atlantis", ""), ("", "")],
)
def test_country_by_its_name(name, code):
    assert country_code(name) == code
