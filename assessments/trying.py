"""A self-assessment without an account: ratings in the visitor's session, and nothing else.

No note is kept, because people write about people in notes. The session is a row in the database
that comes into being with the first rating, and ends by itself after half a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from applicants.models import Application
from assessments.answers import Answer, Saved, settle
from certificates.models import Requirement, RequirementQuerySet, Tier
from frameworks.models import Edition

KEY = "tried"  # in the session: ratings and revision by statement, by the name of the certificate


@dataclass(frozen=True, slots=True)
class Trial:
    tier: Tier
    edition: Edition
    answers: Mapping[int, Answer]

    @property
    def asked(self) -> RequirementQuerySet:
        wanted = Requirement.objects.filter(tier=self.tier, statement__edition=self.edition)
        return wanted.in_order()

    @property
    def begun(self) -> bool:
        return any(said.rated for said in self.answers.values())


def trial_of(session: SessionBase, slug: str, at: datetime) -> Trial | None:
    """The trial of this certificate; None where it is not offered or has no published profile."""
    tier = Tier.objects.offered().select_related("framework").filter(slug=slug).first()
    edition = tier.framework.edition_at(at) if tier else None
    if tier is None or edition is None:
        return None
    return Trial(tier, edition, _said(session, slug))


def _said(session: SessionBase, slug: str) -> dict[int, Answer]:
    kept = session.get(KEY, {}).get(slug, {})
    return {
        int(pk): Answer(concept, practice, "", revision)
        for pk, (concept, practice, revision) in kept.items()
    }


@transaction.atomic
def save(session: SessionBase, trial: Trial, said: Mapping[int, Answer]) -> Saved:
    """Keep ratings by the rules of a real self-assessment: nothing is overwritten unseen.

    The session is read anew under its lock, so that two windows save one after the other.
    """
    row = Session.objects.select_for_update().filter(session_key=session.session_key).first()
    if row is not None:
        session.update(row.get_decoded())
    kept = _said(session, trial.tier.slug)
    plain = {pk: Answer(a.concept, a.practice, "", a.revision) for pk, a in said.items()}
    found: dict[int, tuple[set[str], Answer]] = {}
    for statement, facet in trial.asked.filter(statement__in=plain).values_list(
        "statement_id", "facet"
    ):
        found.setdefault(statement, (set(), kept.get(statement, Answer())))[0].add(facet)
    saved, changed = settle(plain, found)
    if changed:
        _keep(session, trial.tier.slug, kept, changed, saved.revisions)
        session.save()
        # Only a new session has a cookie to set; this one is written, and not a second time.
        session.modified = row is None
    else:
        session.modified = False
    return saved


def _keep(
    session: SessionBase,
    slug: str,
    kept: Mapping[int, Answer],
    changed: Mapping[int, Answer],
    revisions: Mapping[int, int],
) -> None:
    said = {str(pk): [a.concept, a.practice, a.revision] for pk, a in kept.items()}
    said |= {str(pk): [a.concept, a.practice, revisions[pk]] for pk, a in changed.items()}
    session[KEY] = {**session.get(KEY, {}), slug: said}


def fitting(session: SessionBase, application: Application) -> dict[int, Answer]:
    """What was tried and this case asks for and has no rating of: the offer to take it along."""
    slugs = _slugs(session, application)
    tried: dict[int, Answer] = {}
    for slug in slugs:
        tried |= _said(session, slug)
    if not tried:
        return {}
    assessment = getattr(application, "self_assessment", None)
    rated = set(assessment.ratings.values_list("statement", flat=True)) if assessment else set()
    asked = set(application.asked().order_by().values_list("statement_id", flat=True))
    return {pk: said for pk, said in tried.items() if pk in asked - rated and said.rated}


def _slugs(session: SessionBase, application: Application) -> list[str]:
    """Trials of the same level, under either name; the certificate's own name counts last."""
    names = list(session.get(KEY, {}))
    if not names:
        return []
    level = Tier.objects.filter(slug__in=names, level=application.tier.level)
    own = application.tier.slug
    return sorted(level.values_list("slug", flat=True), key=lambda slug: (slug == own, slug))


def forget(session: SessionBase, application: Application) -> None:
    """The person chose: the trials of this level are over."""
    over = _slugs(session, application)
    session[KEY] = {slug: said for slug, said in session.get(KEY, {}).items() if slug not in over}
