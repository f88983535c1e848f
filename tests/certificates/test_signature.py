"""Papers are signed so that other people's programs agree, and stay archival and accessible."""

import asyncio
import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import pem, x509
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.paper_keys import NoPaperKey, hand, make_paper_key
from certificates.papers import Paper, PaperSigner
from certificates.pdf import render
from certificates.printing import draw_due
from certificates.signature import signed as signed_by
from tests.certificates.archival import PROFILES, faults

pytestmark = pytest.mark.django_db
LONG = "Wolfeschlegelsteinhausenbergerdorff " * 5
NAMES = {
    "long": LONG.strip()[:200],
    "arabic": "ليلى بنت عبد الرحمن الأنصاري",
    "han": "山田 花子",
    "hangul": "김민수",
    "devanagari": "अनीता शर्मा",
    "marks": "Z\u0301oe\u0308 🌲",
}


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.KEYS_DIR = str(tmp_path / "keys")


@pytest.fixture
def draw(award, at):
    def paper_of(person, paper=Paper.A4):
        certificate = award(person)
        draw_due(at)
        drawing = certificate.drawings.get(paper=paper)
        assert drawing.drawn_at, drawing.last_error
        with drawing.file.open("rb") as file:
            return drawing, file.read()

    return paper_of


@pytest.fixture
def signed(draw, ada):
    return draw(ada)


def tool(name):
    if not shutil.which(name):
        pytest.skip(f"needs {name}")
    return name


def run(*command, ok=True):
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode == 0) is ok, answer.stdout + answer.stderr
    return answer.stdout + answer.stderr


