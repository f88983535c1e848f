"""A real mail server on this machine, which can be told to misbehave."""

import asyncio
import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller


class Postbox:
    """Keeps what arrives. `mood` says how it answers."""

    def __init__(self):
        self.letters = []
        self.mood = "kind"
        self.slowly = 0.0

    @property
    def ids(self):
        return [letter["Message-ID"] for letter in self.letters]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802
        if self.mood == "refuses":
            return "550 No such person here"
        if self.mood == "later":
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802
        if self.mood == "hangs up":
            server.transport.close()
            return "421 Goodbye"
        if self.mood == "falls asleep":
            await asyncio.sleep(3)
        await asyncio.sleep(self.slowly)
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def postbox():
    handler = Postbox()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


@pytest.fixture
def by_smtp(settings, postbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", postbox.port
    settings.EMAIL_TIMEOUT = 1
    return postbox
