"""The catalogue, the frameworks, the crosswalk and the awards through the API, and its manners."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from awards import life
from awards.flow import Stage
from awards.models import Award
from certificates.flow import Deed
from certificates.models import Requirement, Tier
from frameworks.models import Crosswalk, Edition, Statement
from register.api import certificates, describing, gate
from register.api.problems import KINDS
from register.lists import checking
from tests import make
from tests.awards import walking
from tests.register.conftest import certificate
from tests.register.test_check import LATER

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
STATEMENTS = f"{V1}frameworks/mentor/editions/2026.1/statements"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(LATER, tick=False):
        yield


def get(client, path, **extra):
    answer = client.get(V1 + path, **extra)
    assert answer.status_code == 200, answer.content
    return answer.json()


def pages(client, path):
    """Every page of a list, by the address that each gives of the next."""
    found = []
    while path:
        answer = client.get(path)
        said = answer.json()
        [name] = [key for key in said if key != "next"]
        found += said[name]
        assert (f'<{said["next"]}>; rel="next"' == answer.get("Link", "")) is bool(said["next"])
        path = said["next"]
    return found


# --- What is told -----------------------------------------------------------------------------
def test_the_catalogue_tells_every_tier_and_counts_what_it_asks(client):
    said = get(client, "catalogue")

    assert {one["slug"] for one in said["certificates"]} == set(
        Tier.objects.values_list("slug", flat=True)
    )
    one = next(one for one in said["certificates"] if one["slug"] == "current-practice")
    assert one["also_published_as"] == "Certificate of Competence (Mentor)"
    assert one["asks"] == {
        "framework": "mentor",
        "edition": "2026.1",
        "concepts": Requirement.objects.filter(
            tier__slug="current-practice", facet="concept", statement__edition__label="2026.1"
        ).count(),
        "practices": 72,
    }
    assert get(client, "catalogue/current-practice") == one


def test_words_come_in_the_language_that_is_asked_for(client):
    for french in (
        get(client, "catalogue/current-practice?language=fr"),
        get(client, "catalogue/current-practice", headers={"Accept-Language": "fr"}),
        get(client, "catalogue/current-practice?language=fr", headers={"Accept-Language": "en"}),
    ):
        assert (french["title"], french["language"]) == (
            "Certificat de pratique - Mentor",
            "fr-CA",
        )
    assert get(client, "catalogue/current-practice?language=en")["language"] == "en"
    assert client.get(f"{V1}catalogue?language=fr")["Content-Language"] == "fr-ca"
    english, french = get(client, "../v1/" if False else ""), None
    assert english["version"] == "1.0.0"
    one = client.get(f"{STATEMENTS}?limit=1&language=fr").json()["statements"][0]
    assert one["language"] == "fr-CA"


def test_a_refusal_comes_in_french_too(client):
    refused = client.get(f"{V1}certificates?number=x&name=y&on=12&language=fr")

    assert refused["Content-Language"] == "fr-ca"
    assert refused.json()["errors"][0]["detail"].startswith("Écrivez le jour ainsi")


def test_only_published_editions_are_there(client):
    draft = Edition.objects.create(framework=Edition.objects.first().framework, label="2030.9")
    key = draft.framework.key

    labels = [one["label"] for one in get(client, f"frameworks/{key}")["editions"]]

    assert "2030.9" not in labels
    assert "2026.1" in labels
    assert client.get(f"{V1}frameworks/{key}/editions/2030.9").status_code == 404
    assert client.get(f"{V1}frameworks/{key}/editions/2030.9/statements").status_code == 404


def test_an_edition_tells_its_areas_and_statements_page_by_page(client):
    told = get(client, "frameworks/mentor/editions/2026.1")
    kept = Statement.objects.filter(edition__framework__key="mentor", edition__label="2026.1")

    found = pages(client, f"{STATEMENTS}?limit=25")

    assert sum(area["statements"] for area in told["areas"]) == len(found) == kept.count()
    assert [one["code"] for one in found] == list(
        kept.order_by("position").values_list("code", flat=True)
    )
    area = told["areas"][1]
    assert {one["area"] for one in pages(client, f"{STATEMENTS}?area={area['code']}")} == {
        area["code"]
    }


def test_the_crosswalk_is_told_page_by_page(client):
    found = pages(client, f"{V1}crosswalk?limit=50")

    assert len(found) == Crosswalk.objects.count() > 50
    first = Crosswalk.objects.order_by("pk").first()
    assert found[0] == {
        "indicator": {
            "framework": first.indicator.edition.framework.key,
            "edition": first.indicator.edition.label,
            "code": first.indicator.code,
        },
        "statement": {
            "framework": first.statement.edition.framework.key,
            "edition": first.statement.edition.label,
            "code": first.statement.code,
        },
        "closeness": first.link,
    }
    assert pages(client, f"{V1}crosswalk?framework=nothing") == []


def test_programmes_are_listed_where_they_agreed(client, cast):
    who = walking.people(cast.noor, cast.pan)
    way = walking.walk(who, to=Stage.AWARDED, at=make.NOON)
    programme = way.bid.programme
    award = Award.objects.get()
    with time_machine.travel(timezone.now() + (LATER - LATER), tick=False):
        type(programme).objects.filter(pk=programme.pk).update(listed=False)
        assert get(client, "awards")["awards"] == []
        type(programme).objects.filter(pk=programme.pk).update(listed=True)
        [one] = pages(client, f"{V1}awards?limit=1")
    assert (one["id"], one["programme"]) == (str(award.public_id), programme.name)
    assert client.get(one["page"]).status_code == 200
    later = way.tomorrow()
    asked = life.propose(award, Deed.SUSPEND, reason="A question.", by=who.noor, at=later)
    life.confirm(asked, by=who.director, at=later)
    with time_machine.travel(later + timedelta(hours=1), tick=False):
        assert get(client, "awards")["awards"] == []


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("", 0),
        ("openapi.json", 0),
        ("catalogue", 6),
        ("frameworks", 2),
        ("frameworks/mentor/editions/2026.1", 4),
        ("frameworks/mentor/editions/2026.1/statements?limit=1", 3),
        ("frameworks/mentor/editions/2026.1/statements?limit=200", 3),
        ("crosswalk?limit=1", 1),
        ("crosswalk?limit=200", 1),
        ("awards", 1),
        ("directory", 1),
    ],
)
def test_what_is_told_takes_so_many_queries(client, django_assert_num_queries, path, queries):
    with django_assert_num_queries(queries):
        client.get(V1 + path)


# --- Manners ----------------------------------------------------------------------------------
def test_any_site_may_ask_and_no_cookie_comes_back(client):
    client.cookies["session"], client.cookies["theme"] = "x" * 32, "dark"

    for path in ("", "catalogue", "nothing", "certificates/nonsense", "openapi.json"):
        answer = client.get(V1 + path, headers={"Origin": "https://employer.example"})

        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert dict(answer.cookies) == {}
        assert answer["Vary"] == "Accept-Language"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("checks", "OPTIONS, POST"),
        ("certificates", "GET, HEAD, OPTIONS"),
        ("openapi.json", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_browser_learns_beforehand_what_it_may_send(client, path, methods):
    answer = client.options(
        V1 + path,
        headers={
            "Origin": "https://employer.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == answer["Access-Control-Allow-Methods"] == methods
    assert "Content-Type" in answer["Access-Control-Allow-Headers"]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_head_is_a_get_without_its_body(client):
    for path in ("catalogue", "certificates/nonsense"):
        full, head = client.get(V1 + path), client.head(V1 + path)

        assert (head.status_code, head.content) == (full.status_code, b"")
        assert dict(head.headers) == dict(full.headers)
        assert int(head["Content-Length"]) == len(full.content)


def test_what_rarely_changes_may_be_kept_and_is_asked_for_anew(client):
    first = client.get(f"{V1}frameworks/mentor")

    again = client.get(f"{V1}frameworks/mentor", headers={"If-None-Match": first["ETag"]})
    french = client.get(
        f"{V1}frameworks/mentor/editions/2026.1?language=fr",
        headers={"If-None-Match": client.get(f"{V1}frameworks/mentor/editions/2026.1")["ETag"]},
    )

    assert first["Cache-Control"] == "public, max-age=300"
    assert "GMT" in first["Last-Modified"]
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"
    assert french.status_code == 200
    assert client.get(f"{V1}awards")["Cache-Control"] == "no-cache"


def test_what_a_certificate_is_worth_is_never_kept(client, bjorn):
    answer = client.get(f"{V1}certificates/{certificate(bjorn).public_id}")

    assert answer["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def crash(*_args, **_kwargs):
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("method", "path", "extra", "status"),
    [
        ("get", "nothing", {}, 404),
        ("get", "frameworks/nothing", {}, 404),
        ("get", "catalogue/nothing", {}, 404),
        ("get", "certificates/a%00bcdefg", {}, 422),
        ("get", "certificates/short?language=de", {}, 422),
        ("get", "crosswalk?limit=0", {}, 422),
        ("get", "crosswalk?after=99999999999999999999", {}, 422),
        ("get", "awards?after=x", {}, 422),
        ("get", "certificates?number=%00&name=x", {}, 422),
        ("put", "catalogue", {}, 405),
        ("delete", "checks", {}, 405),
        ("post", "checks", {"data": "{", "content_type": "application/json"}, 400),
        ("post", "checks", {"data": "a", "content_type": "text/plain"}, 415),
        ("post", "checks/table", {"data": "[]", "content_type": "application/json"}, 415),
        ("post", "checks", {"data": " " * 1048577, "content_type": "application/json"}, 413),
        ("get", "catalogue?" + "a&" * 2001, {}, 400),
        ("get", "catalogue", {"headers": {"Host": "evil.example"}}, 400),
    ],
)
def test_every_problem_has_the_same_form(client, method, path, extra, status):
    answer = getattr(client, method)(V1 + path, **extra)

    said = answer.json()
    kind, title, _ = KINDS[status]
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (said["status"], said["title"]) == (status, str(title))
    assert said["type"] == f"http://testserver/api/#problem-{kind}"
    assert said["detail"].endswith(".")
    assert all(error["detail"].endswith(".") for error in said["errors"])
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert f'id="problem-{kind}"' in client.get("/api/").content.decode()


def test_a_fault_of_ours_has_the_same_form(client, monkeypatch):
    monkeypatch.setattr(certificates, "checked", crash)
    client.raise_request_exception = False

    answer = client.get(f"{V1}certificates/nonsense")

    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert "ZeroDivision" not in answer.content.decode()


def test_whoever_asks_too_often_is_told_how_long_to_wait(client, monkeypatch):
    monkeypatch.setattr(gate, "CALLS", 3)
    with time_machine.travel(LATER.replace(minute=59, second=30), tick=False):
        for _ in range(3):
            assert client.get(f"{V1}catalogue").status_code == 200

        answer = client.get(f"{V1}catalogue")
        asking = client.options(f"{V1}catalogue")

    assert (answer.status_code, answer["Retry-After"]) == (429, "30")
    assert answer["Content-Type"] == "application/problem+json"
    assert asking.status_code == 204


# --- The description --------------------------------------------------------------------------
def test_the_description_needs_nothing_from_elsewhere(client):
    text = client.get(f"{V1}openapi.json").content.decode()

    assert set(re.findall(r'"\$ref": "([^"]{2})', text)) == {"#/"}
    assert json.loads(text)["openapi"] == "3.1.0"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_tells_every_call_with_its_example(client, language):
    page = client.get("/api/", headers={"Accept-Language": language})
    shown = page.content.decode()

    found = get(client, "openapi.json", headers={"Accept-Language": language})
    for address, methods in found["paths"].items():
        assert f">{address}</code>" in shown
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in shown
    assert (page.status_code, dict(page.cookies)) == (200, {})
    assert "cdn" not in shown
    ids = re.findall(r' id="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    for limit in (f"{gate.CALLS:,}", str(checking.LISTS), str(certificates.MISSES)):
        assert limit.replace(",", "") in re.sub(r"[,\u202f\xa0 ]", "", shown)


def test_every_example_is_one_that_the_api_would_give(client):
    found = describing.document("en")
    for group in describing.groups(found):
        for call in group.calls:
            assert "''" not in call.curl
            assert "=''" not in call.curl
            assert call.key == "check_table" or json.loads(call.answer)
    example = json.loads(
        next(c for g in describing.groups(found) for c in g.calls if c.key == "check_list").answer
    )
    assert certificates.Answered.model_validate(example["rows"][0]["certificate"])


def test_an_employer_finds_the_way(client):
    check = client.get("/check/").content.decode()

    assert 'href="/check/list/"' in check
    assert 'href="/api/"' in check
