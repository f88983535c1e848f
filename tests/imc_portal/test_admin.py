"""The administration keeps reference data. Records are closed to everybody, superusers included."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from applicants.models import Application, IntakeInterview
from certificates.models import Tier
from frameworks.models import Statement, Term
from meetings.closing import keep_note
from meetings.models import Meeting, PrivateNote
from notices.models import BodyFact, LetterText
from register.models import Page
from tests import make
from trail.models import Staged

pytestmark = pytest.mark.django_db

OURS = [
    "accounts", "appeals", "applicants", "assessments", "awards", "certificates", "frameworks",
    "meetings", "notices", "portfolios", "register", "trail", "verification",
]  # fmt: skip
CLOSED = {"account.EmailAddress", "auth.Group", "mfa.Authenticator", "usersessions.UserSession"}
RECORDS = [
    "accounts.Grant", "appeals.Appeal", "appeals.Complaint", "certificates.Batch",
    "certificates.Proposal",
    "applicants.ActionPlan", "applicants.Application",
    "applicants.Affiliation", "applicants.CaseRole", "applicants.Competence",
    "applicants.PartException", "applicants.Provider", "applicants.ProviderRequest",
    "applicants.Qualification",
    "applicants.Relative", "applicants.RosterRow", "applicants.Threat", "applicants.Decision",
    "applicants.Declaration",
    "applicants.IntakeInterview", "applicants.Interest", "applicants.PlanItem",
    "applicants.MoreAsked", "applicants.Particular",
    "applicants.PlanVersion", "applicants.TeachingRelation", "assessments.Rating",
    "assessments.SelfAssessment", "awards.Award", "awards.AwardDecision", "awards.Bid",
    "awards.AwardEvent", "awards.AwardProposal", "awards.BidPart", "awards.Organisation",
    "awards.Programme",
    "certificates.Certificate", "certificates.CertificateEvent", "certificates.Drawing",
    "meetings.Meeting", "notices.Mail", "notices.Message", "portfolios.Audit", "portfolios.Entry",
    "portfolios.Evidence", "portfolios.Finding", "portfolios.LogSession", "portfolios.Portfolio",
    "portfolios.RenewalLook", "portfolios.Submission", "portfolios.VerbalAudit",
    "register.Enquiry", "renewals.Leave", "trail.Event",
    "verification.Addendum", "verification.Appointment", "verification.Outcome",
    "verification.SentBack", "verification.Verification",
]  # fmt: skip


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker):
    """A whole case, so that nearly every record exists."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make.certified(make.cast())
        transaction.set_rollback(True)


@pytest.fixture
def cast(walked, db):
    return walked.cast


@pytest.fixture
def root(db, client):
    """A superuser with a second factor, signed in."""
    user = User.objects.create_superuser("root@example.org", "x", full_name="Root Example")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(user)
    return client


