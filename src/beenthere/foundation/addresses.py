"""Addresses of pages, worked out once.

Django looks through all patterns for each address it writes. A page has some thirty, nearly all of which are
the same on every page, or the same but for one id.
"""

from functools import cache
from uuid import UUID

from django.conf import settings
from django.urls import get_urlconf, reverse

_NOBODY = UUID(int=0)


def address(name: str) -> str:
    """The address of a page that is one for everybody."""
    return _whole(name, _urls())


def address_of(name: str, id: UUID) -> str:
    """The address of a page about one thing, whose pattern has one id."""
    before, after = _around(name, _urls())
    return f"{before}{id}{after}"


def _urls() -> str:
    return str(get_urlconf() or settings.ROOT_URLCONF)


@cache
def _whole(name: str, urls: str) -> str:
    return reverse(name, urlconf=urls)


@cache
def _around(name: str, urls: str) -> tuple[str, str]:
    before, _id, after = reverse(name, urlconf=urls, args=[_NOBODY]).partition(str(_NOBODY))
    return before, after
