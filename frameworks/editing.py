"""Changing one statement or one area of a draft."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from frameworks import registry
from frameworks.models import FRENCH, Area, AreaText, Edition, Statement, StatementText
from frameworks.services import Changed, hold
from frameworks.taking import let_go, step_aside
from trail.flow import Refused
from trail.models import Event


class Taken(Refused):
    """A code that stands for something else."""


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a page says about a statement. `after` is the code before it, "" is the first."""

    code: str
    area: str
    after: str
    action: str
    outcome: str
    concept_prompt: str
    practice_prompt: str
    attitude: str
    safety_critical: bool
    marks: frozenset[str]
    action_fr: str
    outcome_fr: str


@dataclass(frozen=True, slots=True)
class AreaWords:
    code: str
    title: str
    plain_title: str
    description: str
    title_fr: str
    plain_title_fr: str
    description_fr: str


def version(thing: Statement | Area | None) -> str:
    """Changes with every word, so that nobody's words are overwritten unseen. The place is left
    out: others' statements move it."""
    if thing is None:
        return ""
    fields = type(thing)._meta.concrete_fields
    said = [str(getattr(thing, f.attname)) for f in fields if f.attname != "position"]
    for text in thing.texts.order_by("language"):
        said += [str(getattr(text, f.attname)) for f in type(text)._meta.concrete_fields]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _hold(edition: Edition, thing: Statement | Area | None, seen: str, by: User) -> Edition:
    into = hold(edition, by)
    if thing is not None:
        now = type(thing)._default_manager.filter(pk=thing.pk, edition=into).first()
        if now is None or version(now) != seen:
            raise Changed(_("Somebody changed this meanwhile. Open it anew; your words stay here."))
    return into


@transaction.atomic
def save_statement(
    edition: Edition,
    statement: Statement | None,
    *,
    words: Words,
    seen: str,
    by: User,
    at: datetime,
) -> Statement:
    into = _hold(edition, statement, seen, by)
    others = Statement.objects.filter(edition=into)
    if statement is not None:
        others = others.exclude(pk=statement.pk)
    if others.filter(code__iexact=words.code).exists():
        raise Taken(_("Another statement has the code %(code)s.") % {"code": words.code})
    if bool(words.action_fr) != bool(words.outcome_fr):
        raise Refused(_("In French, write both the action and the outcome, or neither."))
    marks = registry.marks_of(into)
    one = statement or Statement(edition=into)
    marks.pop(one.code, None)
    for name in ("code", "action", "outcome", "concept_prompt", "practice_prompt", "attitude"):
        setattr(one, name, getattr(words, name))
    one.safety_critical = words.safety_critical
    one.area = Area.objects.get(edition=into, code=words.area)
    if statement is None:
        one.position = (others.aggregate(last=Max("position"))["last"] or 0) + 1
    one.save()
    _say_in_french(one, words)
    _put_after(into, one, words.after)
    registry.settle(into, {**marks, one.code: words.marks})
    verb = "edit_statement" if statement else "add_statement"
    Event.objects.record(verb, about=into, by=by, at=at, code=one.code)
    return one


def _say_in_french(one: Statement, words: Words) -> None:
    if words.action_fr:
        said = {"action": words.action_fr, "outcome": words.outcome_fr}
        StatementText.objects.update_or_create(statement=one, language=FRENCH, defaults=said)
    else:
        StatementText.objects.filter(statement=one, language=FRENCH).delete()


def _put_after(edition: Edition, one: Statement, after: str) -> None:
    """Renumber where the order changes."""
    now = list(Statement.objects.filter(edition=edition).order_by("position"))
    order = [other for other in now if other.pk != one.pk]
    codes = [other.code for other in order]
    order.insert(codes.index(after) + 1 if after in codes else 0, one)
    if order == now:
        return
    step_aside(edition)
    for position, other in enumerate(order, start=1):
        other.position = position
    Statement.objects.bulk_update(order, ["position"], batch_size=500)


@transaction.atomic
def remove_statement(
    edition: Edition, statement: Statement, *, seen: str, by: User, at: datetime
) -> None:
    of = _hold(edition, statement, seen, by)
    let_go(of, [statement.code])
    Event.objects.record("remove_statement", about=of, by=by, at=at, code=statement.code)


@transaction.atomic
def save_area(
    edition: Edition, area: Area | None, *, words: AreaWords, seen: str, by: User, at: datetime
) -> Area:
    into = _hold(edition, area, seen, by)
    others = Area.objects.filter(edition=into)
    if area is not None:
        others = others.exclude(pk=area.pk)
    if others.filter(code__iexact=words.code).exists():
        raise Taken(_("Another area has the code %(code)s.") % {"code": words.code})
    if not words.title_fr and (words.plain_title_fr or words.description_fr):
        raise Refused(_("In French, write the title too."))
    one = area or Area(edition=into)
    for name in ("code", "title", "plain_title", "description"):
        setattr(one, name, getattr(words, name))
    if area is None:
        one.position = (others.aggregate(last=Max("position"))["last"] or 0) + 1
    one.save()
    if words.title_fr:
        said = {
            "title": words.title_fr,
            "plain_title": words.plain_title_fr,
            "description": words.description_fr,
        }
        AreaText.objects.update_or_create(area=one, language=FRENCH, defaults=said)
    else:
        AreaText.objects.filter(area=one, language=FRENCH).delete()
    verb = "edit_area" if area else "add_area"
    Event.objects.record(verb, about=into, by=by, at=at, code=one.code)
    return one


@transaction.atomic
def remove_area(edition: Edition, area: Area, *, seen: str, by: User, at: datetime) -> None:
    of = _hold(edition, area, seen, by)
    if Statement.objects.filter(area=area).exists():
        raise Refused(_("Move or remove the statements of this area first."))
    Area.objects.filter(pk=area.pk).delete()
    Event.objects.record("remove_area", about=of, by=by, at=at, code=area.code)
