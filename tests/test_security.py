"""Nobody gets in where they do not belong: every address, every kind of visitor.

The lists are made from the addresses themselves, so a new page is tested before it is thought of.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import time, timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, include, path, reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from appeals.complaining import Told, complain
from appeals.models import Ground, Subject
from appeals.services import appeal
from applicants import declaring, impartiality, providing, recognising, rosters
from applicants.assigning import teach
from applicants.flow import Stage
from applicants.models import Outcome, Provider
from awards import keeping, life, organising, talks, voicing
from awards.flow import Stage as AwardStage
from awards.models import Award, Group
from certificates import bulk
from certificates.batch_flow import Kind as BatchKind
from certificates.batches import BatchRow
from certificates.holding import agree, ask_for_name
from certificates.lifecycle import Deed, propose
from certificates.papers import PaperSigner
from credentials import services as credentials
from directory import writing
from directory.models import Field
from directory.services import Wish, edit
from meetings import feed
from meetings.models import DayHours, Kind, WeeklyHours
from notices.models import Message
from notices.services import drain
from portfolios.logbook import LogSession
from portfolios.models import Evidence, EvidenceKind
from register.models import Enquiry, Topic
from renewals import services as renewing
from tests import make
from tests.awards import walking
from tests.portfolios import files
from tests.test_architecture import PUBLIC, leaves
from trail import seen

pytestmark = pytest.mark.django_db
ROUTES = {
    name: parts
    for name, _, parts in leaves(get_resolver().url_patterns)
    if not name.startswith("admin:")
}
PRIVATE = {name: parts for name, parts in ROUTES.items() if name not in PUBLIC}
# Addresses with a part that is not somebody's: the catalogue, and one's own keys.
NOBODYS = {"applicants:begin", "mfa_remove_webauthn", "mfa_edit_webauthn"}
# Addresses of a programme; those of its bids carry the number of the bid.
PROGRAMMES = {
    f"awards:{name}"
    for name in (
        "programme",
        "profile",
        "begin",
        "invite",
        "take_back",
        "leave",
        "name_helper",
        "library",
        "show_file",
        "remove_file",
    )
}
OWN_PROVIDERS = {
    f"register:{name}"
    for name in ("my_provider", "edit_provider", "confirm_provider", "hand_in_roster")
}
# The secret in the address is all there is: no cookie, so nothing that another site could ride on.
COOKIELESS = {"awards:voice"}
LETTERS = [f"directory:{name}" for name in ("letter", "report", "block", "stop", "settle")]
# What knows nobody and changes nothing, and so needs no token: nothing could be forged there.
TOKENLESS = {"register:check_list", *(name for name in ROUTES if name.startswith("api:"))}
# Asked by POST alone, because a list fits no address.
LISTS = {"api:check_list", "api:check_table"}
AS_WORDS = {
    "certificates:order_batch": {"kind": "table"},
    "credentials:status_list": {"number": 1},
    "register:edit_provider": {"kind": "change"},
    "register:page": {"slug": "how-it-works"},
}
BATCHES = {
    f"certificates:{name}" for name in ("batch", "batch_state", "cancel_batch", "take_export")
}
AWARDS = {f"awards:{name}" for name in ("record", "files", "paper", "draw_again", "propose")}
ASKED = {f"awards:{name}" for name in ("proposal", "confirm", "refuse", "take_proposal_back")}
STAFF = ["ina", "aud", "vera", "dee", "noor", "pan"]


# --- A world in which every address leads somewhere ----------------------------------------------


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """Made once: this module reads far more than it writes, and each test is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = make.cast()
        EmailAddress.objects.bulk_create(  # as signing up leaves them
            EmailAddress(user=user, email=user.email, verified=True, primary=True)
            for user in User.objects.all()
        )
        yield people
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(cast, django_db_blocker):
    """Ada's whole case with its certificate, Bea's declined and appealed one, and their things."""
    with django_db_blocker.unblock():
        ada = make.certified(cast)
        bea = make.walk(cast, to=Stage.DECISION, by=make.person("bea"), at=ada.at)
        bea.decision(Outcome.DECLINE)
        appealed = appeal(
            bea.decided, ground=Ground.PROCESS, text="No.", by=bea.case.applicant, at=bea.tomorrow()
        )
        wanted = ada.case.asked()[0]
        portfolio = ada.case.portfolio
        link = Evidence.objects.create(
            portfolio=portfolio,
            kind=EvidenceKind.LINK,
            title="Talk",
            url="https://example.org/",
            added_at=ada.at,
        )
        text = Evidence.objects.create(
            portfolio=portfolio,
            kind=EvidenceKind.TEXT,
            title="Feedback",
            text="She listened.",
            added_at=ada.at,
        )
        enquiry = Enquiry.objects.create(
            token=uuid4(),
            topic=Topic.values[0],
            name="Bo",
            email="bo@example.org",
            text="Hello",
            received_at=ada.at,
        )
        programme = walking.walk(
            walking.people(cast.noor, cast.pan), to=AwardStage.AWARDED, at=ada.at
        )
        bid = programme.bid
        invitation = organising.invite(
            bid.programme.organisation,
            address="new@example.org",
            by=programme.who.cora,
            at=timezone.now(),
        )
        ticket, talk, kept = spoken(programme.who, at=ada.at)
        session = LogSession.objects.filter(person=cast.ada).first()
        read = feed.make(by=cast.ada, at=timezone.now())
        feed.note_read(read, at=timezone.now())  # the day is written once a day
        for person in (cast.noor, cast.ina, cast.aud, cast.vera, cast.dee, cast.pan):
            for what in (seen.FILE, seen.PORTFOLIO):  # that somebody read is noted once a day
                seen.note_sight(what, case=ada.case.trail_case(), by=person, at=timezone.now())
        complaint = complain(
            Told(Subject.PROCESS, "Nobody answers."), token=uuid4(), by=None, at=ada.at
        )
        credentials.owe()
        credentials.seal_due(ada.at)
        credentials.seal_lists(ada.at)
        agree(ada.certificate, by=cast.ada, at=ada.at)
        shown = in_directory(ada.certificate, at=timezone.now())
        asked = ask_for_name(
            ada.certificate, name="Ada Right", why="Misspelt.", by=cast.ada, at=ada.at
        )
        proposed = propose(ada.certificate, Deed.SUSPEND, reason="No.", by=cast.noor, at=ada.at)
        held = Award.objects.get()
        suspending = life.propose(held, Deed.SUSPEND, reason="No.", by=cast.noor, at=programme.at)
        Message.objects.update(sent_at=ada.at)  # nothing is left over from another year
        signer = PaperSigner.objects.create(
            fingerprint="a1" * 32,
            name="Body",
            chain="-----BEGIN CERTIFICATE-----\n",
            valid_until=ada.at + timedelta(days=900),
            first_used_at=ada.at,
        )
        day = DayHours.objects.create(
            host=cast.ina,
            day=ada.at.date() + timedelta(days=90),
            starts=time(9),
            ends=time(10),
        )
        written = renewing.Written(kind="change", on=ada.at.date(), text="I wait longer.")
        note = renewing.add(ada.certificate, written, token=None, by=cast.ada, at=ada.at)
        leave = renewing.ask_leave(
            ada.certificate,
            why="family",
            starts_on=ada.at.date(),
            ends_on=ada.at.date() + timedelta(days=30),
            words="",
            by=cast.ada,
            at=ada.at,
        )
        teaching, provider, asked = bound(cast, at=bea.at)
        wish, handed = recognised(provider, at=bea.at)
        batch = bulk.order(
            BatchKind.TABLE, asked={}, reason="Audit.", token=uuid4(), by=cast.noor, at=bea.at
        )
        batch_row = BatchRow.objects.create(batch=batch, subject="1", label="1")
        return {
            "pk": ada.case.pk,
            "number": ada.certificate.number,
            "deed": "suspend",
            "public_id": ada.certificate.public_id,
            "paper": "a4",
            "fingerprint": signer.fingerprint,
            "page": 1,
            "slug": "current-practice",
            "code": wanted.statement.code,
            "facet": wanted.facet,
            "area": wanted.statement.area.code,
            "item": ada.case.plan.items.first().pk,
            "key": "x-y",
            "place": 1,
            "label": "2026.1",
            "kind": "statements",
            "what": "change",
            "ending": "csv",
            "uidb36": "1",
            "secret": feed.secret_of(read),
            "nth": 1,
            "verb": "note",
            "follow": complaint.secret,
            "part": "pdf",
            "criterion": "S1.1",
            "piece": bid.evidence.first().pk,
            "invite": invitation.key,
            "award": held.public_id,
            "sheet": held.decision.sheet_id,
            "provider": provider.pk,
            "wish": wish.secret,
            "ticket": ticket,
            "talk": talk.key,
            "bid": bid.pk,
            "in app": {
                "api": {
                    "code": ada.certificate.public_id,
                    "slug": "current-practice",
                    "key": "mentor",
                    "label": "2026.1",
                    "entry": shown.entry.public_id,
                },
                "award": {"slug": "ismpe", "ending": "png", "number": held.number},
                "credentials": {"ending": "png"},
                "directory": {"public_id": shown.entry.public_id, "key": shown.key},
                "frameworks": {"key": "mentor"},
            },
            "pk of": {
                "awards:file": kept.pk,
                "accounts:person": cast.eve.pk,
                "accounts:end_grant": cast.aud.grants.get().pk,
                "meetings:manage": ada.interview.meeting.pk,
                "meetings:move": ada.interview.meeting.pk,
                "meetings:cancel": ada.interview.meeting.pk,
                "meetings:ics": ada.interview.meeting.pk,
                "meetings:end": ada.interview.meeting.pk,
                "meetings:report_absence": ada.interview.meeting.pk,
                "meetings:hand_over": ada.interview.meeting.pk,
                "meetings:share_note": ada.interview.meeting.pk,
                "meetings:keep_note": ada.interview.meeting.pk,
                "meetings:drop_day_hours": day.pk,
                "applicants:interview": ada.interview.pk,
                "applicants:missed": ada.interview.pk,
                "portfolios:change_session": session.pk,
                "portfolios:delete_session": session.pk,
                "portfolios:change_piece": text.pk,
                "portfolios:download": link.pk,
                "portfolios:look": link.pk,
                "portfolios:page": link.pk,
                "portfolios:remove": link.pk,
                "portfolios:show_with": link.pk,
                "renewals:change": note.pk,
                "renewals:remove": note.pk,
                "renewals:leave": leave.pk,
                "renewals:take_back": leave.pk,
                "register:answer": enquiry.pk,
                **dict.fromkeys(LETTERS, shown.pk),
                "certificates:proposal": proposed.pk,
                **dict.fromkeys(BATCHES, batch.pk),
                "certificates:retry_row": batch_row.pk,
                "certificates:confirm": proposed.pk,
                "certificates:refuse": proposed.pk,
                "certificates:take_back": proposed.pk,
                "certificates:decline_name": asked.pk,
                "appeals:show": appealed.pk,
                "appeals:do": appealed.pk,
                "appeals:complaint": complaint.pk,
                "appeals:do_in_complaint": complaint.pk,
                "appeals:take_back": appealed.pk,
                "appeals:appeal": bea.case.pk,
                "applicants:answer_teaching": teaching.pk,
                "applicants:end_teaching": teaching.pk,
                "applicants:settle_teaching": teaching.pk,
                "applicants:leave": cast.aud.affiliations.get().pk,
                "applicants:qualified": cast.aud.pk,
                "applicants:qualify": cast.aud.pk,
                "applicants:record_competence": cast.aud.pk,
                "applicants:end_qualification": cast.aud.qualifications.get().pk,
                "applicants:provider": provider.pk,
                "applicants:roster": provider.pk,
                "applicants:end_recognition": provider.pk,
                "applicants:roster_file": handed.pk,
                "applicants:provider_request": wish.pk,
                "applicants:provider_do": wish.pk,
                **dict.fromkeys(OWN_PROVIDERS, provider.pk),
                "applicants:threat": asked.threat.pk,
                "applicants:answer_exception": asked.pk,
                **dict.fromkeys(PROGRAMMES, bid.programme_id),
                **dict.fromkeys(AWARDS, held.pk),
                **dict.fromkeys(ASKED, suspending.pk),
            },
        }