def apart(work, *told):
    """In a thread: the browser's tests leave an event loop running in ours."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work, *told).result()


def chain_of(row):
    return [
        x509.Certificate.load(der) for _k, _h, der in pem.unarmor(row.chain.encode(), multiple=True)
    ]


def judged(content, row):
    """What pyHanko thinks of it, where the root of our own is trusted."""
    trusted = ValidationContext(trust_roots=[chain_of(row)[-1]], allow_fetching=False)
    (found,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return apart(validate_pdf_signature, found, trusted)


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


# --- What others say ------------------------------------------------------------------------------


def test_signature_is_whole_trusted_and_allows_no_change(signed):
    drawing, content = signed

    status = judged(content, drawing.signer)

    assert (status.bottom_line, status.trusted, status.docmdp_ok) == (True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert drawing.signer.for_trying
    assert "for trying only" in drawing.signer.name


def test_others_find_the_signature_valid_and_a_flipped_byte(signed, tmp_path):
    drawing, content = signed
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(content)
    bad.write_bytes(flipped(content, content.index(b"stream\n") + 60))
    store = f"sql:{tmp_path}"
    root = tmp_path / "root.der"
    root.write_bytes(chain_of(drawing.signer)[-1].dump())
    run(tool("certutil"), "-N", "-d", store, "--empty-password")
    run("certutil", "-A", "-d", store, "-n", "body", "-t", "CT,C,C", "-i", str(root))

    said = run(tool("pdfsig"), "-nssdir", str(tmp_path), str(good))
    refused = run("pdfsig", "-nssdir", str(tmp_path), str(bad))

    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "Certificate is Trusted" in said
    assert "Digest Mismatch" in refused
    assert not judged(bad.read_bytes(), drawing.signer).bottom_line


def test_each_reader_refuses_a_flipped_byte_that_it_can_see(signed, tmp_path):
    """A byte of a compressed stream, and one of a name that stands open in the file."""
    drawing, content = signed
    bad = tmp_path / "bad.pdf"
    for place in (content.index(b"stream\n") + 60, content.index(b"International Mentoring")):
        bad.write_bytes(flipped(content, place))

        assert "Digest Mismatch" in run(tool("pdfsig"), str(bad))
        assert "unchanged since signing" not in said_by(tool("mutool"), "sign", "-v", str(bad))
        assert not judged(bad.read_bytes(), drawing.signer).bottom_line


def test_qpdf_notices_structure_and_not_words(signed, tmp_path):
    """It reads no signature: it sees that a stream no longer unpacks, and another letter it does
    not see."""
    _drawing, content = signed
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(flipped(content, content.index(b"stream\n") + 60))
    assert "No syntax or stream encoding errors" not in said_by(tool("qpdf"), "--check", str(bad))

    place = content.index(b"International Mentoring Community")
    bad.write_bytes(flipped(content, place))
    assert "No syntax or stream encoding errors" in said_by("qpdf", "--check", str(bad))
    assert "Digest Mismatch" in run(tool("pdfsig"), str(bad))


def said_by(*command):
    """Whatever it says, and however it ends."""
    answer = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    return answer.stdout + answer.stderr


def test_signs_beside_a_running_event_loop(award, ada, at):
    paper = render(award(ada).snapshot)

    async def sign(by):
        return signed_by(paper, by=by, issuer="Body", words="Signature")

    with hand(at) as own:
        content = apart(asyncio.run, sign(own.signer))

    assert judged(content, own.row).bottom_line


def test_structure_is_sound_to_others(signed, tmp_path):
    _drawing, content = signed
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)

    assert "No syntax or stream encoding errors found" in run(tool("qpdf"), "--check", str(path))
    assert "unchanged since signing" in run(tool("mutool"), "sign", "-v", str(path))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_signed_papers_stay_archival_and_accessible(draw, eve, name):
    eve.full_name = name
    eve.save()
    _drawing, content = draw(eve)

    assert [faults(content, profile) for profile in PROFILES] == [[], []]


def test_field_is_tagged_and_named_in_the_language_of_the_paper(signed):
    _drawing, content = signed
    with pikepdf.open(io.BytesIO(content)) as document:
        (field,) = document.Root.AcroForm.Fields
        assert str(field.TU) == "Digital signature of the issuer"
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        assert str(field.V.Name) == "International Mentoring Community"


# --- Keys -----------------------------------------------------------------------------------------


def test_own_key_is_made_once_and_signs_from_then_on(draw, ada, settings, capsys):
    settings.KEYS_FOR_TRYING, settings.PAPER_KEY_PASSPHRASE = False, "a long one"
    call_command("make_signing_key")
    call_command("make_paper_key")
    with pytest.raises(CommandError, match="stays"):
        call_command("make_paper_key")

    drawing, content = draw(ada)

    assert (drawing.signer.for_trying, judged(content, drawing.signer).bottom_line) == (False, True)
    file = Path(settings.KEYS_DIR) / "paper.p12"
    assert file.stat().st_mode & 0o77 == 0
    assert sorted(one.suffix for one in file.parent.iterdir()) == [".p12", ".pem"]


def test_rotated_key_signs_what_comes_and_earlier_papers_go_on_verifying(
    draw, ada, eve, settings, tmp_path, at
):
    first, content = draw(ada)
    settings.PAPER_KEY = str(tmp_path / "later.p12")
    make_paper_key(Path(settings.PAPER_KEY), body="Later", at=at)

    second, _content = draw(eve)

    assert first.signer != second.signer
    assert PaperSigner.objects.count() == 2
    assert judged(content, first.signer).bottom_line


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "make_paper_key"),
        ("/nowhere/paper.p12", "is not here"),
        ("pkcs11:/nowhere.so?token=body&key=paper", "does not open"),
        ("pkcs11:/nowhere.so?token=body", "does not open"),
    ],
)
def test_paper_waits_for_its_key_without_using_up_attempts(award, ada, at, settings, place, words):
    settings.KEYS_FOR_TRYING, settings.PAPER_KEY = False, place
    call_command("make_signing_key")
    certificate = award(ada)

    assert draw_due(at) == 0

    for drawing in certificate.drawings.all():
        assert (drawing.attempts, drawing.sha256) == (0, "")
        assert words in drawing.last_error


def test_certificate_that_ran_out_signs_nothing(at, settings):
    with hand(at):
        pass

    with pytest.raises(NoPaperKey, match="ran out"), hand(at + timedelta(days=3654)):
        pass


def test_paper_waits_while_the_authority_for_time_is_away(award, ada, at, settings):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    certificate = award(ada)

    assert draw_due(at) == 0

    assert {d.attempts for d in certificate.drawings.all()} == {0}
    settings.TIMESTAMP_URL = ""
    assert draw_due(at + timedelta(minutes=2)) == len(Paper)


def test_key_in_hardware_signs_as_well(draw, ada, settings, tmp_path, monkeypatch):
    """SoftHSM stands in for the hardware: the same interface, PKCS#11."""
    module = next(Path("/usr/lib").glob("**/libsofthsm2.so"), None)
    if not module:
        pytest.skip("needs softhsm2")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    call_command("make_paper_key")
    pin = ["--pin", "1234", "--so-pin", "5678"]
    run(tool("softhsm2-util"), "--init-token", "--free", "--label", "body", *pin)
    into_hardware(Path(settings.KEYS_DIR) / "paper.p12", module)
    settings.PAPER_KEY = f"pkcs11:{module}?token=body&key=paper"
    settings.PAPER_KEY_PASSPHRASE = "1234"

    drawing, content = draw(ada)

    assert judged(content, drawing.signer).bottom_line


def into_hardware(path, module):
    import pkcs11
    from cryptography.hazmat.primitives import serialization as spelled
    from pkcs11.util import ec as curves
    from pkcs11.util import x509 as certificates

    key, leaf, _others = spelled.pkcs12.load_key_and_certificates(path.read_bytes(), None)
    der = spelled.Encoding.DER
    private = key.private_bytes(
        der, spelled.PrivateFormat.TraditionalOpenSSL, spelled.NoEncryption()
    )
    token = pkcs11.lib(str(module)).get_token(token_label="body")
    with token.open(rw=True, user_pin="1234") as session:
        wanted = curves.decode_ec_private_key(private)
        kept = certificates.decode_x509_certificate(leaf.public_bytes(der))
        for attributes in (wanted, kept):
            attributes |= {pkcs11.Attribute.LABEL: "paper", pkcs11.Attribute.TOKEN: True}
            session.create_object(attributes)


# --- The page -------------------------------------------------------------------------------------


def test_everybody_can_fetch_the_certificate_of_the_signer(signed, client):
    drawing, _content = signed

    shown = client.get("/certificates/signers/").text
    fetched = client.get(f"/certificates/signers/{drawing.signer.fingerprint}.pem")

    assert " ".join(drawing.signer.spelled) in shown
    assert "for trying" in shown
    assert fetched.content.decode() == drawing.signer.chain
    assert fetched["Content-Type"] == "application/x-pem-file"
