"""The embedded queue: a message is there whole, or not at all."""

import threading
from queue import Empty

import pytest
from kombu import Connection

from imc_portal import celery
from imc_portal.broker import Transport

MESSAGES = 400


@pytest.fixture
def channel(tmp_path):
    folders = {name: str(tmp_path / "in") for name in ("data_folder_in", "data_folder_out")}
    (tmp_path / "in").mkdir()
    options = {**folders, "control_folder": str(tmp_path / "control")}
    with Connection("filesystem://localhost", transport_options=options) as connection:
        yield connection.default_channel


def test_embedded_queue_is_ours(channel):
    assert celery.app
    assert isinstance(channel.connection, Transport)


def test_reader_beside_a_writer_gets_every_message_whole(channel):
    """kombu's own channel fails here: its reader meets files that are still empty."""
    sent = [{"number": number, "body": "x" * 2000} for number in range(MESSAGES)]
    writer = threading.Thread(target=lambda: [channel._put("work", one) for one in sent])
    got = []

    writer.start()
    while len(got) < MESSAGES:
        try:
            got.append(channel._get("work"))
        except Empty:
            assert writer.is_alive() or channel._size("work")
    writer.join()

    assert sorted(one["number"] for one in got) == list(range(MESSAGES))
