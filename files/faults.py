"""Why a file is not kept, in words that say what to do. A row keeps the key alone, so that
everybody reads the reason in their own language.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAULTS: Mapping[str, Promise] = {
    "type": _("We do not take “%(name)s”. We take PDF, Word, OpenDocument, PNG, JPG and text."),
    "empty": _("“%(name)s” is empty."),
    "big": _("“%(name)s” is larger than %(limit)s. Nothing else is lost: choose a smaller file."),
    "crowd": _("“%(name)s” came with too much else. Add it again, with fewer files at once."),
    "pdf": _("“%(name)s” is not a PDF inside. Save it as PDF again."),
    "broken": _("We cannot open “%(name)s”. Save it again in its own program."),
    "locked": _("“%(name)s” is locked with a password. Save it without one."),
    "no_pages": _("“%(name)s” has no pages."),
    "script": _("“%(name)s” holds a program that would run by itself. Print it as PDF again."),
    "holds_files": _("“%(name)s” holds other files inside. Add each of them on its own."),
    "picture": _("“%(name)s” is not the picture its name says."),
    "pixels": _("“%(name)s” has too many pixels. Make it smaller."),
    "document": _("“%(name)s” is not the document its name says. Save it again."),
    "parts": _("“%(name)s” holds too many parts."),
    "macros": _("“%(name)s” holds macros. Save it without them."),
    "remote": _("“%(name)s” fetches a part of itself from elsewhere. Save it as PDF."),
    "unpacks": _("“%(name)s” unpacks to far more than a document needs."),
    "text": _("“%(name)s” is not plain text (UTF-8). Save it as text again."),
    "second": _("“%(name)s” holds a second file of another kind. Save it again."),
    "slow": _("“%(name)s” takes too much time or memory to open. Make it simpler, or split it."),
    "virus": _("“%(name)s” looks harmful to our virus scanner, so we removed it."),
}
