from django.http import HttpRequest

from beenthere.trust.acting import Acting
from beenthere.trust.models import Organization, User


class Request(HttpRequest):
    """A request as an endpoint sees it: signed in, and acting for an organization. For types only."""

    acting: Acting
    organization: Organization
    user: User
