"""One file, many entries, from the side of the file."""

import pytest
from django.urls import reverse

from portfolios import evidence, showing, writing
from portfolios.models import AuditResult
from tests.portfolios import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece(portfolio, asked, ada, walk):
    kept, _new = evidence.add_file(
        portfolio,
        upload=files.upload("a.txt", b"One"),
        requirement=asked["M1.1"],
        by=ada,
        at=walk.at,
    )
    return kept


def codes(piece):
    return sorted(piece.entries.values_list("statement__code", flat=True))


def test_it_is_shown_with_what_was_chosen_and_nothing_else(piece, asked, ada, walk):
    showing.show_with(piece, [asked["M2.1"], asked["M3.1"]], by=ada, at=walk.at)

    assert codes(piece) == ["M2.1", "M3.1"]


def test_accepted_entries_keep_theirs_and_take_none(handed_in, ada):
    case = handed_in.case
    handed_in.find(1, only="M1.1")
    handed_in.close_audit(AuditResult.REVISE)
    open_, settled = (case.asked().get(statement__code=code) for code in ("M1.1", "M1.2"))
    kept = evidence.add_link(case.portfolio, url="https://a.example/", by=ada, at=handed_in.at)

    showing.show_with(kept, [open_], by=ada, at=handed_in.at)
    with pytest.raises(writing.Settled):
        showing.show_with(kept, [open_, settled], by=ada, at=handed_in.at)

    assert codes(kept) == ["M1.1"]


def test_the_page_offers_every_statement_and_keeps_the_choice(browse, piece, asked, ada, eve, aud):
    page = reverse("portfolios:show_with", args=[piece.pk])

    assert browse(ada).get(page).text.count('type="checkbox"') == 72
    browse(ada).post(page, {"entry": [asked["M1.1"].pk, asked["M9.1"].pk, "x", 10**9]})

    assert codes(piece) == ["M1.1", "M9.1"]
    assert [browse(who).get(page).status_code for who in (eve, aud)] == [404, 404]
