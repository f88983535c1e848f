"""To what a recognised education provider agrees. Other words are a new version, and are agreed to
with the next yearly confirmation."""

from django.utils.translation import gettext as _

CONDITIONS = "2026-11"


def conditions() -> list[str]:
    return [
        _("We promise nobody a certificate. Learning with us makes no audit easier or harder."),
        _("We hand over rosters of who taught whom and when, so that nobody judges a learner."),
        _("Our teachers neither audit nor verify people whom they have taught."),
        _("Our entry is true. We tell of changes at once, and confirm the entry once a year."),
        _("Our learners are told how to complain to us, and that they may complain to the body."),
        _("We teach with respect for every learner, and support those who live with disabilities."),
    ]
