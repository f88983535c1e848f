"""Who is in the directory, and finding them. What is given out is typed, and holds only what its
person shows: pages and the API read nothing else."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Func, Q, QuerySet, Subquery, TextField, Value
from django.db.models.fields import BooleanField

from certificates.dates import body_day
from certificates.models import Certificate, Level
from directory.folding import fold
from directory.models import Entry, Field, listed_certificates
from directory.words import near
from directory.world import country_name, language_name

PUBLIC_ID = re.compile(r"^[-\w]{1,24}$", re.ASCII)
PAGE, MOST, CANDIDATES, WORDS = 20, 100, 300, 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for. Empty is anything. `country` and `language` are codes, `level` is a
    certificates.models.Level."""

    name: str = ""
    place: str = ""
    country: str = ""
    language: str = ""
    level: str = ""
    offers: bool = False
    volunteers: bool = False

    @property
    def makes_sense(self) -> bool:
        """A percent sign is nobody's name, and an unknown code no country."""
        return (
            all(fold(words) for words in (self.name, self.place) if words)
            and (not self.country or bool(country_name(self.country)))
            and (not self.language or bool(language_name(self.language)))
            and (not self.level or self.level in Level.values)
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that is valid now and listed by its holder. Without the person's name there
    is no number and no address either: they lead to the name."""

    public_id: str
    number: str
    title: str
    level: str
    awarded_on: date
    valid_until: date | None
    in_renewal: bool  # that day is over, and a timely renewal is being decided


@dataclass(frozen=True, slots=True)
class Shown:
    """A person as the public sees them. What they do not show is empty."""

    public_id: str
    name: str
    place: str
    country: str  # the code
    languages: tuple[str, ...]  # codes
    about: str
    for_whom: str
    offers: bool
    volunteers: bool
    takes_letters: bool
    certificates: tuple[Held, ...]

    @property
    def country_name(self) -> str:
        return country_name(self.country)

    @property
    def language_names(self) -> list[tuple[str, str]]:
        return [(code, language_name(code)) for code in self.languages]

    @property
    def where(self) -> str:
        return ", ".join(part for part in (self.place, self.country_name) if part)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of what was found. `following` is asked for as `after`; `near` says that nobody is
    called as it was typed, and these come close; `more` that a common name was cut short."""

    rows: Sequence[Shown]
    following: str = ""
    near: bool = False
    more: bool = False


class HasTags(Func):
    """Every one of these words stands among the tags, by the list that only the database writes."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, *_rest: Any, **_more: Any) -> Any:
        tags, wanted = self.source_expressions
        column, _none = compiler.compile(tags)
        words, given = compiler.compile(wanted)
        listed = column.replace('"tags"', '"tag_list"')
        return f"({listed} @> string_to_array({words}, ' '))", [*given]


def search(asked: Asked, *, at: datetime, after: str = "") -> Leaf:
    """One page: by name the nearest first, otherwise in the order of names."""
    on, words = body_day(at), fold(asked.name).split()[:WORDS]
    if not asked.makes_sense:
        return Leaf([])
    after = after if PUBLIC_ID.match(after) else ""
    rows = _fitting(asked, on)
    if not words:
        return _next_leaf(rows, after, on)
    found = _ranked(rows, [[word] for word in words])
    close = False
    if not found and (alike := _alike(words)):
        found, close = _ranked(rows, alike), True
    return _cut(found, after, on, close=bool(found) and close)


def shown(public_id: str, *, at: datetime) -> Shown | None:
    """The entry at this address, if it is in the directory now."""
    on = body_day(at)
    entry = Entry.objects.shown(on).filter(public_id=public_id).first()
    return next(iter(_faces([entry], on)), None) if entry else None


def face(entry: Entry, held: Iterable[Certificate], on: date) -> Shown:
    """What leaves an entry: the one place where switches are asked."""
    return Shown(
        public_id=entry.public_id,
        name=entry.name if entry.reveals(Field.NAME) else "",
        place=entry.place if entry.reveals(Field.PLACE) else "",
        country=entry.country if entry.reveals(Field.COUNTRY) else "",
        languages=tuple(entry.languages) if entry.reveals(Field.LANGUAGES) else (),
        about=entry.about if entry.reveals(Field.ABOUT) else "",
        for_whom=entry.for_whom if entry.reveals(Field.FOR_WHOM) else "",
        offers=entry.reveals(Field.OFFERS),
        volunteers=entry.reveals(Field.VOLUNTEERS),
        takes_letters=entry.reveals(Field.LETTERS),
        certificates=_held(list(held), on, named=entry.reveals(Field.NAME)),
    )


def _held(certificates: list[Certificate], on: date, *, named: bool) -> tuple[Held, ...]:
    """The highest first. One that was renewed before its end is told by its successor. Who shows
    no name shows no number either: the check page would say it."""
    renewed = {one.renews_id for one in certificates}
    told = [one for one in certificates if one.pk not in renewed]
    return tuple(
        Held(
            public_id=one.public_id if named else "",
            number=one.number if named else "",
            title=one.tier.name,
            level=one.tier.level,
            awarded_on=one.awarded_on,
            valid_until=one.ends_on,
            in_renewal=bool(one.ends_on and one.ends_on < on),
        )
        for one in sorted(told, key=lambda one: (-one.tier.rank, one.pk))
    )


def _fitting(asked: Asked, on: date) -> QuerySet[Entry]:
    rows = Entry.objects.shown(on, asked.level)
    place = fold(asked.place)
    if place:
        rows = rows.filter(folded_place__contains=place)
    if asked.country:
        rows = rows.filter(shown_country=asked.country)
    tags = [f"l:{asked.language}"] if asked.language else []
    tags += ["offers"] if asked.offers else []
    tags += ["volunteers"] if asked.volunteers else []
    if tags and connection.vendor == "postgresql":
        return rows.filter(HasTags(F("tags"), Value(" ".join(tags), output_field=TextField())))
    for tag in tags:
        rows = rows.filter(tags__contains=f" {tag} ")
    return rows


def _next_leaf(rows: QuerySet[Entry], after: str, on: date) -> Leaf:
    rows = rows.order_by("sort_key", "pk")
    if after:
        last = Entry.objects.filter(public_id=after)
        key, pk = Subquery(last.values("sort_key")), Subquery(last.values("pk"))
        rows = rows.filter(sort_key__gte=key).exclude(sort_key=key, pk__lte=pk)
    found = list(rows[: PAGE + 1])
    following = found[PAGE - 1].public_id if len(found) > PAGE else ""
    return Leaf(_faces(found[:PAGE], on), following)


def _ranked(rows: QuerySet[Entry], wanted: Sequence[Sequence[str]]) -> list[str]:
    """The best of a limited number of candidates, by their public ids: one of `wanted[n]` for every
    word typed, best as a whole word, then at the beginning of one, then within."""
    for words in wanted:
        fits = Q()
        for word in words:
            fits |= Q(folded_name__contains=word)
        rows = rows.filter(fits)
    columns = ("folded_name", "sort_key", "pk", "public_id")
    found = [
        (_distance(name, wanted), key, pk, public_id)
        for name, key, pk, public_id in rows.order_by().values_list(*columns)[:CANDIDATES]
    ]
    return [one[-1] for one in sorted(found)[: MOST + 1]]


def _distance(name: str, wanted: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How far a name is from what was typed, and its length."""
    spaced = f" {name} "
    far = 0
    for words in wanted:
        far += min(
            3 * n + (f" {word} " not in spaced) + (f" {word}" not in spaced)
            for n, word in enumerate(words)
            if word in name
        )
    return far, len(name)


def _alike(words: Sequence[str]) -> list[list[str]]:
    """What else may have been meant; nothing where no word comes near one that somebody bears."""
    found = near(words)
    return [[word, *found[word]] for word in words] if any(found.values()) else []


def _cut(ids: list[str], after: str, on: date, *, close: bool) -> Leaf:
    more, ids = len(ids) > MOST, ids[:MOST]
    start = ids.index(after) + 1 if after in ids else 0
    page, rest = ids[start : start + PAGE], ids[start + PAGE :]
    rows = {entry.public_id: entry for entry in Entry.objects.filter(public_id__in=page)}
    faces = _faces([rows[one] for one in page if one in rows], on)
    return Leaf(faces, page[-1] if rest else "", near=close, more=more and not rest)


def _faces(entries: Sequence[Entry], on: date) -> list[Shown]:
    people = [entry.person_id for entry in entries]
    held = listed_certificates(on).filter(holder__in=people).select_related("tier")
    of: dict[int, list[Certificate]] = {}
    for certificate in held if people else ():
        of.setdefault(certificate.holder_id, []).append(certificate)
    return [face(entry, of.get(entry.person_id, []), on) for entry in entries]
