"""What is next in a case that has come to rest, for a while or for good."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.dates import body_day, end_of
from imc_portal.case_view import NextStep, View, moment_words


def dormant(view: View) -> NextStep:
    if view.is_applicant:
        return view.turn(
            _("Wake your application up"),
            _("It is resting because we had not heard from you. Nothing is lost."),
            view.page("applicants:case"),
            _("Go on where you stopped"),
        )
    text = _("It goes on where it stopped when %(name)s comes back.") % {"name": view.applicant}
    return view.waits(_("The case is resting"), text, view.applicant)


def certified(view: View) -> NextStep:
    if view.is_applicant:
        return view.done(
            _("Your certificate is yours"),
            _("Download it, share its link, and read the decision."),
            reverse("certificates:wallet"),
            _("Open my certificates"),
        )
    return view.done(_("The certificate was awarded"), _("The case is closed."))


def declined(view: View) -> NextStep:
    decision, appeal = view.facts.decision, view.facts.appeal
    if appeal is not None and appeal.is_open:
        return _appealed(view, appeal.answer_due_on)
    if not view.is_applicant or decision is None:
        return view.done(_("The certificate was not awarded"), _("The case is closed."))
    url, label = view.page("applicants:decision"), _("Read the decision")
    heading = _("Read the decision and its reasons")
    if appeal is not None or body_day(view.at) > decision.appeal_until:
        return view.done(heading, _("You can apply again when you are ready."), url, label)
    until = end_of(decision.appeal_until) - timedelta(minutes=1)
    by_when, note = moment_words(until, view.viewer, view.at)
    text = _("The certificate was not awarded this time. You can appeal until the day below.")
    return NextStep(heading, text, _("Yours, if you wish"), by_when, note, url, label, "done")


def _appealed(view: View, due: date) -> NextStep:
    until = end_of(due) - timedelta(minutes=1)
    by_when, note = moment_words(until, view.viewer, view.at)
    heading = _("Your appeal is with the panel") if view.is_applicant else _("An appeal is open")
    text = _("People who took no part in the case look at the decision again.")
    return NextStep(heading, text, _("The appeal panel"), by_when, note, "", "", "waiting")


def redirected(view: View) -> NextStep:
    if not view.is_applicant:
        return view.done(_("Another certificate was chosen"), _("The case is closed."))
    tiers = view.facts.suggested
    if len(tiers) == 1:
        return view.done(
            _("Begin %(tier)s") % {"tier": tiers[0].name},
            _("You agreed in your interview that it suits you better. Your ratings are kept."),
            reverse("applicants:begin", args=[tiers[0].slug]),
            _("See what it asks"),
        )
    names = _(" or ").join(tier.name for tier in tiers)
    return view.done(
        _("Choose the certificate that suits you better"),
        _("You agreed on this in your interview: %(tiers)s.") % {"tiers": names},
        reverse("applicants:choose"),
        _("See the certificates"),
    )


def referred(view: View) -> NextStep:
    if not view.is_applicant:
        return view.done(_("Something else helps more now"), _("The case is closed."))
    text = _("You agreed on this in your interview: %(referral)s")
    return view.done(
        _("Something else helps you more now"),
        text % {"referral": view.facts.referred_to},
        reverse("applicants:choose"),
        _("See the certificates"),
    )


def withdrawn(view: View) -> NextStep:
    if view.is_applicant:
        return view.done(
            _("You withdrew this application"),
            _("You can begin again whenever you like."),
            reverse("applicants:choose"),
            _("See the certificates"),
        )
    return view.done(_("The applicant withdrew"), _("The case is closed."))