def page(model, verb, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{verb}", args=args)


def test_everything_with_a_stage_is_a_record():
    staged = {m._meta.label for m in apps.get_models() if issubclass(m, Staged)}

    assert staged <= set(RECORDS)


@pytest.mark.parametrize("label", RECORDS)
def test_a_record_is_neither_added_changed_nor_removed(label, walked, root):
    model = apps.get_model(label)
    row = model._default_manager.first()

    answers = [root.post(page(model, "add"), {}).status_code]
    if row is not None:
        before = model._default_manager.filter(pk=row.pk).values().get()
        answers += [
            root.post(page(model, "change", row.pk), {"stage": "certified"}).status_code,
            root.post(page(model, "delete", row.pk), {"post": "yes"}).status_code,
        ]
        after = model._default_manager.filter(pk=row.pk).values().get()
        assert before == after

    assert set(answers) == {403}
    assert root.get(page(model, "changelist")).status_code == 200


@pytest.mark.parametrize("label", RECORDS)
def test_a_record_has_no_actions_in_bulk(label, walked, root):
    model = apps.get_model(label)
    pks = list(model._default_manager.values_list("pk", flat=True)[:2])

    root.post(
        page(model, "changelist"),
        {"action": "delete_selected", "_selected_action": pks, "post": "yes"},
    )

    assert model._default_manager.filter(pk__in=pks).count() == len(pks)


def test_what_somebody_wrote_for_themselves_alone_is_not_shown(walked, root):
    row = IntakeInterview.objects.get()
    keep_note(row.meeting, text="planted-private-note", by=row.meeting.host)

    for model, pk in ((IntakeInterview, row.pk), (Meeting, row.meeting_id)):
        answer = root.get(page(model, "change", pk))
        assert answer.status_code == 200
        assert b"planted-private-note" not in answer.content
    assert PrivateNote not in admin.site._registry


@pytest.mark.parametrize("model", [Application, Tier, Statement, Page, LetterText, User])
def test_pages_open(model, walked, root):
    row = model._default_manager.first()

    assert root.get(page(model, "change", row.pk)).status_code == 200


def test_a_word_of_the_glossary_is_edited(root):
    term = Term.objects.first()

    answer = root.post(
        page(Term, "change", term.pk), {"term": term.term, "meaning": "Said anew", "term_fr": ""}
    )

    term.refresh_from_db()
    assert (answer.status_code, term.meaning) == (302, "Said anew")


def test_a_published_statement_is_read_only(root):
    statement = Statement.objects.exclude(edition__published_at=None).first()

    answer = root.post(page(Statement, "change", statement.pk), {"action": "Something else"})

    assert answer.status_code == 403


def test_a_letter_takes_only_the_placeholders_it_shipped_with(root):
    text = LetterText.objects.get(kind="welcome", language="en")
    said = {"subject": "Hello {tier_name}", "body": "{first_name} {issuer_short} {shoe_size}"}

    answer = root.post(page(LetterText, "change", text.pk), said)

    assert answer.context["adminform"].form.errors == {
        "body": ["Nobody fills in {shoe_size} in this letter."]
    }
    said["body"] = "{first_name}, begin here: {self_assessment_url}"
    assert root.post(page(LetterText, "change", text.pk), said).status_code == 302


def test_a_letter_of_an_unknown_kind_is_not_added(root):
    said = {"kind": "horoscope", "language": "en", "subject": "Stars", "body": "Good"}

    answer = root.post(page(LetterText, "add"), said)

    assert answer.status_code == 200
    assert not LetterText.objects.filter(kind="horoscope").exists()


def test_a_page_takes_only_facts_of_the_body(root):
    about = Page.objects.first()
    said = {"title": about.title, "description": "", "body": "Write to {nobody}."}

    answer = root.post(page(Page, "change", about.pk), said)

    assert answer.context["adminform"].form.errors == {
        "body": ["Nobody fills in {nobody} on a page."]
    }


def test_a_fact_keeps_its_key(root):
    fact = BodyFact.objects.first()

    root.post(page(BodyFact, "change", fact.pk), {"key": "other", "value": "New value"})

    assert BodyFact.objects.get(pk=fact.pk).value == "New value"
    assert BodyFact.objects.get(pk=fact.pk).key == fact.key


def test_rights_are_not_given_in_the_administration(root, ada):
    said = {"full_name": "Ada New", "language": "en", "time_zone": "America/Toronto"}

    root.post(
        page(User, "change", ada.pk),
        {**said, "is_staff": "on", "is_superuser": "on", "email": "evil@example.org"},
    )

    ada.refresh_from_db()
    assert (ada.full_name, ada.is_staff, ada.is_superuser, ada.email) == (
        "Ada New", False, False, "ada@example.org",
    )  # fmt: skip


def test_nobody_removes_a_person(root, ada):
    assert root.post(page(User, "delete", ada.pk), {"post": "yes"}).status_code == 403


def test_other_doors_are_closed():
    labels = {model._meta.label for model in admin.site._registry}

    assert labels & CLOSED == set()


def test_the_administration_asks_people_to_sign_in_at_the_one_door(client):
    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["ada", "aud", "dee", "noor"])
def test_without_the_administrations_own_right_nobody_enters(name, cast, client):
    client.force_login(getattr(cast, name))

    answer = client.get(reverse("admin:applicants_application_changelist"))

    assert answer.status_code in (302, 403)


def test_an_administrator_with_that_right_edits_reference_data_and_no_records(client):
    noor = make.person("nora", Role.ADMINISTRATOR, is_staff=True)
    client.force_login(noor)

    assert client.get(page(Term, "add")).status_code == 200
    assert client.get(page(Application, "changelist")).status_code == 200
    assert client.post(page(Application, "add")).status_code == 403
