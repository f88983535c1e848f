"""How far a renewal has come, step by step, as its letters tell it."""

from dataclasses import dataclass
from datetime import datetime

from certificates.models import Certificate
from certificates.steps import RenewalStep
from renewals.progress import facts_of, lines_of


@dataclass(frozen=True, slots=True)
class RenewalWork:
    step: RenewalStep
    done: bool


def renewal_work(certificate: Certificate, at: datetime) -> list[RenewalWork]:
    """Everything the holder does to renew, in the body's order. A step is done when all that it
    asks for is. The log and the file count as they grow."""
    steps: dict[str, RenewalWork] = {}
    for line in lines_of(facts_of(certificate, at)):
        before = steps.get(line.step.code)
        done = line.done and (before is None or before.done)
        steps[line.step.code] = RenewalWork(line.step, done)
    return list(steps.values())
