"""What a certificate says on paper, that it stays one page, and that it never changes."""

import io
import re
import shutil
import subprocess
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from certificates import pdf, pictures, pressing
from certificates.drawing import SEASONS, SHEETS, ground
from certificates.snapshot import Snapshot, fingerprint

CHECK_URL = "https://portal.example/check/7QK4-M2XP"


def snapshot(**changes: Any) -> Snapshot:
    said = {
        "language": "en",
        "holder": "Björn Þórsson",
        "title": "Certificate of Practice - Mentor",
        "also": "Certificate of Competence (Mentor)",
        "level": "practice",
        "scope": "has shown, on recorded evidence, every statement of the Mentor profile.",
        "scope_detail": "72 concepts and 72 practices, Mentor profile, edition 2026",
        "number": "IMC-2029-000417",
        "awarded_on": "2029-06-09",
        "valid_until": "2031-06-09",
        "issuer": "International Mentoring Community",
        "administrator": "WELLth Movement",
        "signatories": [
            ["A. Founder", "Director of Certification"],
            ["B. Founder", "Director of Education and Outreach"],
        ],
        "check_url": CHECK_URL,
        "sample": False,
    }
    return said | changes  # type: ignore[return-value]


def french(**changes: Any) -> Snapshot:
    said = {
        "language": "fr-ca",
        "title": "Certificat de pratique - Mentor",
        "also": "Certificat de compétence (mentor)",
        "scope": "a démontré, sur preuves consignées, chaque énoncé du profil de mentor.",
        "scope_detail": "72 concepts et 72 pratiques, profil de mentor, édition 2026",
        "signatories": [
            ["A. Founder", "Direction de la certification"],
            ["B. Founder", "Direction de l’éducation et du rayonnement"],
        ],
    }
    return snapshot(**{**said, **changes})


def lines_of(document: bytes) -> list[str]:
    (page,) = PdfReader(io.BytesIO(document)).pages
    return [line.strip() for line in page.extract_text().splitlines()]


def words_of(document: bytes) -> str:
    return " ".join(" ".join(lines_of(document)).split())


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_same_snapshot_gives_same_bytes(paper):
    first = pdf.render(snapshot(), paper=paper)

    assert pdf.render(snapshot(), paper=paper) == first


def test_other_snapshot_gives_other_identifier():
    documents = [pdf.render(snapshot()), pdf.render(snapshot(number="IMC-2029-000418"))]

    first, second = (PdfReader(io.BytesIO(each)).trailer["/ID"][0] for each in documents)
    assert first != second


def test_fingerprint_survives_storage_as_json():
    stored = snapshot()
    stored["signatories"] = tuple(tuple(each) for each in stored["signatories"])

    assert fingerprint(stored) == fingerprint(snapshot())


def test_page_says_what_the_snapshot_says():
    legal = (
        (
            "Movement. This certificate remains the property of the issuer and must not be"
            " altered. It is not an ISO"
        ),
        (
            "certification, and ISO has not endorsed it. Only the check page shows whether it"
            " is valid today."
        ),
    )

    assert lines_of(pdf.render(snapshot())) == [
        "International Mentoring Community",
        "Certificate of Practice – Mentor",
        "Also published as Certificate of Competence (Mentor)",
        "This certifies that",
        "Björn Þórsson",
        "has shown, on recorded evidence, every statement of the Mentor profile.",
        "72 concepts and 72 practices, Mentor profile, edition 2026",
        "Number",
        "IMC-2029-000417",
        "Awarded",
        "9 June 2029",
        "Valid until",
        "9 June 2031",
        "A. Founder",
        "Director of Certification",
        "B. Founder",
        "Director of Education and Outreach",
        "Issued by International Mentoring Community, the awarding body. Administered by WELLth",
        *legal,
        "Check it at",
        "portal.example/",
        "check/7QK4-M2XP",
    ]


