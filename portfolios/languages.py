"""Languages that people write in, each under its own name."""

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Spoken where our applicants live, and not among the framework's own.
MORE = {
    "am": "አማርኛ",
    "haw": "ʻŌlelo Hawaiʻi",
    "iu": "ᐃᓄᒃᑎᑐᑦ",
    "mi": "te reo Māori",
    "sm": "Gagana Samoa",
    "so": "Soomaaliga",
    "tl": "Tagalog",
    "to": "lea faka-Tonga",
    "xh": "isiXhosa",
    "yo": "Yorùbá",
    "zu": "isiZulu",
}
NAMES = {
    **{
        code: str(info["name_local"])
        for code, info in LANG_INFO.items()
        if "name_local" in info and len(code) <= 7
    },
    **MORE,
}
# The two of the body first, then all of them by name.
COMMON = ("en", "fr", "es", "ar")
CHOICES = [
    *((code, NAMES[code].capitalize()) for code in COMMON),
    (
        gettext_lazy("All languages"),
        sorted(
            (
                (code, name[:1].upper() + name[1:])
                for code, name in NAMES.items()
                if code not in COMMON
            ),
            key=lambda choice: choice[1].casefold(),
        ),
    ),
]


def name_of(code: str) -> str:
    """The language in the words of the reader, or its own name where we have none."""
    info = LANG_INFO.get(code)
    return _(str(info["name"])) if info and "name" in info else NAMES.get(code, code)
