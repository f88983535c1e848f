"""ClamAV's daemon with two signatures of ours, for as long as a test asks for it."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

# The industry's test file and a marker of ours, in pieces: no scanner should find this source.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
MARKER = b"planted-by-the-" + b"tests-of-the-portal"
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def daemon(folder: Path, limit: str = "30M"):
    """The address of a daemon of our own, which ends with its block."""
    signatures = folder / "signatures"
    signatures.mkdir()
    (signatures / "local.ndb").write_text(
        f"Test.Eicar:0:*:{EICAR.hex()}\nTest.Marker:0:*:{MARKER.hex()}\n"
    )
    place = folder / "clamd.sock"
    config = folder / "clamd.conf"
    config.write_text(
        "\n".join(
            [
                "Foreground yes",
                f"DatabaseDirectory {signatures}",
                f"TemporaryDirectory {folder}",
                f"LocalSocket {place}",
                "OfficialDatabaseOnly no",
                f"StreamMaxLength {limit}",
            ]
        )
        + "\n"
    )
    with subprocess.Popen(
        [CLAMD, f"--config-file={config}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(place, process)
            yield f"unix:{place}"
        finally:
            process.terminate()
            process.wait(20)


def wait_for(place, process):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as link:
            try:
                link.connect(str(place))
            except OSError:
                time.sleep(0.1)
            else:
                return
    raise AssertionError("clamd did not start")
