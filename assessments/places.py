"""Where the pages of a self-assessment are: of a case, or of a trial without an account."""

from dataclasses import dataclass

from django.urls import reverse

from assessments.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Place:
    """`key` names what a browser keeps: whose it is, and of which self-assessment."""

    key: str
    area_name: str
    of: int | str
    save: str
    last: str  # behind the last area

    def area(self, code: str) -> str:
        return reverse(self.area_name, args=[self.of, code])

    def at(self, page: Sheet) -> Sheet:
        """The same page, with its ways to the others."""
        for step in page.steps:
            step.url = self.area(step.code)
        return page

    def after(self, page: Sheet) -> str:
        return page.after.url if page.after else self.last


def of_case(user: int, case: int) -> Place:
    return Place(
        key=f"{user}.{case}",
        area_name="assessments:area",
        of=case,
        save=reverse("assessments:save", args=[case]),
        last=reverse("assessments:send", args=[case]),
    )


def of_trial(slug: str) -> Place:
    return Place(
        key=f"try.{slug}",
        area_name="assessments:try_area",
        of=slug,
        save=reverse("assessments:try_it", args=[slug]),
        last=reverse("assessments:try_result", args=[slug]),
    )
