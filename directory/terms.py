"""The words to which somebody in the directory agrees. Other words are a new version, and are
asked for anew when something more is to be shown."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from directory.models import Field

VERSION = "2026-11"
# What the wallet asks for in its own words (certificates.terms.listing), and no more.
BASICS = (Field.NAME, Field.PLACE, Field.COUNTRY)


def words(fields: Iterable[str]) -> str:
    """What is agreed to, field by field."""
    chosen = [str(field.label) for field in Field if field.value in set(fields)]
    listed = "\n".join(f"- {one}" for one in [str(_("the certificates I list")), *chosen])
    intro = _(
        "I want this in the public directory, where everybody and every search engine can read it, "
        "for as long as I leave it there:"
    )
    return f"{intro}\n{listed}"
