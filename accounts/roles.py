"""What a person can be. A role is a word from the body, not a database permission."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    APPLICANT = "applicant", _("Applicant")
    INTAKE_MANAGER = "intake_manager", _("Intake Manager")
    AUDITOR = "auditor", _("Auditor")
    SECOND_AUDITOR = "second_auditor", _("Second auditor")
    THIRD_AUDITOR = "third_auditor", _("Third auditor")
    VERIFIER = "verifier", _("Verifier")
    DECIDER = "decider", _("Director of Certification")
    ADMINISTRATOR = "administrator", _("Administrator")
    ASSESSOR = "assessor", _("Programme assessor")
    PANEL_CHAIR = "panel_chair", _("Panel chair")
    PROGRAMME_CONTACT = "programme_contact", _("Programme contact")
    CLOCK = "clock", _("The clock")


# Parts in a case that are the work of a granted role: who reads second is an auditor too.
WORK = {Role.SECOND_AUDITOR: Role.AUDITOR, Role.THIRD_AUDITOR: Role.AUDITOR}


def work_of(part: str) -> Role:
    """The granted role that a part in a case asks for."""
    role = Role(part)
    return WORK.get(role, role)


def parts_of_work(role: Role) -> list[Role]:
    """Every part in which somebody does the work of this role."""
    return [role, *(part for part, work in WORK.items() if work == role)]


# Roles that the body gives to people. The others follow from what a person does.
GRANTED = [
    Role.INTAKE_MANAGER,
    Role.AUDITOR,
    Role.VERIFIER,
    Role.DECIDER,
    Role.ADMINISTRATOR,
    Role.ASSESSOR,
    Role.PANEL_CHAIR,
]

WHAT_THEY_DO = {
    Role.INTAKE_MANAGER: _("Meets applicants for 15 minutes and agrees the next steps with them."),
    Role.AUDITOR: _("Audits portfolios for relevance, authorship and mastery."),
    Role.VERIFIER: _("Meets applicants and tests what their portfolio claims."),
    Role.DECIDER: _("Decides on certificates, having taken no other part in the case."),
    Role.ADMINISTRATOR: _("Keeps catalogue, people and assignments. Decides nothing."),
    Role.ASSESSOR: _("Assesses mentoring programmes."),
    Role.PANEL_CHAIR: _("Answers appeals, and decides on programme awards."),
}
