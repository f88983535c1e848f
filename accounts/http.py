from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class UserRequest(HttpRequest):
    """A request past LoginRequiredMiddleware: somebody is there."""

    user: User
    htmx: HtmxDetails
