"""Owing a letter and sending it. A web request never talks to the mail server or the broker."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices.letters import BUILDERS, Letter, Obsolete
from notices.models import BodyFact, Copy, LetterText, Message
from notices.texts import PLACEHOLDER, fill

if TYPE_CHECKING:
    from accounts.models import User

LEASE = timedelta(minutes=2)  # more than three times the mail server's time limit
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720)]  # after each attempt
LONGEST_LABEL = 60  # of a button
log = structlog.get_logger(__name__)


def post(
    kind: str,
    *,
    key: str,
    to: "User | None" = None,
    address: str = "",
    not_before: datetime | None = None,
    **ids: Any,
) -> None:
    """Owe somebody a letter, in the same transaction as the reason for it."""
    if kind not in BUILDERS:
        raise LookupError(f"nobody writes the letter {kind}")
    Message.objects.bulk_create(
        [
            Message(
                key=key,
                kind=kind,
                to=to,
                address="" if to else address,
                not_before=not_before or timezone.now(),
                context=ids,
            )
        ],
        ignore_conflicts=True,
    )


def drain(at: datetime, limit: int = 20) -> int:
    """Send what is due; returns how many were taken up. Safe twice, twice at once, or a day late.

    Letters are claimed one by one, so a killed worker holds back the one it was at, and a lease
    cannot run out while others are being sent.
    """
    taken = 0
    while taken < limit and (message := _claim(at)):
        _deliver(message, at)
        taken += 1
    return taken


@transaction.atomic
def _claim(at: datetime) -> Message | None:
    due = Message.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    message = due.first()
    if message:
        # The attempt is counted before the effect: a letter that kills the worker dies in the end.
        message.attempts += 1
        message.leased_until = timezone.now() + LEASE
        message.save(update_fields=["attempts", "leased_until"])
    return message


def _deliver(message: Message, at: datetime) -> None:
    row = Message.objects.filter(pk=message.pk)
    try:
        letter, envelope = _composed(message)
        envelope.send()
    except Obsolete:
        row.update(dropped_at=at, leased_until=None)
    except Exception as error:  # noqa: BLE001 - one letter that fails must not hold up the others
        wait = WAITS[min(message.attempts, len(WAITS)) - 1]
        row.update(last_error=repr(error)[:500], leased_until=None, not_before=at + wait)
        log.warning("letter not sent", key=message.key, error=type(error).__name__)
    else:
        row.update(sent_at=at, leased_until=None, last_error="")
        if message.to_id and not letter.secret:
            words = {"subject": str(envelope.subject), "text": str(envelope.body)}
            Copy.objects.update_or_create(message=message, defaults=words)


def compose(message: Message) -> EmailMultiAlternatives:
    """The letter as it would leave now, in the language of the person.

    Raises Obsolete when the fact no longer holds.
    """
    return _composed(message)[1]


def _composed(message: Message) -> tuple[Letter, EmailMultiAlternatives]:
    person = message.to
    language = person.language if person else message.context.get("language", "en")
    zone = person.zone if person else timezone.get_default_timezone()
    with translation.override(language), timezone.override(zone):
        letter = BUILDERS[message.kind](message)
        return letter, _envelope(message, letter, language)


def _envelope(message: Message, letter: Letter, language: str) -> EmailMultiAlternatives:
    words = _text(letter.text or message.kind, language)
    values = {**BodyFact.objects.values_map(), **letter.context}
    if message.to:
        values.setdefault("first_name", message.to.first_name_to_use)
    subject = " ".join(fill(words.subject, values).split())
    context = {
        "subject": subject,
        "blocks": blocks(words.body, values),
        "whose_turn": letter.whose_turn,
        "by_when": letter.by_when,
        "issuer": values["issuer_name"],
    }
    address = message.to.email if message.to else message.address
    envelope = EmailMultiAlternatives(
        subject,
        render_to_string("emails/letter.txt", context),
        to=[address],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={"Message-ID": f"<{message.pk}.{message.kind}@imc-portal>"},
    )
    envelope.attach_alternative(render_to_string("emails/letter.html", context), "text/html")
    for attachment in letter.attachments:
        if attachment.type.startswith("text/calendar"):
            # Mail programs show answer buttons for the alternative and keep the file for the rest.
            envelope.attach_alternative(attachment.content.decode(), attachment.type)
        envelope.attach(attachment.name, attachment.content, attachment.type)
    return envelope


def _text(kind: str, language: str) -> LetterText:
    texts = {text.language: text for text in LetterText.objects.filter(kind=kind)}
    try:
        return texts.get(language) or texts["en"]
    except KeyError:
        raise LookupError(f"there are no words for the letter {kind}") from None


def blocks(body: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The paragraphs of a letter: plain ones, lists, and one button for the first address.

    Each block is {kind: "p"|"button"|"list", text, url, items}.
    """
    found: list[dict[str, Any]] = []
    for paragraph in body.strip().split("\n\n"):
        address = next((p for p in PLACEHOLDER.findall(paragraph) if p.endswith("_url")), "")
        free = not any(block["kind"] == "button" for block in found)
        alone = bool(address) and "\n" not in paragraph.strip()
        if free and alone and paragraph.rstrip().endswith(f"{{{address}}}"):
            words = fill(paragraph, values).strip().removesuffix(values[address]).strip()
            if not words and found and found[-1]["kind"] == "p":
                words = found.pop()["text"]  # the line before announces the address
            found += _button(words, values[address])
        else:
            found += _lines(fill(paragraph, values))
    return found


def _button(words: str, url: str) -> list[dict[str, Any]]:
    """The last sentence before the address names the button; what stands before it stays text."""
    before, stop, last = words.rpartition(". ")
    label = last.rstrip(" \u202f:,")  # French has a space before the colon
    if not 0 < len(label) <= LONGEST_LABEL:
        before, stop, label = words, "", _("Open the page")
    button = {"kind": "button", "text": label, "url": url}
    return [{"kind": "p", "text": (before + stop).strip()}, button] if before else [button]


def _lines(text: str) -> list[dict[str, Any]]:
    """A paragraph whose last lines may be a list."""
    lines = text.strip().split("\n")
    items = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    plain = "\n".join(line for line in lines if not line.startswith("- "))
    found: list[dict[str, Any]] = [{"kind": "p", "text": plain}] if plain else []
    return [*found, {"kind": "list", "items": items}] if items else found
