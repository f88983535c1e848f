"""The credential of an award: strict schema, foreign verifiers, tampering, the shared list."""

import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from jsonschema import Draft201909Validator

from awards import life
from awards.flow import Stage
from awards.models import Award
from certificates.flow import Deed
from credentials import services
from credentials.bits import SIZE, is_set
from credentials.documents import SCHEMA
from credentials.linked_data import CONTEXTS, FOLDER
from credentials.models import Credential, StatusList
from tests import credentials as beside
from tests.awards.walking import lose, walk
from tests.certificates.conftest import award as certificate_of  # noqa: F401 - a fixture of theirs
from tests.foreign import ask, needs_node

pytestmark = pytest.mark.django_db
HOST = "portal.example.org"
PUBLISHED = Path(beside.__file__).parent / "achievement_schema.json"
SILVER = lose("S1.1", "S2.1", "S2.2", "S3.1", "S4.1", "S5.1", points=3)  # 82 of 88


@pytest.fixture(autouse=True)
def host(settings, tmp_path):
    settings.SITE_URL, settings.CREDENTIAL_HOST = f"https://{HOST}", HOST
    settings.KEYS_DIR, settings.KEYS_FOR_TRYING = str(tmp_path / "keys"), True


@pytest.fixture
def way(who):
    """Foreign verifiers read the real clock."""
    return walk(who, to=Stage.AWARDED, points=SILVER, at=timezone.now() - timedelta(days=11))


@pytest.fixture
def sealed(way):
    services.seal_due(way.at)
    services.seal_lists(way.at)
    award = Award.objects.get()
    return award, json.loads(award.credential.document)


@pytest.fixture
def shelf(client):
    """What the portal itself answers at the addresses that credentials name, and the contexts."""

    def everything():
        found = {
            address: json.loads((FOLDER / name).read_text(encoding="utf-8"))
            for address, (name, _digest) in CONTEXTS.items()
        }
        found[SCHEMA] = json.loads(PUBLISHED.read_text(encoding="utf-8"))
        found[f"https://{HOST}/.well-known/did.json"] = client.get("/.well-known/did.json").json()
        for row in StatusList.objects.all():
            path = f"/status/revocation/{row.number}"
            found[f"https://{HOST}{path}"] = json.loads(client.get(path).content)
        return found

    return everything


def withdraw(award, who, at):
    proposal = life.propose(award, Deed.WITHDRAW, reason="It was bought.", by=who.noor, at=at)
    return life.confirm(proposal, by=who.director, at=at)


def test_it_follows_the_published_schema_and_says_what_was_reached(sealed):
    award, document = sealed
    schema = Draft201909Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))
    subject = document["credentialSubject"]
    achievement = subject["achievement"]

    assert [error.message for error in schema.iter_errors(document)] == []
    assert document["id"] == f"https://{HOST}/a/{award.public_id}"
    assert document["issuer"]["id"] == f"did:web:{HOST}"
    assert achievement["achievementType"] == "QualityAssuranceCredential"
    assert [one["targetCode"] for one in achievement["alignment"]][:2] == ["S1.1", "S1.2"]
    assert len(achievement["alignment"]) == 22
    assert subject["identifier"][0]["identityHash"] == "Nurse to Nurse"
    assert subject["identifier"][1]["identityHash"] == "Harbourlight Hospitals Trust"
    assert subject["licenseNumber"] == award.number
    last = f"{award.valid_until.isoformat()}"
    assert document["validUntil"][:10] >= last  # the end of that day, in UTC


def test_levels_are_results_by_rubric_for_the_whole_and_each_standard(sealed):
    _award, document = sealed
    subject = document["credentialSubject"]
    described = {one["id"]: one for one in subject["achievement"]["resultDescription"]}
    results = {one["resultDescription"].partition("#")[2]: one for one in subject["result"]}

    assert list(results) == ["level", "percent", "S1", "S2", "S3", "S4", "S5", "S6"]
    assert results["level"]["value"] == "Silver"
    assert results["percent"]["value"] == "93.18"
    assert results["S2"]["value"] == "14"
    assert results["S2"]["achievedLevel"].endswith("#S2-3")  # 14 of 16 is not four everywhere
    assert results["S6"]["achievedLevel"].endswith("#S6-4")
    for one in subject["result"]:
        levels = described[one["resultDescription"]].get("rubricCriterionLevel", [])
        assert one.get("achievedLevel") in {None, *(level["id"] for level in levels)}
    levels = described[next(iter(described))]["rubricCriterionLevel"]
    assert [level["level"] for level in levels] == ["Gold", "Silver", "Bronze"]


def test_it_names_no_person(sealed, who):
    _award, document = sealed
    text = json.dumps(document)

    assert [p for p in (who.cora, who.fin, who.sam, who.pan) if p.full_name in text] == []


def test_certificates_and_awards_share_a_list_and_no_place(sealed, certificate_of, who, way):  # noqa: F811
    certificate = certificate_of(who.cora, at=way.at)
    services.owe()

    award, _document = sealed
    mine, theirs = award.credential, certificate.credential
    mine.refresh_from_db()
    assert mine.status_list == theirs.status_list
    assert mine.place != theirs.place
    assert {mine.kind, theirs.kind} == {"award", "certificate"}