def in_directory(certificate, *, at):
    """Its holder shows everything, and somebody wrote to them."""
    said = {"place": "", "country": "", "languages": [], "about": "", "for_whom": ""}
    wish = Wish(**said, shows=Field.values, certificates=[certificate])
    entry = edit(wish, agreed=True, by=certificate.holder, at=at)
    words = writing.Words("Bo", "bo@example.org", "Would you talk with me?")
    came = writing.confirm(writing.write(entry, words, token=uuid4(), at=at), at=at)
    return writing.report(came, why="Rude.", by=certificate.holder, at=at)


def spoken(who, *, at):
    """A survey that asks, somebody who chose a time for an interview, and a file."""
    now = timezone.now()
    heard = walking.walk(who, to=AwardStage.INTERVIEWS, at=at)
    survey = voicing.open_survey(
        heard.bid, people={Group.MENTOR: 1}, closes_on=now.date() + timedelta(days=9),
        by=who.cora, at=now,
    )  # fmt: skip
    for day in range(7):
        WeeklyHours.objects.create(
            host=who.fin, weekday=day, starts=time(9), ends=time(17), kinds=[Kind.PROGRAMME]
        )
    [asked] = talks.ask(
        heard.bid, group=Group.MENTOR, addresses=["mia@example.org"], by=who.fin, at=now
    )
    slot = talks.times(asked, now)[0]
    talks.choose(asked, starts_at=slot.starts_at, how="video", phone="", zone="", at=now)
    kept, _new = keeping.keep(
        heard.bid.programme, upload=files.upload("a.pdf", files.pdf()), about="",
        dated_on=at.date(), by=who.cora, at=now,
    )  # fmt: skip
    return dict(voicing.tokens(survey))[Group.MENTOR][0], asked, kept


