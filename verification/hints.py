"""What the decider asked about comes first in the script of the meeting that follows."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from applicants.asking_more import open_question
from applicants.models import Application
from verification.script import Hint, hinter


@hinter
def asked_by_the_decider(application: Application) -> Iterator[Hint]:
    asked = open_question(application)
    for particular in asked.particulars.all() if asked else ():
        yield Hint(particular.statement.code, _("the decider asks about it"), weight=9)
