"""What stands in the logs, and what must not."""

import logging

import pytest
from structlog.stdlib import ProcessorFormatter

from imc_portal.logs import logging_config


@pytest.fixture
def written():
    """One line as it would be written in production."""
    line = logging_config(level="INFO", json=True)["formatters"]["line"]
    formatter = ProcessorFormatter(
        processor=line["processor"], foreign_pre_chain=line["foreign_pre_chain"]
    )

    def write(words, *values):
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, words, values, None)
        return formatter.format(record)

    return write


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/feed/s3cret-_.ics",
        "/accounts/password/reset/key/1-s3cret/",
        "/accounts/confirm-email/s3cret:x/",
        "/programmes/voices/s3cret/",
        "/programmes/talks/s3cret/meeting.ics",
    ],
)
def test_addresses_that_open_something_are_cut_short(written, path):
    line = written("Not Found: %s", path)

    assert ("s3cret" in line, path.partition("s3cret")[0].rstrip("1-") in line) == (False, True)


def test_other_addresses_are_written_whole(written):
    assert "/meetings/12/move/" in written("Not Found: %s", "/meetings/12/move/")