def bound(cast, *, at):
    """What binds people to each other, and what is watched."""
    day = at.date()
    teaching = teach(teacher=cast.vera, learner=cast.dee, starts_on=day, ends_on=None, provider="",
                     by=cast.vera, at=at)  # fmt: skip
    declaring.join(organisation="Elm", what="", starts_on=None, by=cast.aud, at=at)
    provider = Provider.objects.create(name="Elm College", recognised_from=day)
    ola = make.person("ola", Role.INTAKE_MANAGER)
    open_case = make.application(replace(cast, ada=make.person("tam")))
    teach(teacher=ola, learner=open_case.applicant, starts_on=day, ends_on=None, provider="",
          by=ola, at=at)  # fmt: skip
    [asked] = impartiality.ask_exception(
        open_case, Role.INTAKE_MANAGER, person=ola, reason="Nobody else.", by=cast.noor, at=at
    )
    impartiality.answer_exception(
        asked, granted=True, note="Once.", review_on=day + timedelta(30), by=cast.dee, at=at
    )
    return teaching, provider, asked


def recognised(provider, *, at):
    """What a provider asked for, and a roster that waits."""
    contact = make.person("kit")
    EmailAddress.objects.create(user=contact, email=contact.email, verified=True, primary=True)
    Provider.objects.filter(pk=provider.pk).update(contact_email=contact.email)
    provider.refresh_from_db()
    facts = replace(recognising.facts_of(provider), offer="More.")
    wish = providing.edit(provider, facts, token=uuid4(), by=contact, at=at)
    table = b"learner_email,teacher_email,from\na@example.org,b@example.org,2026-01-01\n"
    look = rosters.read_alone("roster.csv", table)
    return wish, providing.hand_in(provider, look, token=uuid4(), by=contact, at=at)


