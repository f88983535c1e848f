"""The pages about people: what binds them, what they may take, rosters, the register."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import teach
from applicants.impartiality import ask_exception
from applicants.models import (
    Declaration,
    PartException,
    Provider,
    Qualification,
    RosterRow,
    TeachingRelation,
    Threat,
)
from certificates.models import Tier
from tests import make

pytestmark = pytest.mark.django_db
KEEPERS = ("noor", "dee")


def url(name, *args):
    return reverse(f"applicants:{name}", args=args)


def words(answer):
    return " ".join(answer.content.decode().split())


def days(count):
    return timezone.localdate() + timedelta(days=count)


@pytest.fixture
def taught(cast, at):
    return teach(teacher=cast.aud, learner=cast.ada, starts_on=date(2026, 1, 1), ends_on=None,
                 provider="", by=cast.ada, at=at)  # fmt: skip


# --- Who and what binds me ------------------------------------------------------------------------
def test_somebody_declares_for_a_year_what_binds_them(sign_in_as, cast):
    Declaration.objects.filter(person=cast.aud).delete()
    client = sign_in_as(cast.aud)
    assert "Before your first case." in words(client.get(url("relations")))

    answer = client.post(url("declare_year"), {"year-note": "I lent her money."})
    assert "Tick this when the page is complete." in words(answer)
    client.post(url("declare_year"), {"year-note": "I lent her money.", "year-complete": "on"})

    said = Declaration.objects.get(person=cast.aud)
    assert (said.clear, said.note) == (False, "I lent her money.")
    assert "You have declared what binds you" in words(client.get(url("relations")))


def test_applicants_have_nothing_to_declare_for_a_year(sign_in_as, cast):
    client = sign_in_as(cast.ada)

    assert "Once a year" not in words(client.get(url("relations")))
    assert client.post(url("declare_year"), {"year-complete": "on"}).status_code == 404


def test_organisations_and_family_are_named_and_left(sign_in_as, cast):
    client = sign_in_as(cast.ada)
    client.post(url("join"), {"join-organisation": "Elm", "join-what": "Owner"})
    client.post(url("family"), {"family-name": "Bo Example", "family-kin": "sibling"})
    answer = client.post(url("join"), {"join-organisation": "elm"})
    assert "You have named this organisation." in words(answer)

    client.post(url("leave", cast.ada.affiliations.get().pk))

    page = words(client.get(url("relations")))
    assert "bars for two years" in page
    assert "Bo Example" in page
    assert "Bo Example" not in words(sign_in_as(cast.aud).get(url("relations")))


def test_the_other_side_answers_on_the_page(sign_in_as, cast, taught):
    assert "Is it so?" not in words(sign_in_as(cast.ada).get(url("relations")))
    client = sign_in_as(cast.aud)
    assert "Is it so?" in words(client.get(url("relations")))

    client.post(url("answer_teaching", taught.pk), {"contest": "1", "note": "One talk."})

    taught.refresh_from_db()
    assert (taught.answer, taught.answered_by) == ("contested", cast.aud)
    assert "holds until settled" in words(client.get(url("relations")))
    assert sign_in_as(cast.eve).post(url("answer_teaching", taught.pk)).status_code == 404


def test_a_side_says_that_it_ended(sign_in_as, cast, taught):
    sign_in_as(cast.aud).post(url("end_teaching", taught.pk))

    taught.refresh_from_db()
    assert taught.ends_on == timezone.localdate()


# --- Qualifications -------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["ada", "ina", "aud", "vera", "pan", "eve"])
def test_the_lists_are_for_keepers_and_each_person_sees_their_own(sign_in_as, cast, who):
    client, me = sign_in_as(getattr(cast, who)), getattr(cast, who)

    for name in ("qualifications", "impartiality", "providers"):
        assert client.get(url(name)).status_code == 404
    assert client.get(url("qualified", me.pk)).status_code == 200
    assert client.get(url("qualified", cast.noor.pk)).status_code == 404
    assert client.post(url("qualify", me.pk), {}).status_code == 404


@pytest.mark.parametrize("who", KEEPERS)
def test_keepers_see_who_may_take_what(sign_in_as, cast, who):
    Qualification.objects.filter(person=cast.vera).update(ends_on=days(10))
    Qualification.objects.filter(person=cast.ina).update(ended_at=timezone.now())

    page = words(sign_in_as(getattr(cast, who)).get(url("qualifications")))

    assert "No qualification: Intake Manager" in page
    assert "Verifier ends on" in page


def terms(**other):
    return {
        "give-role": "auditor",
        "give-tiers": [Tier.objects.get(slug="current-practice").pk],
        "give-languages": ["en", "fr-ca"],
        "give-starts_on": str(days(0)),
        "give-ends_on": str(days(700)),
        **other,
    }


def test_an_administrator_records_a_qualification_and_competence(sign_in_as, cast):
    client = sign_in_as(cast.noor)
    answer = client.post(url("qualify", cast.vera.pk), terms(**{"give-tiers": []}))
    assert "Choose at least one certificate." in words(answer)

    client.post(url("qualify", cast.vera.pk), terms())
    facts = {"kind": "observed", "role": "auditor", "on": str(days(-1)), "by_whom": "Dr Elm"}
    facts = {f"record-{name}": value for name, value in {**facts, "result": "met"}.items()}
    client.post(url("record_competence", cast.vera.pk), facts)

    given = cast.vera.qualifications.get(role=Role.AUDITOR)
    assert (given.languages, given.given_by) == (["en", "fr-ca"], cast.noor)
    page = words(client.get(url("qualified", cast.vera.pk)))
    assert "Dr Elm" in page
    client.post(url("end_qualification", given.pk), {"why": "A year abroad."})
    assert "A year abroad." in words(sign_in_as(cast.vera).get(url("qualified", cast.vera.pk)))


def test_an_administrator_is_told_that_their_own_is_not_theirs(sign_in_as, cast):
    client = sign_in_as(cast.noor)

    answer = client.post(url("qualify", cast.noor.pk), terms())

    assert "Nobody records their own qualification." in words(answer)
    assert cast.noor.qualifications.exists() is False


# --- Providers and rosters ------------------------------------------------------------------------
def upload(client, provider, table):
    file = SimpleUploadedFile("roster.csv", table.encode())
    return client.post(url("roster", provider.pk), {"file": file})


def test_a_roster_is_looked_through_and_then_taken_in(sign_in_as, cast):
    EmailAddress.objects.bulk_create(
        EmailAddress(user=who, email=who.email, verified=True, primary=True)
        for who in (cast.ada, cast.aud)
    )
    client = sign_in_as(cast.noor)
    client.post(url("providers"), {"name": "Elm", "recognised_from": "2020-01-01"})
    provider = Provider.objects.get()
    table = "learner_email,teacher_email,from\nada@example.org,aud@example.org,2026-01-01\n"

    faulty = words(upload(client, provider, table + "x,y,z\n"))
    assert "Row 3" in faulty
    page = upload(client, provider, table)
    assert RosterRow.objects.exists() is False
    kept = page.context["kept"]
    client.post(url("roster", provider.pk), {"take": "1", "name": "roster.csv", "kept": kept})

    assert TeachingRelation.objects.get().learner == cast.ada
    assert "Both are known here" in words(client.get(url("provider", provider.pk)))


def test_what_comes_back_is_looked_through_again(sign_in_as, cast):
    provider = Provider.objects.create(name="Elm", recognised_from=date(2020, 1, 1))
    client = sign_in_as(cast.noor)

    for kept in ("", "no base64", "eA=="):
        sent = {"take": "1", "name": "roster.csv", "kept": kept}
        assert client.post(url("roster", provider.pk), sent).status_code == 200
    assert RosterRow.objects.exists() is False


def test_a_roster_that_is_too_large_is_sent_in_parts(sign_in_as, cast):
    provider = Provider.objects.create(name="Elm", recognised_from=date(2020, 1, 1))

    answer = upload(sign_in_as(cast.noor), provider, "x" * 1_100_000)

    assert "Send it in parts." in words(answer)


def test_a_provider_is_corrected(sign_in_as, cast):
    provider = Provider.objects.create(name="Elm", recognised_from=date(2020, 1, 1))
    client = sign_in_as(cast.noor)
    sent = {"name": "Elm College", "recognised_from": "2019-01-01"}

    answer = client.post(url("provider", provider.pk), {**sent, "contact_email": "x"})
    assert "Enter a valid email address." in words(answer)
    client.post(url("provider", provider.pk), sent)

    provider.refresh_from_db()
    # For how long it is recognised is decided on its request alone.
    assert (provider.name, provider.recognised_from) == ("Elm College", date(2020, 1, 1))


# --- The register ---------------------------------------------------------------------------------
def entry(cast, **other):
    return {
        "what": "A founder teaches.",
        "kind": "self_interest",
        "scope": "general",
        "mitigation": "She takes no case.",
        "owner": cast.dee.pk,
        "review_on": str(days(30)),
        **other,
    }


@pytest.mark.parametrize("who", KEEPERS)
def test_an_entry_is_noted_looked_at_closed_and_opened(sign_in_as, cast, who):
    client = sign_in_as(getattr(cast, who))
    client.post(url("note_threat"), entry(cast))
    page = url("threat", Threat.objects.get().pk)
    looked = {"review": "1", "note": "Still so.", **entry(cast, mitigation="She left.")}

    client.post(page, looked)
    client.post(page, {"close": "1", "words": " "})
    assert Threat.objects.get().stage == "open"
    client.post(page, {"close": "1", "words": "Over."})

    threat = Threat.objects.get()
    assert (threat.stage, threat.mitigation) == ("closed", "She left.")
    shown = words(client.get(page))
    assert "Still so." in shown
    client.post(page, {"reopen": "1", "words": "Again."})
    assert Threat.objects.get().stage == "open"
    assert "A founder teaches." in words(client.get(url("impartiality")))


@pytest.mark.parametrize(
    ("scope", "field", "right", "wrong"),
    [
        ("case", "case", "", "999999"),
        ("person", "email", "aud@example.org", "nobody@example.org"),
        ("organisation", "organisation", "Elm", ""),
    ],
)
def test_an_entry_says_what_it_is_about(sign_in_as, cast, scope, field, right, wrong):
    right = right or make.application(cast).pk
    client = sign_in_as(cast.noor)

    for value in (wrong, ""):
        answer = client.post(url("note_threat"), entry(cast, scope=scope, **{field: value}))
        assert answer.status_code == 200
    client.post(url("note_threat"), entry(cast, scope=scope, **{field: right}))

    assert Threat.objects.get().scope == scope


def test_an_exception_is_asked_for_and_answered_by_somebody_else(sign_in_as, cast, at):
    case = make.application(cast)
    teach(teacher=cast.ina, learner=cast.ada, starts_on=date(2026, 1, 1), ends_on=None,
          provider="", by=cast.ina, at=at)  # fmt: skip
    client = sign_in_as(cast.noor)
    asked = {"person": cast.ina.pk, "reason": "Nobody else."}
    assert client.post(url("ask_exception", case.pk), {**asked, "person": cast.aud.pk}).context
    client.post(url("ask_exception", case.pk), asked)
    exception = PartException.objects.get()
    answer = {"note": "A third sits in.", "review_on": str(days(30)), "allow": "1"}

    refused = client.post(url("answer_exception", exception.pk), answer)
    assert "A second person answers" in words(refused)
    sign_in_as(cast.dee).post(url("answer_exception", exception.pk), answer)

    exception.refresh_from_db()
    assert (exception.answer, exception.answered_by) == ("granted", cast.dee)
    file = words(sign_in_as(cast.noor).get(reverse("case_file", args=[case.pk])))
    assert "<bdi>Ina Example</bdi> may be the Intake Manager" in file
    assert "because of an exception" in words(client.get(url("threat", Threat.objects.get().pk)))


@pytest.mark.parametrize("who", ["ada", "ina", "aud", "vera", "dee", "pan", "eve"])
def test_only_administrators_ask_for_one_and_only_keepers_answer(sign_in_as, cast, at, who):
    case = make.application(cast)
    teach(teacher=cast.ina, learner=cast.ada, starts_on=date(2026, 1, 1), ends_on=None,
          provider="", by=cast.ina, at=at)  # fmt: skip
    client = sign_in_as(getattr(cast, who))
    answer = client.post(url("ask_exception", case.pk), {"person": cast.ina.pk, "reason": "x"})
    assert (answer.status_code, PartException.objects.exists()) == (404, False)

    [asked] = ask_exception(
        case, Role.INTAKE_MANAGER, person=cast.ina, reason="x", by=cast.noor, at=at
    )
    expected = 200 if who == "dee" else 404
    assert client.get(url("answer_exception", asked.pk)).status_code == expected


def test_contested_teaching_is_settled_in_the_register(sign_in_as, cast, at, taught):
    TeachingRelation.objects.update(
        answer="contested", answered_by=User.objects.get(pk=cast.aud.pk), answer_note="No."
    )
    client = sign_in_as(cast.noor)
    assert "is said to have taught" in words(client.get(url("impartiality")))

    client.post(url("settle_teaching", taught.pk), {"goes": "1", "note": "One talk indeed."})

    taught.refresh_from_db()
    assert taught.withdrawn_at is not None
