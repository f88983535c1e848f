"""What every page knows about how it is to look."""

from django.http import HttpRequest

THEMES = ("light", "dark")


def look(request: HttpRequest) -> dict[str, str]:
    """The person's choice of light or dark, so that nothing flashes; "" follows the device."""
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else ""}