def address(name, world):
    app = name.partition(":")[0]
    known = {**world, **world["in app"].get(app, {}), **AS_WORDS.get(name, {})}
    parts = {part: known[part] for part in ROUTES[name]}
    if "pk" in parts:
        parts["pk"] = world["pk of"].get(name, world["pk"])
    if app == "awards" and "pk" in parts and name not in world["pk of"]:
        parts["pk"] = world["bid"]
    asked = "?number=IMC&name=Ada" if name == "api:certificates" else ""
    return reverse(name, kwargs=parts) + asked


def answers(client, names, world, method="get"):
    return {name: getattr(client, method)(address(name, world)) for name in names}


def signed_in(person, **options):
    client = Client(raise_request_exception=False, **options)
    client.force_login(person)
    return client


# --- Who may see what ----------------------------------------------------------------------------


def test_without_an_account_only_public_pages_open(world):
    got = answers(Client(raise_request_exception=False), PRIVATE, world)

    sent_to = {
        name: (answer.status_code, answer.url.partition("?")[0]) for name, answer in got.items()
    }
    assert set(sent_to.values()) == {(302, reverse("account_login"))}


def test_public_pages_open_without_an_account(world):
    got = answers(Client(raise_request_exception=False), PUBLIC, world)

    # The ways in lead on to each other; their own tests say how.
    shut = {name: a.status_code for name, a in got.items() if a.status_code not in {200, 302, 405}}
    assert shut == {"api:certificates": 404}
    ours = {
        name: a.status_code for name, a in got.items() if not name.startswith(("account_", "mfa_"))
    }
    assert ours.pop("api:certificates") == 404  # nobody knows this number
    for name in ("accounts:language", *LISTS):
        assert ours.pop(name) == 405  # asked by POST
    addresses = ("award:by_number", "award:by_address", "credentials:by_address")
    for name in (*addresses, "credentials:achievement"):
        assert ours.pop(name) == 302  # names of things: people are led to a page
    assert {name: status for name, status in ours.items() if status != 200} == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_told_that_nothing_is_there(world, cast, method):
    objects = [name for name, parts in PRIVATE.items() if parts and name not in NOBODYS]

    got = answers(signed_in(cast.eve), objects, world, method)

    open_doors = {name: a.status_code for name, a in got.items() if a.status_code not in {404, 405}}
    assert open_doors == {}
    assert len(objects) > 40


