"""What was written before outcomes, ways and two notes came: nothing of it is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("meetings", "0003_words"), ("applicants", "0002_certificates_are_decided")]
NINE = datetime(2026, 9, 3, 9, tzinfo=UTC)


def go(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def record_interview(old, meeting):
    case = old.get_model("applicants", "Application").objects.create(
        applicant=meeting.guest,
        tier=old.get_model("certificates", "Tier").objects.first(),
        edition=old.get_model("frameworks", "Edition").objects.first(),
        opened_at=NINE,
        stage="intake",
        stage_since=NINE,
    )
    old.get_model("applicants", "IntakeInterview").objects.create(
        application=case,
        meeting=meeting,
        outcome="prepare",
        summary="Read first.",
        private_note="Shy.",
        recorded_at=NINE,
    )


@pytest.mark.django_db(transaction=True)
def test_places_are_told_apart_and_meetings_that_ended_keep_their_ends():
    try:
        old = go(BEFORE)
        users = [
            old.get_model("accounts", "User").objects.create(email=f"{name}@example.org")
            for name in ("ada", "ina", "kim", "max")
        ]
        ada, ina, kim, nobody = users
        settings = old.get_model("meetings", "HostSettings").objects
        for host, place in ((ina, "https://meet.example/ina"), (kim, "Room 2"), (nobody, "")):
            settings.create(host=host, place=place)
        meetings = old.get_model("meetings", "Meeting").objects
        for n, (kind, state, minutes) in enumerate(
            [("intake", "done", 15), ("renewal", "done", 30), ("intake", "cancelled", 15)]
        ):
            starts_at = NINE + n * timedelta(hours=1)
            meeting = meetings.create(
                kind=kind, state=state, host=ina, guest=ada, how="video",
                starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes),
                booked_at=NINE, changed_at=NINE, closed_at=NINE,
                cancelled_by=ada if state == "cancelled" else None,
            )  # fmt: skip
            if kind == "intake" and state == "done":
                record_interview(old, meeting)

        new = go(MigrationExecutor(connection).loader.graph.leaf_nodes())

        hosts = new.get_model("meetings", "HostSettings").objects.order_by("pk")
        assert list(hosts.values_list("video_link", "address", "in_person")) == [
            ("https://meet.example/ina", "", False),
            ("", "Room 2", True),
            ("", "", False),
        ]
        rows = new.get_model("meetings", "Meeting").objects.order_by("pk")
        assert list(rows.values_list("outcome", "cancel_reason")) == [
            ("prepare", ""),  # as the interview's own record says
            ("complete", ""),
            ("", "No reason given."),
        ]
        assert rows[0].shared_note == "Read first."
        note = new.get_model("meetings", "PrivateNote").objects.get()
        assert (note.meeting_id, note.author_id, note.text) == (rows[0].pk, ina.pk, "Shy.")
    finally:
        go(MigrationExecutor(connection).loader.graph.leaf_nodes())
