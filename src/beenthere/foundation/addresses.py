"""Addresses of pages, worked out once.

Django looks through all patterns for each address it writes. A page has some thirty, nearly all of which are
the same on every page, or the same but for one id.
"""

from functools import cache
from uuid import UUID

from django.conf import settings
from django.urls import get_urlconf, reverse


def address(name: str) -> str:
    """The address of a page that is one for everybody."""
    return _whole(name, _urls())


def address_of(name: str, *ids: UUID) -> str:
    """The address of a page about one thing, or several: its pattern has as many ids, and nothing else."""
    return _around(name, len(ids), _urls()).format(*ids)


def _urls() -> str:
    return str(get_urlconf() or settings.ROOT_URLCONF)


@cache
def _whole(name: str, urls: str) -> str:
    return reverse(name, urlconf=urls)


@cache
def _around(name: str, count: int, urls: str) -> str:
    nobody = [UUID(int=number) for number in range(count)]
    whole = reverse(name, urlconf=urls, args=nobody).replace("{", "{{").replace("}", "}}")
    for number, one in enumerate(nobody):
        whole = whole.replace(str(one), f"{{{number}}}", 1)
    return whole