def test_the_staffs_pages_are_not_there_for_applicants(world, cast):
    names = ["accounts:people", "meetings:hours", "meetings:day", "meetings:workload"]
    names += ["register:enquiries", "renewals:desk"]
    names += ["register:enquiries", "directory:reports"]

    got = answers(signed_in(cast.ada), names, world)

    assert {name: a.status_code for name, a in got.items()} == dict.fromkeys(names, 404)


def test_the_owner_reaches_what_is_theirs(world, cast):
    names = [
        "applicants:decision",
        "applicants:plan",
        "assessments:result",
        "portfolios:feedback",
        "certificates:wallet",
        "certificates:certificate",
        "renewals:file",
        "renewals:hand_in",
        "renewals:then_and_now",
        "renewals:ask_leave",
        "renewals:change",
    ]

    got = answers(signed_in(cast.ada), names, world)

    assert {name: a.status_code for name, a in got.items()} == dict.fromkeys(names, 200)


@pytest.mark.parametrize("door", ["/administration/", "/administration/login/"])
def test_the_administration_is_shut_to_all_but_its_staff(world, cast, door):
    assert Client().get(door).status_code == 302
    assert signed_in(cast.ada).get(door).status_code in {302, 403, 404}


# --- Reading changes nothing ---------------------------------------------------------------------

SESSIONS = {"django_session", "usersessions_usersession"}
WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


def legible(row):
    """PostgreSQL hands bytes out as a view, whose words tell its place and not what is in it."""
    return [bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]


def everything():
    """A digest of each table, so that a changed row shows as well as a new one."""
    return {
        model._meta.db_table: hashlib.sha256(
            repr(
                [legible(row) for row in model._base_manager.order_by("pk").values_list()]
            ).encode()
        ).hexdigest()
        for model in apps.get_models()
        if model._meta.db_table not in SESSIONS
    }


@pytest.mark.parametrize("who", ["nobody", "ada", "eve", *STAFF])
def test_reading_any_page_changes_nothing_and_breaks_nothing(world, cast, who):
    client = Client(raise_request_exception=False)
    if who != "nobody":
        client.force_login(getattr(cast, who))
    before = everything()

    written, broken = {}, {}
    for name in ROUTES:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address(name, world))
        tables = {found[1] for query in queries if (found := WRITE.match(query["sql"]))} - SESSIONS
        if tables:
            written[name] = tables
        if answer.status_code >= 500:
            broken[name] = answer.status_code
    assert (written, broken) == ({}, {})
    assert everything() == before


# --- Writing needs our own form ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "method"),
    [
        ("ada", "post"),
        ("nobody", "post"),
        ("nobody", "put"),
        ("nobody", "patch"),
        ("nobody", "delete"),
    ],
)
def test_an_unsafe_request_without_our_token_is_refused(world, cast, who, method):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if who != "nobody":
        client.force_login(getattr(cast, who))
    before = everything()

    got = answers(client, [name for name in ROUTES if name not in COOKIELESS], world, method)

    refused = {name for name, a in got.items() if a.status_code == 403}
    assert refused == set(ROUTES) - TOKENLESS - COOKIELESS
    assert {got[name].status_code for name in TOKENLESS} <= {405, 415, 422}
    if who == "nobody":  # the others are given the token with which they sign out
        assert [name for name in TOKENLESS if got[name].cookies] == []
    assert everything() == before


