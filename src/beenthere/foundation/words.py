"""What a rule said, in the reader's language."""

from django.utils.translation import gettext

from beenthere.kernel.words import Words


def told(words: Words) -> str:
    return gettext(words.msgid) % words.params
