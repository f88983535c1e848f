"""How far a renewal has come: the steps that the body asks for, each done or open."""

from dataclasses import dataclass

from applicants.flow import Stage
from applicants.models import Application
from assessments.models import SelfAssessment
from certificates.models import Certificate, RenewalStep
from portfolios.handing_in import asked_of_log, log_totals
from portfolios.models import Submission
from verification.models import Verification

# What each step is shown by. Steps without an entry are the body's rules, not the holder's work.
WORK = ("RC2", "RC3", "RC4", "RC5", "RC6", "RC7", "RC8")


@dataclass(frozen=True, slots=True)
class RenewalWork:
    step: RenewalStep
    done: bool


def renewal_case(certificate: Certificate) -> Application | None:
    """The open case that renews this certificate, if there is one."""
    left = [Stage.WITHDRAWN, Stage.REDIRECTED, Stage.REFERRED]
    return certificate.renewal_cases.exclude(stage__in=left).last()


def renewal_work(certificate: Certificate) -> list[RenewalWork]:
    """Everything the holder does to renew, in the body's order. The log counts as it grows; what is
    handed in counts once it is."""
    case = renewal_case(certificate)
    rated = SelfAssessment.objects.filter(application=case, sent_at__isnull=False).exists()
    sent = Submission.objects.filter(portfolio__application=case).exists()
    met = Verification.objects.filter(application=case, signed_at__isnull=False).exists()
    done = {"RC2": rated, "RC7": met, **_logged(case)}
    return [
        RenewalWork(step, case is not None and done.get(step.code, sent))
        for step in RenewalStep.objects.filter(code__in=WORK)
        if certificate.tier.level in step.levels
    ]


def _logged(case: Application | None) -> dict[str, bool]:
    if case is None:
        return {}
    have, asked = log_totals(case), asked_of_log(case)
    learned = have.learning >= asked.learning
    return {
        "RC4": learned and have.supervision_sessions >= asked.supervision_sessions,
        "RC5": have.mentoring >= asked.mentoring,
    }
