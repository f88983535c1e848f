"""A real mail server beside a real worker."""

import time

import pytest

from tests.postbox import by_smtp, postbox

__all__ = ["by_smtp", "postbox", "wait_until"]


def wait_until(done, seconds, what):
    """Look every tenth of a second; fail with `what` when the time is over."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            pytest.fail(f"after {seconds} s: {what}")
        time.sleep(0.1)
