"""`{% translation_review "consent" %}`: says so while nobody has read the translation of that part."""

import tomllib
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

register = template.Library()
REVIEWED = Path(__file__).resolve().parent.parent / "locale" / "reviewed.toml"


@cache
def reviewers() -> dict[str, str]:
    """Part -> who has read it, or an empty name."""
    return {part: review["reviewed_by"] for part, review in tomllib.loads(REVIEWED.read_text()).items()}


@register.simple_tag
def translation_review(part: str) -> SafeString:
    """Nothing in the language the words were written in, and nothing once a named person has read them."""
    if (get_language() or settings.LANGUAGE_CODE) == settings.LANGUAGE_CODE or reviewers()[part]:
        return SafeString("")
    return format_html('<p class="bt-hint">{}</p>', gettext("No person has read this translation yet."))
