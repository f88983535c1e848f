"""What the signatures of a certificate cost beside drawing it: python bench/signing.py [--quick].

CPU time, medians, the sides taking turns. The paper is signed as PAdES with a key in a file, and
its credential as an Open Badges proof over the canonical form. Drawing counts the portal and the
locked process together. The credential is that of the largest certificate, with 144 statements:
nearly all of its time is the canonical form. Exits with 1 over budget.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

django.setup()

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402

from bench.certificate_pdf import SAMPLE, ours  # noqa: E402
from certificates import pdf, press  # noqa: E402
from certificates.paper_keys import _from_file, make_paper_key  # noqa: E402
from certificates.signature import signed  # noqa: E402
from credentials.linked_data import BADGES, CREDENTIALS  # noqa: E402
from credentials.signing import sign  # noqa: E402

BUDGETS = {"drawing": 1.0, "signing the paper": 1.5, "its credential": 3.0}  # of drawing
AT = datetime(2026, 5, 4, 16, tzinfo=UTC)
CREDENTIAL = {
    "@context": [CREDENTIALS, BADGES],
    "id": "https://portal.example.org/c/x3Kd81mWqLz0PfYtR5vB2A",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": SAMPLE["title"],
    "issuer": {"id": "did:web:portal.example.org", "type": ["Profile"], "name": SAMPLE["issuer"]},
    "validFrom": "2026-05-04T16:00:00Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://portal.example.org/achievements/practice",
            "type": ["Achievement"],
            "name": SAMPLE["title"],
            "description": SAMPLE["scope"],
            "criteria": {"narrative": "Every statement of the profile."},
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": f"Statement {n}",
                    "targetUrl": f"https://portal.example.org/statements/M{n}",
                    "targetCode": f"M{n}",
                }
                for n in range(144)
            ],
        },
    },
}


def cpu_ms(work: Callable[[int], float | None], turn: int) -> float:
    start = time.process_time()
    elsewhere = work(turn) or 0.0
    return 1000 * (time.process_time() - start + elsewhere)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    rounds = 10 if parser.parse_args().quick else 40
    press.LIMITS = press.Limits(works=1_000_000)
    paper = pdf.render(SAMPLE)
    key = Ed25519PrivateKey.generate()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "paper.p12"
        make_paper_key(path, body="Bench", at=AT, for_trying=True)
        signer = _from_file(path)

    def sign_paper(_turn: int) -> None:
        signed(paper, by=signer, issuer=SAMPLE["issuer"], words="Signature")

    def sign_credential(turn: int) -> None:
        told = {**CREDENTIAL, "id": f"https://portal.example.org/c/{turn}"}
        sign(told, key, "did:web:portal.example.org#key", AT)

    sides = {"drawing": ours, "signing the paper": sign_paper, "its credential": sign_credential}
    for work in sides.values():
        work(0)
    rows = [[cpu_ms(work, turn) for work in sides.values()] for turn in range(1, rounds + 1)]
    took = dict(zip(sides, map(statistics.median, zip(*rows, strict=True)), strict=True))
    over = 0
    for name, spent in took.items():
        share = spent / took["drawing"]
        bad = share > BUDGETS[name]
        over += bad
        print(
            f"{name:<20} {spent:7.1f} ms   {share:5.2f} of drawing (budget {BUDGETS[name]:g})"
            f"{'   OVER' if bad else ''}"
        )
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
