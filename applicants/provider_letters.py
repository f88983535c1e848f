"""Letters to education providers, and to whoever of us looks at what they ask."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.letters import page
from applicants.models import Provider, ProviderNote, ProviderRequest, RosterFile
from applicants.provider_flow import WITH_US, Stage
from notices.letters import Letter, Obsolete, letter
from notices.models import Message


def asked_in(message: Message) -> ProviderRequest:
    found = ProviderRequest.objects.filter(pk=message.context["request"]).first()
    if found is None:
        raise Obsolete
    return found


def entry_in(message: Message) -> Provider:
    found = Provider.objects.filter(pk=message.context["provider"]).first()
    if found is None or not found.contact_email:
        raise Obsolete
    return found


def _words(message: Message, entry: ProviderRequest | Provider) -> dict[str, str]:
    """What every one of these letters may say."""
    said = {"provider_name": entry.name}
    if message.to is None:
        said["first_name"] = entry.contact_name or entry.name
    return said


def _following(message: Message, asked: ProviderRequest) -> dict[str, str]:
    url = page("register:provider_request", asked.secret)
    return {**_words(message, asked), "provider_number": asked.number, "provider_url": url}


@letter("provider_confirm_address")
def confirm_address(message: Message) -> Letter:
    asked = asked_in(message)
    if asked.stage != Stage.ADDRESS:
        raise Obsolete
    return Letter(_following(message, asked), whose_turn=_("Yours"), secret=True)


@letter("provider_received")
def received(message: Message) -> Letter:
    return Letter(_following(message, asked_in(message)), whose_turn=_("Ours"))


@letter("provider_more_asked")
def more_asked(message: Message) -> Letter:
    asked = asked_in(message)
    note = ProviderNote.objects.filter(pk=message.context["note"]).first()
    if asked.stage != Stage.MORE or note is None:
        raise Obsolete
    said = {**_following(message, asked), "provider_note": note.text}
    return Letter(said, whose_turn=_("Yours"))


@letter("provider_refused")
def refused(message: Message) -> Letter:
    asked = asked_in(message)
    return Letter({**_following(message, asked), "provider_note": asked.reasons})


@letter("provider_recognised", "provider_changed")
def recognised(message: Message) -> Letter:
    asked = asked_in(message)
    if asked.stage != Stage.RECOGNISED or asked.provider is None:
        raise Obsolete
    until = asked.provider.recognised_until
    return Letter(
        {
            **_words(message, asked),
            "provider_until": date_format(until) if until else "",
            "provider_page_url": page("register:provider", asked.provider.pk),
            "provider_url": page("register:my_provider", asked.provider.pk),
        }
    )


@letter("provider_to_review")
def to_review(message: Message) -> Letter:
    asked = asked_in(message)
    if asked.stage not in WITH_US:
        raise Obsolete
    url = page("applicants:provider_request", asked.pk)
    said = {"provider_name": asked.name, "provider_number": asked.number, "provider_url": url}
    return Letter(said, whose_turn=_("Yours"))


@letter("provider_ended")
def ended(message: Message) -> Letter:
    provider = entry_in(message)
    if provider.ended_at is None:
        raise Obsolete
    return Letter({**_words(message, provider), "provider_note": provider.ended_why})


@letter("provider_year_due")
def year_due(message: Message) -> Letter:
    """Obsolete once the entry was confirmed, or the recognition has ended."""
    provider = entry_in(message)
    due = provider.confirm_by
    if provider.ended_at or due is None or due.isoformat() != message.context["due"]:
        raise Obsolete
    day = date_format(due)
    url = page("register:my_provider", provider.pk)
    said = {**_words(message, provider), "provider_until": day, "provider_url": url}
    return Letter(said, whose_turn=_("Yours"), by_when=day)


@letter("provider_ending")
def ending(message: Message) -> Letter:
    """Obsolete once it was renewed, or ended before its time."""
    provider = entry_in(message)
    until = provider.recognised_until
    if provider.ended_at or until is None or until.isoformat() != message.context["until"]:
        raise Obsolete
    day = date_format(until)
    url = page("register:my_provider", provider.pk)
    said = {**_words(message, provider), "provider_until": day, "provider_url": url}
    return Letter(said, whose_turn=_("Yours"), by_when=day)


@letter("provider_roster_answered")
def roster_answered(message: Message) -> Letter:
    provider = entry_in(message)
    file = RosterFile.objects.filter(pk=message.context["file"]).first()
    if file is None:
        raise Obsolete
    taken = file.answer == RosterFile.Answer.TAKEN
    return Letter(
        {
            **_words(message, provider),
            "provider_note": _("We have taken it in. Thank you.") if taken else file.note,
            "provider_url": page("register:my_provider", provider.pk),
        }
    )
