"""Letters about what lapses: once each, and not any more once it is mended."""

from datetime import date, datetime, timedelta

import pytest

from accounts.roles import Role
from applicants.declaring import declare_year
from applicants.impartiality import About, note_threat
from applicants.lapsing import remind_of_lapsing
from applicants.models import Declaration, Qualification
from certificates.dates import body_zone
from notices.models import Message
from notices.services import drain
from tests import make

pytestmark = pytest.mark.django_db


def on(day):
    return datetime.combine(day, datetime.min.time(), body_zone()) + timedelta(hours=9)


def owed(kind, day):
    """Whom the letters of this kind are for that are new on that day."""
    before = set(Message.objects.values_list("pk", flat=True))
    remind_of_lapsing(on(day))
    remind_of_lapsing(on(day))
    new = Message.objects.filter(kind=kind).exclude(pk__in=before)
    return sorted(message.to.called for message in new)


def test_a_declaration_is_asked_for_before_and_after_it_lapses(cast):
    Declaration.objects.exclude(person=cast.aud).delete()
    Declaration.objects.filter(person=cast.aud).update(at=on(date(2025, 10, 1)))

    assert owed("declaration_lapses", date(2026, 8, 31)) == []
    assert owed("declaration_lapses", date(2026, 9, 1)) == ["Aud"]
    assert owed("declaration_lapses", date(2026, 10, 1)) == []
    assert owed("declaration_lapses", date(2026, 10, 2)) == ["Aud"]
    assert owed("declaration_lapses", date(2026, 11, 2)) == []


def test_who_never_declared_is_asked_once(cast, at):
    Declaration.objects.all().delete()

    assert owed("declaration_missing", at.date()) == ["Aud", "Dee", "Ina", "Vera"]
    assert owed("declaration_missing", at.date() + timedelta(days=9)) == []


def test_a_qualification_is_spoken_of_twice_to_the_person_and_the_administrators(cast):
    Qualification.objects.filter(person=cast.vera).update(ends_on=date(2026, 12, 31))

    assert owed("qualification_lapses", date(2026, 10, 31)) == []
    assert owed("qualification_lapses", date(2026, 11, 1)) == ["Noor", "Vera"]
    assert owed("qualification_lapses", date(2026, 12, 16)) == []
    assert owed("qualification_lapses", date(2026, 12, 17)) == ["Noor", "Vera"]
    assert owed("qualification_lapses", date(2027, 1, 1)) == []


def test_nothing_is_said_where_another_qualification_follows(cast):
    Qualification.objects.filter(person=cast.vera).update(ends_on=date(2026, 12, 31))
    make.qualify(cast.vera, Role.VERIFIER, starts_on=date(2027, 1, 1))

    assert owed("qualification_lapses", date(2026, 12, 20)) == []


def test_the_owner_of_an_entry_is_reminded_a_week_ahead(cast, at):
    note_threat(what="x", kind="other", about=About(), mitigation="y", owner=cast.dee,
                review_on=date(2026, 10, 10), by=cast.noor, at=at)  # fmt: skip

    assert owed("register_review_due", date(2026, 10, 2)) == []
    assert owed("register_review_due", date(2026, 10, 3)) == ["Dee"]
    assert owed("register_review_due", date(2026, 10, 20)) == []


def test_the_letters_read_well_and_drop_what_was_mended(cast, mailoutbox):
    today = date(2026, 9, 1)
    Declaration.objects.filter(person__in=[cast.aud, cast.dee]).update(at=on(date(2025, 9, 20)))
    Declaration.objects.filter(person=cast.ina).delete()
    Qualification.objects.filter(person=cast.vera).update(ends_on=date(2026, 9, 20))
    note_threat(what="x", kind="other", about=About(), mitigation="y", owner=cast.noor,
                review_on=date(2026, 9, 5), by=cast.noor, at=on(today))  # fmt: skip
    remind_of_lapsing(on(today))
    declare_year(note="", by=cast.dee, at=on(today))

    drain(on(date(2030, 1, 1)))

    assert sorted((mail.to[0].partition("@")[0], mail.subject) for mail in mailoutbox) == [
        ("aud", "Your declaration of interests: 20 September 2026"),
        ("ina", "Tell us what binds you, before your first case"),
        ("noor", "Impartiality: look at this again by 5 September 2026"),
        ("noor", "Verifier: a qualification ends on 20 September 2026"),
        ("vera", "Verifier: a qualification ends on 20 September 2026"),
    ]
    assert all("{" not in mail.body for mail in mailoutbox)