@pytest.mark.parametrize("level", SEASONS)
@pytest.mark.parametrize("paper", SHEETS)
@pytest.mark.parametrize("write", [snapshot, french])
def test_every_certificate_denies_iso(level, paper, write):
    words = words_of(pdf.render(write(level=level), paper=paper))

    denials = ("It is not an ISO certification", "Ce n’est pas une certification ISO")
    assert [each in words for each in denials].count(True) == 1


def test_french_certificate_has_french_words_and_dates():
    lines = lines_of(pdf.render(french(awarded_on="2029-06-01"), paper="letter"))

    assert lines[3] == "Le présent document atteste que"
    assert lines[7:13] == [
        "Numéro",
        "IMC-2029-000417",
        "Délivré le",
        "1er juin 2029",
        "Valide jusqu’au",
        "9 juin 2031",
    ]
    assert lines[16] == "Direction de l’éducation et du rayonnement"  # on one line


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (snapshot, ["Validity", "Does not expire"]),
        (french, ["Validité", "N’expire pas"]),
    ],
)
def test_certificate_without_end_says_so(write, expected):
    lines = lines_of(pdf.render(write(valid_until=None)))

    assert lines[11:13] == expected


def test_sample_edition_is_marked():
    text = "".join(lines_of(pdf.render(snapshot(sample=True))))

    first, _, _ = text.partition("International")
    assert first == "SAMPLEIssued under a sample edition,awaiting the body’s approval"


def test_approved_edition_is_not_marked_as_a_sample():
    assert re.findall("sample|spécimen", words_of(pdf.render(snapshot())), re.IGNORECASE) == []


def test_issuer_that_administers_itself_is_named_once():
    same = "International Mentoring Community"

    words = words_of(pdf.render(snapshot(administrator=same)))

    assert "Administered" not in words


@pytest.mark.parametrize(
    "address",
    [
        CHECK_URL,
        "https://certificates.internationalmentoring.org/check/7QK4-M2XP?of=2029",
    ],
)
@pytest.mark.parametrize("paper", SHEETS)
def test_square_code_opens_the_check_page(tmp_path, address, paper):
    if not (shutil.which("zbarimg") and shutil.which("pdftoppm")):
        pytest.skip("needs zbarimg (zbar-tools) and pdftoppm (poppler-utils)")
    path = tmp_path / "certificate"
    path.with_suffix(".pdf").write_bytes(pdf.render(snapshot(check_url=address), paper=paper))

    draw = ["pdftoppm", "-r", "100", "-png", "-singlefile", f"{path}.pdf", f"{path}"]
    subprocess.run(draw, check=True)
    read = ["zbarimg", "--quiet", "--raw", f"{path}.png"]
    found = subprocess.run(read, check=True, capture_output=True, text=True)

    assert found.stdout.strip() == address


NASTY_NAMES = [
    "O",
    "İbrahim ığdır",
    "Nguyễn Thị Bích Ngọc Ẩn Hữu Đễ",
    "Olúfúnmiláyọ̀ Adébáyọ̀",
    "ليلى عبد الرحمن الخطيب",
    "王小明",
    "सुष्मिता गुरुङ",
    "Anne-Marie " * 18,
    "W" * 200,
    "王" * 200,
    "ﷺ" * 200,
    "Z" + "\u0301\u0323" * 99,
    "-" * 200,
    "a\u200b\u202eb\ufeffc",
    "line\nbreak\ttab\x0bfeed\x00null\uffff\ud800",
    "</p><script>alert(1)</script><img src='file:///etc/passwd'>",
    "<style>@import url(http://example.org/x.css);</style>",
    "👩🏽‍🏫 Zoë",
    "",
]


