"""The addresses inside credentials answer to everybody, from anywhere, and tell no secrets."""

import json
import re
import struct
import zlib
from xml.etree import ElementTree as ET

import pytest

from certificates.models import Visibility
from certificates.services import show
from credentials.baking import KEYWORD, bake_png, bake_svg
from credentials.models import Credential
from tests import make

pytestmark = pytest.mark.django_db


def addresses(certificate):
    base = f"/c/{certificate.public_id}"
    return [f"{base}/credential.json", f"{base}/badge.svg", f"{base}/badge.png"]


def test_everything_in_a_credential_can_be_followed(sealed, ada, client):
    _certificate, document = sealed(ada)

    def named(value):
        if isinstance(value, dict):
            yield from (value[key] for key in ("id", "url", "targetUrl") if key in value)
            for inner in value.values():
                yield from named(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from named(inner)

    found = {text.partition("#")[0] for text in named(document)}
    ours = {text for text in found if text.startswith("https://portal.example.org")}
    assert len(ours) == 7
    for address in ours:
        path = address.removeprefix("https://portal.example.org") or "/"
        assert client.get(path, follow=True).status_code == 200, address


def test_wallets_in_browsers_may_read_from_elsewhere_and_no_cookie_is_set(sealed, ada, client):
    certificate, _document = sealed(ada)

    for path in [
        *addresses(certificate),
        "/.well-known/did.json",
        "/status/revocation/1",
        "/achievements/current-practice",
        "/achievements/current-practice/badge.png",
    ]:
        answer = client.get(path)
        assert (answer.status_code in {200, 302}, dict(answer.cookies)) == (True, {}), path
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["X-Robots-Tag"] == "noindex"


def test_people_get_a_page_and_machines_the_credential(sealed, ada, client):
    certificate, document = sealed(ada)
    address = f"/c/{certificate.public_id}"

    page = client.get(address, headers={"accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page["Location"]) == (302, f"{address}/")
    for kind in ("application/vc", "application/ld+json", "application/json"):
        answer = client.get(address, headers={"accept": kind})
        assert json.loads(answer.content) == document
        assert "Accept" in answer["Vary"]


def test_a_private_certificate_and_none_at_all_are_the_same(sealed, ada, client, at):
    certificate, _document = sealed(ada)
    show(certificate, Visibility.PRIVATE, by=ada, at=at)
    never = addresses(certificate)[0].replace(certificate.public_id, "x" * 22)

    answers = {client.get(path).status_code for path in [*addresses(certificate), never]}
    assert answers == {404}
    hidden, missing = client.get(addresses(certificate)[0]).text, client.get(never).text
    assert anybodys(hidden).replace(certificate.public_id, "x" * 22) == anybodys(missing)


def anybodys(page):
    """A page without the token that every answer has anew."""
    return re.sub(r"[0-9A-Za-z]{64}", "", page)


def test_the_holder_has_a_copy_whatever_others_see(sealed, ada, eve, client, at):
    certificate, document = sealed(ada)
    show(certificate, Visibility.PRIVATE, by=ada, at=at)
    path = f"/credentials/{certificate.number}.json"

    assert client.get(path).status_code == 302
    client.cookies["session"] = make.session_for(eve)
    assert client.get(path).status_code == 404
    client.cookies["session"] = make.session_for(ada)
    assert json.loads(client.get(path).content) == document


def test_nothing_is_shown_before_it_is_signed(award, ada, client):
    certificate = award(ada)

    assert client.get(addresses(certificate)[0]).status_code == 404


def test_an_unchanged_credential_is_not_sent_again(sealed, ada, client):
    certificate, _document = sealed(ada)
    path = addresses(certificate)[0]
    tag = client.get(path)["ETag"]

    assert client.get(path, headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["x.gif", "credential.xml"])
def test_other_endings_are_not_there(sealed, ada, client, path):
    certificate, _document = sealed(ada)

    assert client.get(f"/c/{certificate.public_id}/{path}").status_code == 404
    assert client.get("/achievements/current-practice/badge.gif").status_code == 404


# --- Baked pictures -----------------------------------------------------------------------------
def _chunks(png):
    place = 8
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + size]
        (crc,) = struct.unpack(">I", png[place + 8 + size : place + 12 + size])
        assert crc == zlib.crc32(kind + body)
        yield kind, body
        place += 12 + size


def test_a_baked_png_carries_the_credential_once_and_uncompressed(sealed, ada, client):
    certificate, _document = sealed(ada)

    png = client.get(f"/c/{certificate.public_id}/badge.png").content
    again = bake_png(png, Credential.objects.get().document)

    for content in (png, again):
        texts = [body for kind, body in _chunks(content) if body.startswith(KEYWORD)]
        assert texts == [KEYWORD + b"\0\0\0\0\0" + Credential.objects.get().document.encode()]


def test_a_baked_svg_carries_it_as_its_first_element(sealed, ada, client):
    certificate, _document = sealed(ada)

    svg = client.get(f"/c/{certificate.public_id}/badge.svg").content
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert root[0].text == Credential.objects.get().document


def test_the_end_of_a_cdata_section_inside_is_no_end():
    baked = bake_svg('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>', '{"a":"]]>"}')

    assert ET.fromstring(baked)[0].text == '{"a":"]]>"}'  # noqa: S314 - our own


def test_only_a_png_is_baked_as_one():
    with pytest.raises(ValueError, match="not a PNG"):
        bake_png(b"<svg/>", "{}")
