"""Sentences about what stands beside a case: complaints and dossiers."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _later

Words = str | Promise

COMPLAINTS: dict[str, tuple[Words, Words]] = {
    "complain": (_later("You complained."), _later("A complaint reached us.")),
    "acknowledge": (
        _later("You acknowledged the complaint."),
        _later("%(who)s acknowledged the complaint."),
    ),
    "admit": (
        _later("You named the panel that hears the complaint."),
        _later("%(who)s named the panel that hears the complaint."),
    ),
    "turn_away": (
        _later("You found that the complaint cannot be heard."),
        _later("%(who)s found that the complaint cannot be heard."),
    ),
    "vote": (
        _later("You signed your vote on the complaint."),
        _later("%(who)s signed a vote on the complaint."),
    ),
    "uphold": (_later("You upheld the complaint."), _later("The panel upheld the complaint.")),
    "dismiss": (
        _later("You did not uphold the complaint."),
        _later("The panel did not uphold the complaint."),
    ),
    "name_subject": (
        _later("You noted whom the complaint is about."),
        _later("%(who)s noted whom the complaint is about."),
    ),
    "propose_suspension": (
        _later("You proposed to suspend the certificate."),
        _later("%(who)s proposed to suspend the certificate."),
    ),
    "note": (
        _later("You noted something about the complaint."),
        _later("Something was noted about the complaint."),
    ),
}
DOSSIERS: dict[str, tuple[Words, Words]] = {
    "ask_dossier": (
        _later("You asked for the dossier."),
        _later("%(who)s asked for the dossier."),
    ),
    "make_dossier": (_later("The dossier was made."), _later("The dossier was made.")),
    "take_dossier": (
        _later("You took the dossier away (%(part)s)."),
        _later("%(who)s took the dossier away (%(part)s)."),
    ),
}
# Of these the verb says enough, wherever the thing is.
BY_SUBJECT = {"appeals.complaint": COMPLAINTS, "imc_portal.dossier": DOSSIERS}
