"""What the self-rating, the portfolio and the audit say is worth a question in the meeting.

Hints are labelled as such on the verifier's desk. They fill in nothing.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from applicants.models import Application
from assessments.models import Rating
from frameworks.models import Statement
from portfolios.models import Entry, Finding, Mark, Submission
from portfolios.pairs import pair_of
from verification.script import Hint, hinter

THIN = 80  # words; most entries have about twice as many
HIGH = 4  # the top of the self-rating scale


@hinter
def revised(application: Application) -> Iterator[Hint]:
    """Entries that came back once, and those that an audit found partly met."""
    rows = Finding.objects.filter(audit__application=application).exclude(audit__closed_at=None)
    rows = rows.defer("audit__submission__snapshot")
    order = ("statement__position", "audit__seat")  # what a third auditor found stands
    found = {
        (finding.audit.submission_id, finding.statement_id, finding.facet): finding
        for finding in rows.select_related("statement", "audit__submission").order_by(*order)
    }
    for finding in found.values():
        if finding.is_complete and not finding.is_met:
            sent = finding.audit.submission
            number = sent.number if sent else finding.audit.number
            why = _("came back in audit %(number)d") % {"number": number}
            yield Hint(finding.statement.code, why, weight=3)


@hinter
def disputed(application: Application) -> Iterator[Hint]:
    """What two auditors, who read without each other's findings, judged differently. Only where
    both are closed: until then nobody else knows what either found."""
    submissions = Submission.objects.filter(portfolio__application=application).defer("snapshot")
    pairs = [pair_of(submission) for submission in submissions.order_by("number")]
    differ = {
        statement
        for pair in pairs
        if pair and pair.first.closed_at and pair.second.closed_at
        for statement, _facet in pair.disputed
    }
    rows = Statement.objects.filter(pk__in=differ).order_by("position")
    for code in rows.values_list("code", flat=True):
        yield Hint(code, _("two auditors judged it differently"), weight=3)


@hinter
def thin(application: Application) -> Iterator[Hint]:
    """The shortest entry of each statement, where it is short."""
    rows = Entry.objects.filter(portfolio__application=application, carried_from=None)
    shortest: dict[str, int] = {}
    for code, text in rows.values_list("statement__code", "text"):
        shortest[code] = min(len(text.split()), shortest.get(code, THIN))
    for code, words in shortest.items():
        if 0 < words < THIN:
            yield Hint(code, _("a short entry, %(count)d words") % {"count": words})


@hinter
def gaps(application: Application) -> Iterator[Hint]:
    """Rated at the top of the scale, and not found fully met at first."""
    doubted = set(
        Finding.objects.filter(audit__application=application)
        .exclude(audit__closed_at=None)
        .exclude(relevance=Mark.MET, authorship=Mark.MET, mastery=Mark.MET)
        .values_list("statement_id", flat=True)
    )
    rows = Rating.objects.filter(assessment__application=application, statement__in=doubted)
    for rating in rows.select_related("statement"):
        if HIGH in (rating.concept, rating.practice):
            yield Hint(rating.statement.code, _("rated 4, and the audit asked for more"), weight=2)
