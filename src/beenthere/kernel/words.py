"""A sentence that a rule says, not yet in any language: message id and parameters.

Rules know no translation machinery; whoever shows the sentence does `gettext(words.msgid) % words.params`.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    msgid: str
    params: Mapping[str, str | int] = {}


def gettext_noop(message: str) -> str:
    """Mark a message for the catalogue. `makemessages` finds it by this name; nothing else happens."""
    return message


def english(words: Words) -> str:
    return words.msgid % words.params