def test_a_withdrawn_award_is_set_in_the_list_for_good(sealed, who, way):
    award, _document = sealed
    row = award.credential.status_list
    bits = json.loads(row.document)["credentialSubject"]["encodedList"]
    assert not is_set(bits, award.credential.place)

    withdraw(award, who, way.tomorrow())
    services.seal_lists(way.at)

    row.refresh_from_db()
    bits = json.loads(row.document)["credentialSubject"]["encodedList"]
    assert [place for place in range(SIZE) if is_set(bits, place)] == [award.credential.place]


def test_a_suspended_award_is_not_revoked(sealed, who, way):
    award, _document = sealed
    asked = life.propose(award, Deed.SUSPEND, reason="A question.", by=who.noor, at=way.tomorrow())
    life.confirm(asked, by=who.director, at=way.at)

    services.seal_lists(way.at)

    row = StatusList.objects.get()
    bits = json.loads(row.document)["credentialSubject"]["encodedList"]
    assert not is_set(bits, award.credential.place)


def test_a_second_run_makes_no_second_credential(sealed, way):
    services.owe()
    services.seal_due(way.at)

    assert Credential.objects.count() == 1


# --- Foreign verifiers ---------------------------------------------------------------------------
GOOD = {"signature": True, "standing": True, "schema": True}


def tampered(document):
    def changed(change):
        other = deepcopy(document)
        change(other)
        return other

    subject = "credentialSubject"
    rename = {"identityHash": "Somebody else"}
    return {
        "programme": changed(lambda d: d[subject]["identifier"][0].update(rename)),
        "level": changed(lambda d: d[subject]["result"][0].update(value="Gold")),
        "achieved": changed(
            lambda d: d[subject]["result"][0].update(
                achievedLevel=d[subject]["result"][0]["achievedLevel"].replace("silver", "gold")
            )
        ),
        "points": changed(lambda d: d[subject]["result"][1].update(value="99")),
        "end": changed(lambda d: d.update(validUntil="2040-01-15T00:00:00Z")),
        "place": changed(lambda d: d["credentialStatus"].update(statusListIndex="1")),
        "no status": changed(lambda d: d.pop("credentialStatus")),
        "criterion": changed(
            lambda d: d[subject]["achievement"]["alignment"][0].update(targetCode="S9.9")
        ),
        "unknown term": changed(lambda d: d.update(medal="Gold")),
        "no proof": changed(lambda d: d.pop("proof")),
    }


@needs_node
def test_two_foreign_verifiers_agree_and_refuse_ten_tampered_ones(sealed, shelf):
    _award, document = sealed
    cases = tampered(document)
    question = {"shelf": shelf(), "credentials": [document, *cases.values()]}

    good, *bad = ask("verify_credentials.js", question)

    assert good["bazaar"] == {"verified": True, "error": ""}
    assert {key: good["wallet"][key] for key in GOOD} == GOOD, good["wallet"]["error"]
    told = {
        name: (answer["bazaar"]["verified"], answer["wallet"]["signature"])
        for name, answer in zip(cases, bad, strict=True)
    }
    assert told == dict.fromkeys(cases, (False, False))


@needs_node
def test_a_foreign_verifier_sees_that_it_was_withdrawn(sealed, who, way, shelf):
    award, document = sealed
    withdraw(award, who, way.tomorrow())
    services.seal_lists(way.at)

    (answer,) = ask("verify_credentials.js", {"shelf": shelf(), "credentials": [document]})

    assert (answer["wallet"]["signature"], answer["wallet"]["standing"]) == (True, False)


# --- Addresses -----------------------------------------------------------------------------------
def test_its_address_answers_people_and_programs_of_any_origin(sealed, client):
    award, document = sealed
    address = f"/a/{award.public_id}"

    machine = client.get(address, headers={"accept": "application/vc"})
    assert json.loads(machine.content) == document
    assert machine["Access-Control-Allow-Origin"] == "*"
    person = client.get(address, headers={"accept": "text/html"})
    assert person["Location"] == f"{address}/"
    assert json.loads(client.get(f"{address}/credential.json").content) == document


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_badge_carries_its_credential(sealed, client, ending):
    award, document = sealed

    found = client.get(f"/a/{award.public_id}/badge.{ending}")

    assert found["Access-Control-Allow-Origin"] == "*"
    assert document["id"].encode() in found.content
    assert json.dumps(document["proof"][0]["proofValue"]).encode() in found.content
    assert client.get(f"/a/{award.public_id}/badge.gif").status_code == 404


def test_the_scheme_is_a_page_for_people_and_an_achievement_for_programs(sealed, client):
    _award, document = sealed
    address = document["credentialSubject"]["achievement"]["id"].removeprefix(f"https://{HOST}")

    page = client.get(address, headers={"accept": "text/html"}).content.decode()
    told = json.loads(client.get(address, headers={"accept": "application/ld+json"}).content)

    assert 'id="S1.1"' in page
    assert told["id"] == f"https://{HOST}{address}"
    assert len(told["alignment"]) == 22
