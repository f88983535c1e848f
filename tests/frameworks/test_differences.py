"""Comparing: added, removed, reworded and moved, and which words."""

import pytest

from frameworks.differences import GONE, NEW, SAME, Line, Piece, compare, pieces


def line(code: str, action: str, area: str = "M1", **words: str) -> Line:
    return Line(code, area, {"action": action, "outcome": f"so that {code}", **words})


OLD = [line("M1.1", "Write a plan"), line("M1.2", "Ask for help"), line("M1.3", "Read")]


def test_equal_lists_differ_in_nothing():
    found = compare(OLD, list(OLD))

    assert (found.is_empty, found.same) == (True, 3)


def test_words_are_told_apart_one_by_one():
    assert pieces("Write a plan for you", "Write the plan for you") == [
        Piece(SAME, "Write "),
        Piece(GONE, "a"),
        Piece(NEW, "the"),
        Piece(SAME, " plan for you"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "New words", [Piece(NEW, "New words")]),
        ("Old words", "", [Piece(GONE, "Old words")]),
        ("One thing", "Quite another", [Piece(GONE, "One thing"), Piece(NEW, "Quite another")]),
    ],
)
def test_words_that_share_nothing_are_shown_whole(old, new, found):
    assert pieces(old, new) == found


def test_both_sides_can_be_read_from_the_pieces():
    old, new = "Ask mentees for comments, often.", "Ask fellow mentors for comments."

    found = pieces(old, new)

    assert "".join(piece.text for piece in found if piece.kind != NEW) == old
    assert "".join(piece.text for piece in found if piece.kind != GONE) == new


def test_added_removed_and_reworded_are_told_apart():
    new = [line("M1.1", "Write a good plan"), line("M1.3", "Read"), line("M1.4", "Sing")]

    found = compare(OLD, new)

    assert [one.code for one in found.added] == ["M1.4"]
    assert [one.code for one in found.removed] == ["M1.2"]
    assert [one.new.code for one in found.reworded] == ["M1.1"]
    assert (found.moved, found.same) == ([], 1)


def test_a_statement_put_in_does_not_make_the_others_look_reworded():
    new = [line("M1.1", "Sing"), line("M1.2", "Write a plan"), OLD[1], OLD[2]]
    new[1] = Line("M1.2", "M1", OLD[0].words)
    new[2] = Line("M1.3", "M1", OLD[1].words)
    new[3] = Line("M1.4", "M1", OLD[2].words)

    found = compare(OLD, new)

    assert [one.title for one in found.added] == ["Sing"]
    assert [(one.new.code, one.moved) for one in found.moved] == [
        ("M1.2", "was M1.1"),
        ("M1.3", "was M1.2"),
        ("M1.4", "was M1.3"),
    ]
    assert (found.removed, found.reworded) == ([], [])


def test_one_line_carried_elsewhere_is_one_move():
    new = [OLD[2], OLD[0], OLD[1]]

    found = compare(OLD, new)

    assert [(one.new.code, one.moved) for one in found.moved] == [
        ("M1.3", "stands elsewhere in the order")
    ]


def test_a_move_to_another_area_says_from_where():
    new = [OLD[0], Line("M1.2", "M2", OLD[1].words), OLD[2]]

    assert [one.moved for one in compare(OLD, new).moved] == ["was in area M1"]


def test_french_words_are_marked_as_french():
    new = [Line("M1.1", "M1", {**OLD[0].words, "action_fr": "Écrire un plan"}), *OLD[1:]]

    (changed,) = compare(OLD, new).changed

    assert [(said.label, said.lang) for said in changed.reworded] == [("Action in French", "fr-ca")]
