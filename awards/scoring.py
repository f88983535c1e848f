"""From answers and sheets to points that a rule can judge."""

from collections.abc import Iterable, Sequence

from awards.models import Bid, Criterion, Sheet
from awards.rules import Score, Verdict, judge


def counted(points: int, *, differs: bool, accepts: bool | None, most: int) -> int:
    """A difference on purpose that was not accepted brings at most `most`."""
    return min(points, most) if differs and not accepts else points


def of_sheet(sheet: Sheet) -> list[Score]:
    """What a sheet gives, on the submission it is about. What is not scored yet counts as none."""
    given = {score.criterion.code: score for score in sheet.scores.select_related("criterion")}
    found = []
    for row in sheet.submission.content:
        score = given.get(row["code"])
        points = 0
        if score is not None:
            points = counted(
                score.points,
                differs=row["differs"],
                accepts=score.accepts,
                most=sheet.bid.rules.difference_most,
            )
        found.append(Score(row["code"], row["standard"], points, row["most"]))
    return found


def of_team(bid: Bid, criteria: Iterable[Criterion]) -> list[Score]:
    """How the team rates itself; what it has not rated counts as none."""
    given = {r.criterion_id: r.score or 0 for r in bid.responses.all()}
    return [Score(c.code, c.standard.code, given.get(c.pk, 0), c.max_score) for c in criteria]


def verdict(bid: Bid, scores: Sequence[Score]) -> Verdict:
    return judge(scores, bid.rules.bands)


def means(scores: Sequence[Score]) -> list[float]:
    """The mean of each standard, in order, for the drawing alone."""
    return [
        sum(s.points for s in scores if s.standard == standard)
        / sum(s.standard == standard for s in scores)
        for standard in dict.fromkeys(score.standard for score in scores)
    ]