def test_the_refusal_is_a_page_that_says_what_to_do(cast):
    client = signed_in(cast.ada, enforce_csrf_checks=True)

    answer = client.post(reverse("accounts:profile"), {"full_name": "x"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert b"<main" in answer.content


# --- What every answer carries -------------------------------------------------------------------


def crash(request):
    raise ZeroDivisionError


def forbidden(request):
    return HttpResponse(status=403)


urlpatterns = [
    path("crash/", crash),
    path("forbidden/", forbidden),
    path("", include("imc_portal.urls")),
]
KINDS = {
    "public": ("", "/", 200),
    "missing": ("", "/no/such/page/", 404),
    "sent to sign in": ("", "/people/me/", 302),
    "own page": ("ada", "/people/me/", 200),
    "missing, signed in": ("ada", "/no/such/page/", 404),
    "not yours": ("ada", "/people/", 404),
    "broken": ("ada", "/crash/", 500),
    "forbidden": ("ada", "/forbidden/", 403),
    "json": ("", "/livez", 200),
    "wrong way": ("ada", "/people/grants/1/end/", 405),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_carries_its_headers(settings, client, cast, kind):
    who, url, status = KINDS[kind]
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    if who:
        client.force_login(getattr(cast, who))

    answer = client.get(url)

    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    policy = answer.headers["Content-Security-Policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.strip()}
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == ["'none'"]
    assert (rules["frame-ancestors"], rules["script-src"]) == (["'none'"], ["'self'"])
    assert (rules["style-src"], rules["form-action"]) == (["'self'"], ["'self'"])
    assert re.findall(r"unsafe|https?:|\*", policy) == []
    if who:
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_page_for_nobody_in_particular_may_be_kept(client):
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_forged_host_changes_nothing(client, eve, header):
    client.raise_request_exception = False
    answer = client.post(
        "/accounts/password/reset/", {"email": eve.email}, **{header: "evil.example"}
    )

    drain(timezone.now())
    assert answer.status_code == (400 if header == "HTTP_HOST" else 302)
    assert "evil.example" not in str(answer.headers) + "".join(m.body for m in mail.outbox)


def test_where_to_go_after_signing_in_stays_on_this_site(client, eve):
    client.force_login(eve)

    answer = client.get("/accounts/login/?next=https://evil.example/")

    assert "evil.example" not in answer.headers.get("Location", "")


# --- How it starts -------------------------------------------------------------------------------

PRODUCTION = {
    "SECRET_KEY": "n7Xq2" * 12,
    "SITE_URL": "https://portal.example.org",
    "ALLOWED_HOSTS": "portal.example.org",
    "BEHIND_PROXY": "1",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
}


@pytest.fixture
def start(tmp_path):
    def start(*command, **environment):
        clean = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "imc_portal.settings"}
        return subprocess.run(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**clean, "VAR_DIR": str(tmp_path), **environment},
        )

    return start


def test_it_starts_in_production_without_a_warning(start):
    done = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    ), done.stderr


@pytest.mark.parametrize("key", [None, ""])
def test_it_does_not_start_without_a_secret_key(start, key):
    done = start("manage.py", "check", **({} if key is None else {"SECRET_KEY": key}))

    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


@pytest.mark.parametrize("switch", ["DEMO", "DEBUG"])
def test_the_demo_does_not_start_on_a_public_host(start, switch):
    done = start("manage.py", "check", **PRODUCTION, **{switch: "1"})

    assert done.returncode != 0
    assert "accounts.E001" in done.stderr


def test_nothing_set_is_secure(start):
    done = start("-c", SETTINGS_AS_JSON, SECRET_KEY="n7Xq2" * 12)

    said = json.loads(done.stdout)
    assert (said["DEBUG"], said["DEMO"]) == (False, False)
    assert said["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


def test_cookies_are_tied_to_the_host_and_hidden_from_scripts(start):
    done = start("-c", SETTINGS_AS_JSON, **PRODUCTION)

    said = json.loads(done.stdout)
    assert said == {
        "DEBUG": False,
        "DEMO": False,
        "ALLOWED_HOSTS": ["portal.example.org"],
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_PATH": "/",
        "CSRF_COOKIE_DOMAIN": None,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
    }


SETTINGS_AS_JSON = """
import json
from django.conf import settings
names = '''DEBUG DEMO ALLOWED_HOSTS
SESSION_COOKIE_NAME SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY
SESSION_COOKIE_SAMESITE SESSION_COOKIE_PATH SESSION_COOKIE_DOMAIN
CSRF_COOKIE_NAME CSRF_COOKIE_SECURE
CSRF_COOKIE_HTTPONLY CSRF_COOKIE_PATH CSRF_COOKIE_DOMAIN SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS'''
print(json.dumps({name: getattr(settings, name) for name in names.split()}))
"""
