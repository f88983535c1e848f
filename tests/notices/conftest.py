import pytest

from notices.letters import BUILDERS, Letter
from notices.models import LetterText


@pytest.fixture
def wave(db, monkeypatch):
    """A kind of letter that only tests know; the test may change what stands in it."""
    values = {"place": "the pier"}
    monkeypatch.setitem(BUILDERS, "wave", lambda _message: Letter(values))
    LetterText.objects.create(kind="wave", subject="Hello from {place}", body="Hello {first_name}")
    return values