@pytest.mark.parametrize("name", NASTY_NAMES)
@pytest.mark.parametrize("paper", SHEETS)
def test_every_name_leaves_one_page_with_every_other_field(name, paper):
    lines = lines_of(pdf.render(snapshot(holder=name), paper=paper))

    assert [lines[3], lines[-3:]] == [
        "This certifies that",
        ["Check it at", "portal.example/", "check/7QK4-M2XP"],
    ]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Björn Þórsson", ""),
        ("ليلى عبد الرحمن الخطيب", ""),
        ("Nguyễn Thị Bích Ngọc Ẩn Hữu Đễ", "n-m"),
        ("Wilhelmina Konstancja Anastasia von Hohenburg-Łukaszewicz y Fernández", "n-l"),
        ("Anne-Marie Wolfeschlegel " * 8, "n-xl"),
        ("W" * 24, "n-l"),
        ("W" * 200, "n-xxl"),
    ],
)
def test_name_is_as_large_as_fits(name, size):
    assert pdf.fitting(pdf.clean(name), pdf.NAME_SIZES, pdf.COLUMN_MM["letter"]) == size


def test_long_title_stays_on_one_line():
    title = "Certificate of Competence - Journey Mentor"

    lines = lines_of(pdf.render(snapshot(title=title, level="journey"), paper="letter"))

    assert lines[1] == "Certificate of Competence – Journey Mentor"


@pytest.mark.parametrize(("paper", "size"), [("a4", (842, 595)), ("letter", (792, 612))])
def test_paper_has_its_size(paper, size):
    (page,) = PdfReader(io.BytesIO(pdf.render(snapshot(), paper=paper))).pages

    assert (round(page.mediabox.width), round(page.mediabox.height)) == size


def test_file_is_tagged_archival_and_dated_by_the_award():
    with pikepdf.open(io.BytesIO(pdf.render(french()))) as document:
        with document.open_metadata() as said:
            kinds = [said[key] for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")]
        facts = [str(document.Root.Lang), bool(document.Root.MarkInfo.Marked)]
        info = [str(document.docinfo[key]) for key in ("/Title", "/Author", "/CreationDate")]
        outside = [each for each in document.objects if is_font_left_outside(each)]

    assert kinds == ["3", "A", "1"]
    assert facts == ["fr-CA", True]
    assert info == [
        "Certificat de pratique – Mentor, Björn Þórsson",
        "International Mentoring Community",
        "D:20290609000000+00'00",
    ]
    assert outside == []


def is_font_left_outside(thing: pikepdf.Object) -> bool:
    described = isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
    return described and "/FontFile2" not in thing


def test_pictures_say_what_they_are():
    with pikepdf.open(io.BytesIO(pdf.render(snapshot()))) as document:
        figures = [
            str(each.Alt)
            for each in document.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]

    assert figures == ["Square code that opens the check page of this certificate"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1/", "data:text/css,a"])
def test_nothing_is_fetched_while_drawing(url):
    work = {"html": f"<img src='{url}'>", "sheets": [], "variant": "pdf/ua-1", "archival": False}

    with pytest.raises(FatalURLFetchingError):
        pressing.draw({**work, "pictures": {}})


def test_drawing_refuses_links_to_elsewhere():
    with pytest.raises(ValueError, match="fetches nothing"):
        pictures.refuse("https://example.org/")


@pytest.mark.parametrize("level", SEASONS)
@pytest.mark.parametrize("paper", SHEETS)
def test_stored_grounds_are_up_to_date(level, paper):
    stored = pictures.STATIC / "certificate" / f"ground-{level}-{paper}.svg"

    assert stored.read_text(encoding="utf-8") == ground(level, paper)


def test_more_rings_are_lit_on_higher_levels():
    lit = [
        ground(level, "a4").count(f'stroke="{season.colour}" stroke-width="0.62"')
        for level, season in SEASONS.items()
    ]

    assert lit == [1, 2, 3, 4, 2, 3, 4]  # people's four levels, and programmes' three


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Zoë 🌲 Example", "Zoë Example"),
        ("👩🏽‍🏫 Ada ❤️", "Ada"),
        ("Ada ™ Example", "Ada ™ Example"),
        ("山田 花子", "山田 花子"),
    ],
)
def test_pictures_in_a_name_are_not_printed(name, printed):
    assert pdf.printable(name) == printed


def test_a_name_that_no_font_can_write_is_refused_rather_than_printed_as_boxes():
    with pytest.raises(pdf.NoFace, match="U\\+13000"):
        pdf.render(snapshot(holder="\U00013000"))
